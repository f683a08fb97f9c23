//! Bench: what a plugin author needs to make one file of a plugin's folder.
//!
//! A plugin's folder has `Cargo.toml`, `manifest.json`, `README.md` and `src/lib.rs`. [`build_guests`] compiles folders to
//! components, [`pack`] puts the manifest into a component, and [`build_and_pack`] does both for a whole list of folders.
//! Nothing is printed; progress goes to a callback.

pub mod bench;
pub mod check;
pub mod conformance;
mod error;
mod guest;
pub mod json;
mod manifest;
pub mod matching;
mod pack;
pub mod play;
mod plugin;
pub mod record;
pub mod report;
pub mod run;
pub mod scenario;

pub use error::{BuildError, PackError};
pub use guest::{Built, Options, Step, build_guest, build_guests};
pub use manifest::manifest_schema;
pub use pack::{manifest_of, pack};
pub use plugin::{Packed, build_and_pack, build_and_pack_all};
