//! What does the plugin need of its host? The seam at which tests stand in.

use std::time::Duration;

use mortise_sdk::geocoder::Located;
use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::secrets::Part;
use mortise_sdk::{Result, kv, log, secrets};

/// The host, as far as this plugin needs it.
pub trait Host {
    fn send(&mut self, request: Request) -> Result<Response, HttpError>;
    /// A stand-in for the key.
    fn key(&mut self) -> Result<String>;
    /// Has the key a private key to sign with?
    fn signs(&mut self) -> Result<bool>;
    /// The digest over the parts, in the manifest's one shape.
    fn digest(&mut self, parts: &[Part]) -> Result<Vec<u8>>;
    /// What was found earlier. Memory saves requests; nothing may depend on it.
    fn recall(&mut self, key: &str) -> Option<(String, Located)>;
    fn remember(&mut self, key: &str, found: &(String, Located), lifetime: Duration);
}

/// The host that runs the guest.
pub struct Guest;

impl Host for Guest {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        request.send()
    }

    fn key(&mut self) -> Result<String> {
        secrets::placeholder("key")
    }

    fn signs(&mut self) -> Result<bool> {
        Ok(secrets::optional("private-key")?.is_some())
    }

    fn digest(&mut self, parts: &[Part]) -> Result<Vec<u8>> {
        secrets::digest("sig", parts)
    }

    fn recall(&mut self, key: &str) -> Option<(String, Located)> {
        kv::get(key).unwrap_or_else(|error| {
            log::debug!("nothing is remembered: {error}");
            None
        })
    }

    fn remember(&mut self, key: &str, found: &(String, Located), lifetime: Duration) {
        if let Err(error) = kv::set_for(key, found, lifetime) {
            log::debug!("the place is not remembered: {error}");
        }
    }
}
