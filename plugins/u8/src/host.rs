//! What does the plugin need of its host? The seam at which tests stand in.

use std::time::Duration;

use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::records::CodeKind;
use mortise_sdk::{Instant, Result, clock, context, kv, log, records, secrets};

/// The host, as far as this plugin needs it.
pub trait Host {
    fn send(&mut self, request: Request) -> Result<Response, HttpError>;
    /// A stand-in for a credential; none: it is empty or has expired.
    fn credential(&mut self, slot: &str) -> Result<Option<String>>;
    fn forget(&mut self, slot: &str) -> Result<()>;
    /// The ERP's codes for ours; none where no mapping is kept.
    fn codes(&mut self, kind: CodeKind, local: &[String]) -> Result<Vec<Option<String>>>;
    fn local_codes(&mut self, kind: CodeKind, remote: &[String]) -> Result<Vec<Option<String>>>;
    /// A note left by an earlier call. Notes save work; nothing may depend on them.
    fn recall(&mut self, key: &str) -> Option<String>;
    fn note(&mut self, key: &str, value: &str, lifetime: Duration);
    fn drop_note(&mut self, key: &str);
    fn now(&self) -> Instant;
    /// Of the call, in all and from now on.
    fn time_limit(&self) -> Duration;
    fn time_left(&self) -> Duration;
    fn attempt(&self) -> u32;
    fn key(&self) -> String;
    /// The company's day, `YYYY-MM-DD`.
    fn today(&self) -> String;
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

    fn codes(&mut self, kind: CodeKind, local: &[String]) -> Result<Vec<Option<String>>> {
        records::codes(kind, local)
    }

    fn local_codes(&mut self, kind: CodeKind, remote: &[String]) -> Result<Vec<Option<String>>> {
        records::local_codes(kind, remote)
    }

    fn recall(&mut self, key: &str) -> Option<String> {
        kv::get(key).unwrap_or_else(|error| {
            log::debug!("no notes: {error}");
            None
        })
    }

    fn note(&mut self, key: &str, value: &str, lifetime: Duration) {
        if let Err(error) = kv::set_for(key, value, lifetime) {
            log::debug!("no note kept: {error}");
        }
    }

    fn drop_note(&mut self, key: &str) {
        if let Err(error) = kv::delete(key) {
            log::debug!("note not dropped: {error}");
        }
    }

    fn now(&self) -> Instant {
        clock::now()
    }

    fn time_limit(&self) -> Duration {
        context::time_limit()
    }

    fn time_left(&self) -> Duration {
        context::time_left()
    }

    fn attempt(&self) -> u32 {
        context::attempt()
    }

    fn key(&self) -> String {
        context::idempotency_key()
    }

    fn today(&self) -> String {
        context::business_date()
    }
}
