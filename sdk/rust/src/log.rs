//! The plugin's log. Lines over the call's byte budget are dropped and counted; known secrets are blotted out by the host.
//!
//! ```
//! use mortise_sdk::log;
//!
//! let (number, status) = ("SO-1", 201);
//! log::info!("order {number} written");
//! log::warn!(order = number, status = status, "slow answer of {}", "the ERP");
//! ```
//!
//! Outside a guest, as in unit tests, nothing is written.

pub use crate::bindings::host::mortise::plugin::log::Level;
#[doc(inline)]
pub use crate::{__debug as debug, __error as error, __info as info, __trace as trace, __warn as warn};

/// Writes one line. The macros of this module are shorter.
pub fn write(level: Level, message: &str, fields: &[(String, String)]) {
    if cfg!(target_arch = "wasm32") {
        crate::bindings::host::mortise::plugin::log::write(level, message, fields);
    }
}

/// One line with fields and a formatted message.
#[doc(hidden)]
#[macro_export]
macro_rules! __log {
    ($level:ident, $($name:ident = $value:expr,)* $format:literal $($arguments:tt)*) => {
        $crate::log::write(
            $crate::log::Level::$level,
            &::std::format!($format $($arguments)*),
            &[$((::std::stringify!($name).to_owned(), ::std::string::ToString::to_string(&$value))),*],
        )
    };
}

/// Writes a line for the author of the plugin.
#[doc(hidden)]
#[macro_export]
macro_rules! __trace {
    ($($line:tt)*) => { $crate::__log!(Trace, $($line)*) };
}

/// Writes a line for whoever looks into a fault.
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ($($line:tt)*) => { $crate::__log!(Debug, $($line)*) };
}

/// Writes a line for the operator.
#[doc(hidden)]
#[macro_export]
macro_rules! __info {
    ($($line:tt)*) => { $crate::__log!(Info, $($line)*) };
}

/// Writes a line about something odd that did not stop the call.
#[doc(hidden)]
#[macro_export]
macro_rules! __warn {
    ($($line:tt)*) => { $crate::__log!(Warn, $($line)*) };
}

/// Writes a line about something that did.
#[doc(hidden)]
#[macro_export]
macro_rules! __error {
    ($($line:tt)*) => { $crate::__log!(Error, $($line)*) };
}
