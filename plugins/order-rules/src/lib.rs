//! First-party plugin.
