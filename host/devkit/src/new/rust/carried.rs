//! What a project takes along: the contract and the SDK, so that it builds wherever it lies.

/// Texts by their path, read when this program is compiled.
macro_rules! carried {
    ($($path:literal,)*) => {
        &[$(($path, include_str!(concat!("../../../../../", $path)))),*]
    };
}

/// Path and text of every file.
pub(super) const FILES: &[(&str, &str)] = carried![
    "sdk/rust/Cargo.toml",
    "sdk/rust/src/allocator.rs",
    "sdk/rust/src/attributes.rs",
    "sdk/rust/src/bindings.rs",
    "sdk/rust/src/clock.rs",
    "sdk/rust/src/context.rs",
    "sdk/rust/src/decimal.rs",
    "sdk/rust/src/decimal/tests.rs",
    "sdk/rust/src/decimal/text.rs",
    "sdk/rust/src/erp.rs",
    "sdk/rust/src/error.rs",
    "sdk/rust/src/geocoder.rs",
    "sdk/rust/src/http.rs",
    "sdk/rust/src/http/date.rs",
    "sdk/rust/src/http/encode.rs",
    "sdk/rust/src/http/excerpt.rs",
    "sdk/rust/src/http/request.rs",
    "sdk/rust/src/http/response.rs",
    "sdk/rust/src/inventory.rs",
    "sdk/rust/src/kv.rs",
    "sdk/rust/src/lib.rs",
    "sdk/rust/src/log.rs",
    "sdk/rust/src/notifier.rs",
    "sdk/rust/src/order_policy.rs",
    "sdk/rust/src/panics.rs",
    "sdk/rust/src/pricing.rs",
    "sdk/rust/src/random.rs",
    "sdk/rust/src/records.rs",
    "sdk/rust/src/registration.rs",
    "sdk/rust/src/secrets.rs",
    "sdk/rust/src/settings.rs",
    "sdk/rust/src/text.rs",
    "wit/v1/erp.wit",
    "wit/v1/geocoder.wit",
    "wit/v1/host.wit",
    "wit/v1/inventory.wit",
    "wit/v1/notifier.wit",
    "wit/v1/order-policy.wit",
    "wit/v1/pricing.wit",
    "wit/v1/types.wit",
    "wit/v1/worlds.wit",
];

/// The workspace in which the SDK stands there.
pub(super) const WORKSPACE: &str = include_str!("mortise.toml.txt");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }

    #[test]
    fn nothing_of_the_contract_and_the_sdk_is_left_behind() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let mut found = BTreeSet::new();
        walk(&root, &root.join("wit/v1"), &mut found);
        walk(&root, &root.join("sdk/rust"), &mut found);
        let carried: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(carried, found);
    }

    #[test]
    fn the_sdk_finds_there_what_it_inherits_here() {
        let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml")).unwrap();
        let lines: BTreeSet<&str> = root.lines().collect();
        let own = WORKSPACE.lines().filter(|line| line.contains(" = ") && !line.starts_with("members"));
        for line in own {
            assert!(lines.contains(line), "the root's Cargo.toml says something else than {line:?}");
        }
        let sdk = FILES.iter().find(|(path, _)| *path == "sdk/rust/Cargo.toml").unwrap().1;
        let inherited = sdk.lines().filter_map(|line| line.strip_suffix(".workspace = true"));
        for name in inherited {
            assert!(WORKSPACE.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name} is not there");
        }
    }
}
