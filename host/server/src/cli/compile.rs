//! `mortise compile-component`: what the server has another process of its own program do, so that a hostile component can use
//! up that process at most.

use std::io::{stdin, stdout};

use clap::Args;

/// What that process may use.
#[derive(Debug, Clone, Copy, Args)]
pub struct Bounds {
    /// The server's bound of a call's memory, on which the code depends
    memory_bytes: u64,
    /// Memory of the compiler, in bytes
    bytes: u64,
    /// CPU of the compiler, in seconds
    seconds: u64,
}

/// Reads a component, writes its machine code.
pub fn run(bounds: Bounds) -> anyhow::Result<()> {
    let Bounds { memory_bytes, bytes, seconds } = bounds;
    mortise_runtime::compile_apart(stdin().lock(), stdout().lock(), memory_bytes, bytes, seconds)
        .map_err(anyhow::Error::msg)
}
