//! What the commands for authors share: the plugin's file, the cache of compiled plugins, the reader's language.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mortise_devkit::bench::Cache;
use mortise_devkit::scenario::{Found, find, read};
use mortise_devkit::{Options, build_and_pack};
use mortise_domain::call::Interface;
use mortise_domain::ports::clock::Chance as _;

use crate::clock::SystemChance;
use crate::folder::{read_private, write_private};

/// The bytes of a plugin's file; a folder is built first.
pub fn plugin(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = if path.is_dir() { build_and_pack(path, &Options::default(), &mut told)? } else { path.to_owned() };
    std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Progress goes to standard error, so that standard output stays the command's own.
fn told(step: mortise_devkit::Step) {
    use mortise_devkit::Step;
    let _ = match step {
        Step::Installing { command } => writeln!(std::io::stderr(), "installing: {command}"),
        Step::Waiting => writeln!(std::io::stderr(), "waiting for another build"),
        Step::Compiling { package } => writeln!(std::io::stderr(), "compiling {package}"),
        Step::Working { package, what } => writeln!(std::io::stderr(), "{package}: {what}"),
        Step::Packed { file, bytes } => writeln!(std::io::stderr(), "{}  {bytes} bytes", file.display()),
    };
}

/// Where compiled plugins are kept between runs. Where there is no place for them, each run compiles anew.
pub fn cache() -> Option<Cache> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = base.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let folder = base.join("mortise").join("bench");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).ok()?;
    let file = folder.join("key");
    if let Ok(None) = read_private(&file) {
        let mut key = [0; 32];
        SystemChance.fill(&mut key);
        // Another run may be first: then its key counts.
        let _ = write_private(&file, &hex::encode(key));
    }
    let key = read_private(&file).ok()??;
    Some(Cache { folder, key: hex::decode(key).ok()?.try_into().ok()? })
}

/// An interface by its name.
pub fn interface(name: &str) -> Result<Interface, String> {
    let known = || Interface::ALL.iter().map(|interface| interface.name()).collect::<Vec<_>>().join(", ");
    let found = Interface::ALL.into_iter().find(|interface| interface.name() == name);
    found.ok_or_else(|| format!("the interfaces are {}", known()))
}

/// The scenarios in a folder; none where there is no such folder.
pub fn scenarios(folder: &Path) -> anyhow::Result<Vec<Found>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    Ok(find(&[folder.to_owned()])?.iter().map(|file| read(file)).collect::<Result<_, _>>()?)
}

/// `zh-CN` or `en`, as asked for or as the environment says.
pub fn locale(asked: Option<&str>) -> String {
    let from = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let language =
        asked.map(str::to_owned).or_else(|| from("LC_ALL")).or_else(|| from("LC_MESSAGES")).or_else(|| from("LANG"));
    if language.is_some_and(|language| language.to_ascii_lowercase().starts_with("zh")) {
        "zh-CN".into()
    } else {
        "en".into()
    }
}

/// How many scenarios are played at the same time.
pub fn threads(asked: Option<usize>) -> usize {
    asked.or_else(|| std::thread::available_parallelism().ok().map(NonZeroUsize::get)).unwrap_or(1)
}

/// Writes styled text; colours only where standard output is a terminal that wants them.
pub fn print(text: &str) -> anyhow::Result<()> {
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// The same on standard error.
pub fn note(text: &str) -> anyhow::Result<()> {
    anstream::stderr().write_all(text.as_bytes())?;
    Ok(())
}
