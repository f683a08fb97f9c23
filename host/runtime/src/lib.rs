//! Sandbox: the only crate that knows wasmtime.
