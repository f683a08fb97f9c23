//! The first-party plugins, built once for all tests of a run.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use mortise_devkit::{Options, build_and_pack, build_and_pack_all};

/// Names of the first-party plugins.
pub const NAMES: [&str; 5] = ["tiered-pricing", "order-rules", "u8", "amap", "wecom"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where this workspace is built.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The packed file of the guest that does whatever the text of an address tells it: a geocoder, and a pricing strategy.
pub fn misbehaving() -> Vec<u8> {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let folder = root().join("host/runtime/tests/guests/misbehaving");
        build_and_pack(&folder, &Options::default(), &mut |_| ()).unwrap()
    });
    std::fs::read(file).unwrap()
}

/// The packed file of a first-party plugin.
pub fn packed(name: &str) -> Vec<u8> {
    static FILES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let folders: Vec<PathBuf> = NAMES.iter().map(|name| root().join("plugins").join(name)).collect();
        let packed = build_and_pack_all(&folders, &Options::default(), &mut |_| ()).unwrap();
        packed.into_iter().map(|packed| packed.file).collect()
    });
    let at = NAMES.iter().position(|known| *known == name).unwrap();
    std::fs::read(files.get(at).unwrap()).unwrap()
}

/// The same component with another manifest: another version of the plugin.
pub fn with_manifest(packed: &[u8], change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let manifest = mortise_devkit::manifest_of(packed).unwrap();
    let mut manifest = serde_json::to_value(manifest).unwrap();
    change(&mut manifest);
    // Packing appends the section, so that it is the last one: id, length, length of the name, name.
    let name = mortise_domain::manifest::SECTION.as_bytes();
    let at = packed.windows(name.len()).rposition(|window| window == name).unwrap() - 1;
    let (mut length, mut leb) = (packed.len() - at, Vec::new());
    while length >= 0x80 {
        leb.push(length.to_le_bytes()[0] | 0x80);
        length >>= 7;
    }
    leb.push(length.to_le_bytes()[0]);
    let begin = at - leb.len() - 1;
    assert_eq!((packed[begin], &packed[begin + 1..at]), (0, &leb[..]), "the manifest is not the last section");
    mortise_devkit::pack(&packed[..begin], &manifest.to_string()).unwrap()
}

/// The smallest plugin.
pub fn hello() -> Vec<u8> {
    std::fs::read(build_and_pack(&root().join("examples/hello-pricing"), &Options::default(), &mut |_| ()).unwrap())
        .unwrap()
}

/// The packed file of a guest that only tests and measurements have.
pub fn guest(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests").join(name);
    std::fs::read(build_and_pack(&folder, &Options::default(), &mut |_| ()).unwrap()).unwrap()
}
