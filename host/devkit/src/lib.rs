//! Bench: what a plugin author needs on their own machine.
//!
//! [`new`] writes a project. [`build_guests`] compiles folders to components, [`pack`] puts the manifest into a component, and
//! [`build_and_pack`] does both. [`check`] says what a file is and whether it fits, [`run`] calls one function of it, [`play`]
//! plays scenarios, [`conformance`] knows what every plugin of an interface must get right. Nothing is printed: [`report`] makes
//! texts, progress goes to a callback.

pub mod bench;
pub mod check;
pub mod conformance;
mod error;
mod guest;
pub mod json;
mod manifest;
pub mod matching;
pub mod new;
mod pack;
pub mod play;
mod plugin;
pub mod record;
pub mod report;
pub mod run;
pub mod scenario;
pub mod watch;

pub use error::{BuildError, PackError};
pub use guest::{Built, Options, Step, build_guest, build_guests};
pub use manifest::manifest_schema;
pub use pack::{manifest_of, pack};
pub use plugin::{Packed, build_and_pack, build_and_pack_all};
