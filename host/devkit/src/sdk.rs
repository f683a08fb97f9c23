//! The contract and the SDKs, as they ride along in this program.

use std::path::Path;
use std::{fs, io};

use crate::BuildError;
use crate::guest::Language;

mod manifest;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// Writes the SDK of a language and the contract into a folder, as `sdk/<language>` and `wit/v1`. What stands there is replaced.
/// A project that names this SDK depends on nothing else of this repository.
pub fn write_sdk(language: Language, folder: &Path) -> Result<(), BuildError> {
    let sdk = format!("sdk/{}/", language.name());
    for (name, content) in files(&sdk) {
        let written = if language == Language::Rust && name == "sdk/rust/Cargo.toml" {
            manifest::standalone(content, embedded::WORKSPACE)?.into_bytes()
        } else {
            content.to_vec()
        };
        write(&folder.join(name), &written)
            .map_err(BuildError::io(format!("the SDK cannot be written to {}", folder.display())))?;
    }
    Ok(())
}

/// The files of an SDK, of the contract, and what all SDKs refer to.
pub(crate) fn files(sdk: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let wanted = move |name: &str| [sdk, "wit/v1/", "sdk/CALLS.md"].iter().any(|place| name.starts_with(place));
    embedded::FILES.iter().copied().filter(move |(name, _)| wanted(name))
}

fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, content)
}
