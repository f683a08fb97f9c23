//! What the author of a plugin in Rust depends on.
