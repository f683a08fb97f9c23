//! The clients: one per address policy, without proxy, redirects, cookies, decompression.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use reqwest::{Certificate, Client, Request, redirect};
use tokio::sync::Semaphore;

use super::resolver::{Guarded, MOST_LOOKUPS_OF_ALL, Resolver};
use super::wire::{AddressRefused, Incoming, Outgoing, Wire, WireFault};

/// Shorter than a request's time-out, so that a host that does not answer at all counts as not reached.
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_mins(1);
const IDLE_PER_HOST: usize = 8;

pub(crate) struct Clients {
    public: Client,
    private: Client,
}

impl Clients {
    pub(crate) fn new(roots: &[Vec<u8>], resolver: &Arc<dyn Resolver>) -> Result<Self, String> {
        let mut certificates = Vec::new();
        for pem in roots {
            certificates.extend(Certificate::from_pem_bundle(pem).map_err(|error| chain(&error))?);
        }
        let all = Arc::new(Semaphore::new(MOST_LOOKUPS_OF_ALL));
        let build = |private| {
            let guarded = Guarded { resolver: Arc::clone(resolver), private, all: Arc::clone(&all) };
            let mut builder = Client::builder()
                .user_agent(concat!("mortise/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .connect_timeout(CONNECT)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(IDLE_PER_HOST)
                .dns_resolver(Arc::new(guarded));
            if !certificates.is_empty() {
                builder = builder.tls_certs_merge(certificates.clone());
            }
            builder.build().map_err(|error| chain(&error))
        };
        Ok(Self { public: build(false)?, private: build(true)? })
    }

    pub(crate) fn of(&self, private: bool) -> &Client {
        if private { &self.private } else { &self.public }
    }
}

#[async_trait]
impl Wire for Clients {
    async fn exchange(&self, outgoing: Outgoing) -> Result<Incoming, WireFault> {
        let mut request = Request::new(outgoing.method, outgoing.url);
        *request.headers_mut() = outgoing.headers;
        *request.body_mut() = outgoing.body.map(Into::into);
        let response = self.of(outgoing.private).execute(request).await.map_err(|error| fault(&error))?;
        Ok(Incoming {
            status: response.status(),
            headers: response.headers().clone(),
            length: response.content_length(),
            body: response.bytes_stream().map(|chunk| chunk.map_err(|error| chain(&error))).boxed(),
        })
    }
}

/// What a failed exchange means: nothing was sent before there was a connection.
fn fault(error: &reqwest::Error) -> WireFault {
    if let Some(refused) = refused_address(error) {
        WireFault::Address(refused)
    } else if error.is_connect() {
        WireFault::NotReached(chain(error))
    } else if error.is_builder() {
        WireFault::Unfit(chain(error))
    } else {
        WireFault::Broken(chain(error))
    }
}

/// The error with its causes, without the URL: that holds credentials.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // Several libraries repeat their cause.
        if texts.last().is_none_or(|last| !last.contains(&text)) {
            texts.push(text);
        }
        source = cause.source();
    }
    if texts.is_empty() { "the request failed".into() } else { texts.join(": ") }
}

/// The address check's own refusal, where that is the cause.
pub(crate) fn refused_address(error: &reqwest::Error) -> Option<AddressRefused> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<AddressRefused>() {
            return Some(*refused);
        }
        source = cause.source();
    }
    None
}
