#![doc = include_str!("../README.md")]
#![expect(clippy::test_attr_in_doctest, reason = "the tutorial shows the tests of a plugin")]
//!
//! # Errors
//!
//! [`Error`] has eight cases, and the case decides what the host does next. Choose by the question *who can mend it?*
//!
//! | case | means | what the host does |
//! |---|---|---|
//! | [`Error::rejected`] | the business says no | shows a person the reason |
//! | [`Error::invalid`] | a field or a setting is wrong | shows a person the field |
//! | [`Error::retry`] | a passing fault, or an outcome that is not known | tries again soon |
//! | [`Error::rate_limited`] | too many calls | tries again when the upstream allows |
//! | [`Error::unauthorized`] | our credential is refused | opens a ticket for an admin at once, tries again |
//! | [`Error::duplicate`] | the effect exists already | takes it for a success |
//! | [`Error::not_found`] | there is no such thing upstream | depends on what was asked |
//! | [`Error::unavailable`] | the upstream cannot work now | tries again, counts it in the breaker |
//!
//! Every case but `duplicate` carries a reason in Chinese and English, which people read in tickets, holds and the order's
//! story: say what the upstream answered, with its own code and message. Never write a credential into it. The three that are
//! tried again can also carry how long the upstream wants to be left in peace:
//!
//! ```
//! # use std::time::Duration;
//! # use mortise_sdk::Error;
//! fn refused(code: i64, message: &str) -> Error {
//!     let (zh, en) = (format!("Acme 拒绝：{message}（{code}）"), format!("Acme refuses: {message} ({code})"));
//!     match code {
//!         4290 => Error::rate_limited(zh, en).after(Duration::from_secs(60)),
//!         5030 => Error::unavailable(zh, en),
//!         _ => Error::rejected(zh, en),
//!     }
//! }
//! ```
//!
//! `?` turns the errors of this crate into these, each with a reason that names what failed: a host that cannot be reached is
//! `unavailable`, a request that may have arrived is `retry`, a missing grant or an empty credential is `unauthorized`, a number
//! that is none is `invalid`. [`error_for_status`](http::Response::error_for_status) reads a status by its usual meaning and
//! honours `Retry-After`; for an upstream that answers 200 to everything,
//! [`error_for_gateway`](http::Response::error_for_gateway) does so for what stands before it. A panic ends the call as broken;
//! its message is in the plugin's log.
//!
//! # One effect per key
//!
//! A network fails after the upstream has done its work as often as before. The host therefore calls again after any doubt, with
//! the same [`context::idempotency_key`] and a higher [`context::attempt`]. A plugin must not repeat the effect:
//!
//! 1. Where the upstream knows such keys, hand the key on.
//! 2. Otherwise write something of ours into the document (the order's number in a reference field), and on a repeat look for it
//!    before writing.
//! 3. Cancelling or releasing twice succeeds.
//!
//! ```no_run
//! use mortise_sdk::http::Request;
//! use mortise_sdk::{Document, Erp, Order, Result, context, secrets};
//!
//! #[derive(serde::Deserialize)]
//! #[serde(rename_all = "kebab-case")]
//! struct Acme {
//!     base_url: String,
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct Found {
//!     id: String,
//! }
//!
//! impl Erp for Acme {
//!     fn find_order(&self, number: String) -> Result<Option<Document>> {
//!         let request = Request::get(format!("{}/orders", self.base_url)).query("reference", number);
//!         let found: Vec<Found> = request.bearer(&secrets::placeholder("token")?).send()?.error_for_status()?.json()?;
//!         Ok(found.into_iter().next().map(|found| Document { external_id: found.id, ..Document::default() }))
//!     }
//!
//!     fn push_order(&self, order: Order) -> Result<Document> {
//!         if context::is_repeat() {
//!             if let Some(document) = self.find_order(order.number.clone())? {
//!                 return Ok(document);
//!             }
//!         }
//!         let body = serde_json::json!({ "reference": order.number, "customer": order.customer.code });
//!         let request = Request::post(format!("{}/orders", self.base_url)).json(&body);
//!         let made: Found = request.bearer(&secrets::placeholder("token")?).send()?.error_for_status()?.json()?;
//!         Ok(Document { external_id: made.id, ..Document::default() })
//!     }
//! }
//!
//! mortise_sdk::plugin!(Acme: Erp);
//! ```
//!
//! # Settings
//!
//! The host checks settings against the manifest's schema and fills in defaults before a plugin sees them. Numbers that are
//! money or quantities are text in the schema (`"type": "string"` with a pattern) and [`Decimal`] in the type. If schema and type
//! differ nevertheless, the call ends with [`Error::Invalid`] that names the field, such as `settings.tiers[2].from`.
//!
//! A plugin without settings is `struct Plugin {}`. What schema and serde do not express, check where it is used and answer
//! [`Error::invalid`] with the field's name.
//!
//! # Credentials
//!
//! A plugin uses credentials without seeing them. The manifest declares a slot, where it may go and in which place of a request;
//! an admin fills it; [`secrets::placeholder`] gives a stand-in, and the host puts the value in on the way out:
//!
//! ```json
//! "wishes": {
//!   "http": [{ "setting": "base-url", "reason": { "zh": "写入销售订单。", "en": "Writes sales orders." } }]
//! },
//! "credentials": [{
//!   "slot": "token", "title": { "zh": "访问令牌", "en": "Access token" }, "required": true,
//!   "hosts": [{ "setting": "base-url" }], "places": ["header"]
//! }]
//! ```
//!
//! An access token that the upstream hands out is a slot with `capture`: the host keeps the token and the answer holds the
//! stand-in. [`secrets::optional`] answers none once it has expired: then log in. After a 401, [`secrets::forget`] it.
//! Signatures are made by [`secrets::hmac`] and [`secrets::digest`], in shapes that the manifest declares.
//!
//! # Requests, records, memory
//!
//! * [`http::Request`] builds and sends a request to a granted host; a refusal tells which wish or grant is missing.
//! * [`records`] reads products, price lists, customers, earlier orders and code maps. Ask for all items at once: each call has a
//!   cost, and [`records::codes`] takes a list.
//! * [`kv`] remembers small values between calls, per connection: a cursor, a cache. Do not keep there what decides about an
//!   effect; look that up at the upstream.
//! * [`context`] tells which call this is, how much time it has and how much is left, the reader's language and the company's
//!   business date. Take the business date from there or from the order, never from the clock.
//!
//! # Numbers
//!
//! Amounts are whole minor units of a currency, unit prices and quantities are [`Decimal`]: exact, with at most nine digits after
//! the point. There is no way from `f64`, and no rounding that is not asked for. Amounts of different currencies are never added.
//!
//! # What a call may cost
//!
//! Each call runs in a fresh instance. An arena of 256 kB is part of it; a call that needs more memory grows it, which is slower
//! but works up to the connection's bound. Time, memory, requests and lines of log are bounded per call; a plugin that runs into
//! a bound ends as broken, and the bound is named in the order's story.
#![deny(missing_docs)]

#[cfg(target_arch = "wasm32")]
mod allocator;
mod attributes;
#[doc(hidden)]
#[expect(
    clippy::unsafe_derive_deserialize,
    clippy::same_length_and_capacity,
    reason = "generated: the component ABI hands over raw memory"
)]
pub mod bindings;
pub mod clock;
pub mod context;
mod decimal;
pub mod erp;
mod error;
pub mod geocoder;
pub mod http;
pub mod inventory;
pub mod kv;
pub mod log;
pub mod notifier;
pub mod order_policy;
mod panics;
pub mod pricing;
pub mod random;
pub mod records;
mod registration;
pub mod secrets;
pub mod settings;
mod text;

pub use attributes::{Attributes, AttributesExt, attributes};
pub use bindings::host::mortise::plugin::types::{
    Address, Amount, Change, ChangeKind, ChangePage, CoordinateSystem, Customer, Date, Document, Instant, Line, Order,
    OrderKind, Payment, Point, ShippedLine,
};
pub use decimal::{Decimal, DecimalError, MAX_SCALE};
pub use erp::Erp;
pub use error::{Error, InvalidField, Pause, Result};
pub use geocoder::Geocoder;
pub use inventory::Inventory;
pub use notifier::Notifier;
pub use order_policy::OrderPolicy;
pub use pricing::Pricing;
pub use settings::settings;
pub use text::Text;
