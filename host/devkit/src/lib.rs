//! Bench: what a plugin author needs to make one file of a plugin's folder.
//!
//! A plugin's folder has `Cargo.toml`, `manifest.json`, `README.md` and `src/lib.rs`. [`build_guests`] compiles folders to
//! components, [`pack`] puts the manifest into a component, and [`build_and_pack`] does both for a whole list of folders.
//! [`sign_file`] adds a publisher's signature, [`publish`] puts the file into a registry.
//! Nothing is printed; progress goes to a callback.

mod error;
mod guest;
mod pack;
mod plugin;
mod publish;
mod report;
mod sign;

pub use error::{BuildError, PackError};
pub use guest::{Built, Options, Step, build_guest, build_guests};
pub use pack::{manifest_of, pack};
pub use plugin::{Packed, build_and_pack, build_and_pack_all};
pub use publish::{PublishError, Published, publish};
pub use report::{Language, report};
pub use sign::{KeyFiles, Signed, SigningError, generate_keys, public_key, sign_file};
