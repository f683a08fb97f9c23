//! Bench: what a plugin author needs to make one file of a plugin's folder.
//!
//! A plugin's folder has `manifest.json`, `README.md`, its sources, and the file that tells its language: `Cargo.toml`,
//! `package.json` or `pyproject.toml`. [`build_guests`] makes components of folders, [`pack`] puts the manifest into a component,
//! and [`build_and_pack`] does both. [`write_sdk`] writes what a project of a language builds on. [`sign_file`] adds a publisher's
//! signature, [`publish`] puts the file into a registry. Nothing is printed; progress goes to a callback.

mod error;
mod guest;
mod pack;
mod plugin;
mod publish;
mod report;
mod sdk;
mod sign;

pub use error::{BuildError, PackError};
pub use guest::{Built, Language, Options, Step, UnitTests, build_guest, build_guests, unit_tests};
pub use pack::{manifest_of, pack};
pub use plugin::{Packed, build_and_pack, build_and_pack_all};
pub use publish::{PublishError, Published, publish};
pub use report::report;
pub use sdk::write_sdk;
pub use sign::{KeyFiles, Signed, SigningError, generate_keys, public_key, sign_file};
