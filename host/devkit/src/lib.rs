//! Bench: what a plugin author needs to make one file of a plugin's folder.
//!
//! A plugin's folder has `manifest.json`, `README.md`, its sources, and the file that tells its language: `Cargo.toml`,
//! `package.json` or `pyproject.toml`. [`build_guests`] makes components of folders, [`pack`] puts the manifest into a component,
//! and [`build_and_pack`] does both. [`write_sdk`] writes what a project of a language builds on. Nothing is printed; progress
//! goes to a callback.

mod error;
mod guest;
mod pack;
mod plugin;
mod sdk;

pub use error::{BuildError, PackError};
pub use guest::{Built, Language, Options, Step, UnitTests, build_guest, build_guests, unit_tests};
pub use pack::{manifest_of, pack};
pub use plugin::{Packed, build_and_pack, build_and_pack_all};
pub use sdk::write_sdk;
