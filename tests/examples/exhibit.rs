//! Adds to the museum what it lacks of the present contract, when a version is complete: see `tests/museum/README.md`. Pieces that
//! are there stay as they are.
//!
//! `cargo run -p mortise-tests --example exhibit`

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};

use mortise_devkit::{Options, build_and_pack_all};
use mortise_domain::contract::CONTRACT;

/// The folders of `tests/museum/guests`.
const GUESTS: [&str; 7] = ["erp", "inventory", "geocoder", "pricing", "notifier", "order-policy", "imports"];

fn main() -> Result<(), Box<dyn Error>> {
    let museum = Path::new(env!("CARGO_MANIFEST_DIR")).join("museum");
    let (major, minor) = CONTRACT;
    let room = museum.join(format!("{major}.{minor}"));
    std::fs::create_dir_all(&room)?;
    let piece = |name: &str| room.join(format!("rust-{name}.wasm"));
    let missing: Vec<&str> = GUESTS.into_iter().filter(|name| !piece(name).exists()).collect();
    let folders: Vec<PathBuf> = missing.iter().map(|name| museum.join("guests").join(name)).collect();
    println!("{} of {} pieces are missing in {}", missing.len(), GUESTS.len(), room.display());
    for (name, packed) in missing.iter().zip(build_and_pack_all(&folders, &Options::default(), &mut |_| ())?) {
        std::fs::copy(packed.file, piece(name))?;
        println!("added {}", piece(name).display());
    }
    Ok(())
}
