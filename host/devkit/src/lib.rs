//! Bench: plugin authors' tools.
