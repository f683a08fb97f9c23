//! Bench: what a plugin author needs on their own machine.
//!
//! A plugin's folder has `manifest.json`, `README.md`, its sources, and the file that tells its language: `Cargo.toml`,
//! `package.json` or `pyproject.toml`. [`new`] writes such a folder. [`build_guests`] makes components of folders, [`pack`] puts the
//! manifest into a component, and [`build_and_pack`] does both. [`write_sdk`] writes what a project of a language builds on.
//! [`check`] says what a file is and whether it fits, [`run`] calls one function of it, [`play`] plays scenarios, [`conformance`]
//! knows what every plugin of an interface must get right. [`sign_file`] adds a publisher's signature, [`publish`] puts the file
//! into a registry, [`describe`] tells what is in it. Nothing is printed: [`report`] makes texts, progress goes to a callback.

pub mod bench;
pub mod check;
pub mod conformance;
mod describe;
mod error;
mod guest;
pub mod json;
mod manifest;
pub mod matching;
pub mod new;
mod pack;
pub mod play;
mod plugin;
mod publish;
pub mod record;
pub mod report;
pub mod run;
pub mod scenario;
mod sdk;
mod sign;
pub mod watch;

pub use describe::describe;
pub use error::{BuildError, PackError};
pub use guest::{Built, Language, Options, Step, UnitTests, build_guest, build_guests, unit_tests};
pub use manifest::manifest_schema;
pub use pack::{manifest_of, pack};
pub use plugin::{Packed, build_and_pack, build_and_pack_all};
pub use publish::{PublishError, Published, publish};
pub use sdk::write_sdk;
pub use sign::{KeyFiles, Signed, SigningError, generate_keys, public_key, sign_file};
