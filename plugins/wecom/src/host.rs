//! What does the plugin need of its host? The seam at which tests stand in.

use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::{Result, context, secrets};

/// The host, as far as this plugin needs it.
pub trait Host {
    fn send(&mut self, request: Request) -> Result<Response, HttpError>;
    /// A stand-in for a credential; none: it is empty or has expired.
    fn credential(&mut self, slot: &str) -> Result<Option<String>>;
    fn forget(&mut self, slot: &str) -> Result<()>;
    fn locale(&self) -> String;
}

/// The host that runs the guest.
pub struct Guest;

impl Host for Guest {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        request.send()
    }

    fn credential(&mut self, slot: &str) -> Result<Option<String>> {
        secrets::optional(slot)
    }

    fn forget(&mut self, slot: &str) -> Result<()> {
        secrets::forget(slot)
    }

    fn locale(&self) -> String {
        context::locale()
    }
}
