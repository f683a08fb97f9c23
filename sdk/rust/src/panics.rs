//! A panic ends the call as `broken`. Its message would be lost with the instance, so it is written to the plugin's log first.

use std::panic::{PanicHookInfo, set_hook};

/// Has panics reported. A function without state in a box costs no allocation, so every call can afford it.
pub(crate) fn report() {
    if cfg!(target_arch = "wasm32") {
        set_hook(Box::new(write));
    }
}

fn write(panic: &PanicHookInfo<'_>) {
    crate::log::write(crate::log::Level::Error, &panic.to_string(), &[]);
}
