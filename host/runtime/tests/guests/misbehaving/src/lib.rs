//! A guest for tests: does whatever the script in the query's text tells it, and answers all that it saw.

use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mortise_sdk::geocoder::{Located, Query};
use mortise_sdk::http::Request;
use mortise_sdk::pricing::{PriceRequest, Priced};
use mortise_sdk::secrets::{self, Part};
use mortise_sdk::{Error, Geocoder, Pricing, Result, context, kv, log, records};
use serde::Deserialize;

mod floods;
#[cfg(target_arch = "wasm32")]
mod scan;

use floods::Flood;

/// The settings are not looked at.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Misbehaving {
    upstream: String,
}

/// One step of a script.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Step {
    Loop,
    Memory,
    Stack,
    Trap,
    LogFlood,
    Log { text: String },
    HugeAnswer,
    ManyEmpty { entries: usize },
    HugeText,
    NulAnswer,
    HostFlood,
    Flood(Flood),
    Panic { text: String },
    PanicRevealed { slot: String },
    Scan { marked: String },
    Fail { text: String },
    FailWith { error: Error },
    Send { method: String, url: String, headers: Vec<(String, String)>, body: Option<String>, basic: bool, times: u32 },
    Placeholder { slot: String },
    Reveal { slot: String },
    Forget { slot: String },
    Hmac { text: String },
    Sandwich { text: String },
    Digest { shape: String, slot: String },
    KvSet { key: String, text: String },
    KvGet { key: String },
    KvKeys,
    Products,
    Prices,
    Context,
}

mortise_sdk::plugin!(Misbehaving: Geocoder, Pricing);

impl Pricing for Misbehaving {
    /// What the strategy before it found; a price for nothing where it is the first.
    fn price(&self, request: PriceRequest) -> Result<Priced> {
        let lines = request.lines.into_iter().filter_map(|line| line.proposed).collect();
        Ok(Priced { lines, version: self.upstream.clone() })
    }
}

impl Geocoder for Misbehaving {
    fn locate(&self, query: Query) -> Result<Located> {
        let steps: Vec<Step> = serde_json::from_str(&query.text)
            .map_err(|error| Error::invalid("text", error.to_string(), error.to_string()))?;
        let mut located = Located::default();
        for step in steps {
            run(step, &mut located)?;
        }
        Ok(located)
    }
}

#[expect(clippy::panic, reason = "to misbehave is what it is for")]
fn run(step: Step, located: &mut Located) -> Result<()> {
    let mut say = |name: &str, text: String| located.attributes.push((name.to_owned(), text));
    match step {
        Step::Loop => loop {
            black_box(());
        },
        Step::Memory => {
            let mut kept = Vec::new();
            loop {
                kept.push(vec![1_u8; 1 << 20]);
                black_box(&kept);
            }
        }
        Step::Stack => say("stack", recurse(1).to_string()),
        Step::Trap => std::process::abort(),
        Step::LogFlood => (0..10_000).for_each(|line| log::info!("line {line} of a flood")),
        Step::Log { text } => log::info!(with = text, "{text}"),
        Step::HugeAnswer => (0..2_000).for_each(|_| say("x", "y".into())),
        Step::ManyEmpty { entries } => located.attributes = vec![(String::new(), String::new()); entries],
        Step::HugeText => say("x", "y".repeat(1 << 20)),
        Step::NulAnswer => say("x", "a\0b".into()),
        Step::HostFlood => loop {
            log::info!("{}", "z".repeat(1 << 16));
        },
        Step::Flood(flood) => flood.run(&mut say)?,
        Step::Panic { text } => panic!("{text}"),
        Step::PanicRevealed { slot } => panic!("the secret is {:?}", secrets::reveal(&slot)),
        Step::Scan { marked } => say("scanned", scanned(&marked).to_string()),
        Step::Fail { text } => return Err(Error::rejected(text.clone(), text)),
        Step::FailWith { error } => return Err(error),
        Step::Send { times, .. } if times > 1 => return flood(step, located),
        Step::Send { method, url, headers, body, basic, .. } => send(method, &url, headers, body, basic, &mut say)?,
        Step::Placeholder { slot } => say("placeholder", format!("{:?}", secrets::optional(&slot))),
        Step::Reveal { slot } => say("revealed", format!("{:?}", secrets::reveal(&slot))),
        Step::Forget { slot } => say("forgot", format!("{:?}", secrets::forget(&slot))),
        Step::Hmac { text } => say("hmac", format!("{:?}", secrets::hmac("signature", &[Part::text(text)]))),
        Step::Sandwich { text } => {
            let parts = [Part::slot("signing"), Part::text(text), Part::slot("signing")];
            say("sandwich", secrets::hex(&secrets::digest("sandwich", &parts)?));
        }
        Step::Digest { shape, slot } => say("digest", format!("{:?}", secrets::digest(&shape, &[Part::slot(slot)]))),
        Step::KvSet { key, text } => say("kv", format!("{:?}", kv::set(&key, &text))),
        Step::KvGet { key } => say("kv", format!("{:?}", kv::get::<String>(&key))),
        Step::KvKeys => say("kv", format!("{:?}", kv::keys("", 10))),
        Step::Products => say("products", format!("{:?}", records::products(&["A-1".to_owned()]))),
        Step::Prices => say("prices", format!("{:?}", records::list_prices(&["A-1".to_owned()], "CNY", "2026-01-31"))),
        Step::Context => {
            for (name, text) in [
                ("connection", context::connection()),
                ("call-id", context::call_id()),
                ("key", context::idempotency_key()),
                ("locale", context::locale()),
                ("zone", context::time_zone()),
                ("day", context::business_date()),
                ("trace", context::trace_parent()),
                ("attempt", context::attempt().to_string()),
                ("time-limit", context::time_limit().as_millis().to_string()),
            ] {
                say(name, text);
            }
        }
    }
    Ok(())
}

/// How often a text stands in the guest's memory.
#[cfg(target_arch = "wasm32")]
fn scanned(marked: &str) -> usize {
    scan::count(marked)
}

/// Only a guest's memory can be looked through.
#[cfg(not(target_arch = "wasm32"))]
fn scanned(marked: &str) -> usize {
    marked.len()
}

fn recurse(depth: u64) -> u64 {
    if black_box(depth) == 0 { 0 } else { 1 + black_box(recurse(depth + 1)) }
}

/// Placeholders stand as `{slot}` in the script.
fn fill(text: &str) -> Result<String> {
    let mut filled = text.to_owned();
    for slot in ["key", "narrow", "token"] {
        let name = format!("<{slot}>");
        if filled.contains(&name) {
            filled = filled.replace(&name, &secrets::placeholder(slot)?);
        }
    }
    Ok(filled)
}

fn send(
    method: String,
    url: &str,
    headers: Vec<(String, String)>,
    body: Option<String>,
    basic: bool,
    say: &mut dyn FnMut(&str, String),
) -> Result<()> {
    let mut request = Request::new(method, fill(url)?);
    let mut media = "text/plain".to_owned();
    for (name, value) in headers {
        let value = fill(&value)?;
        if name == "content-type" {
            media = value;
        } else {
            request = request.header(name, value);
        }
    }
    if basic {
        let pair = STANDARD.encode(fill("user:<key>")?);
        request = request.header("authorization", format!("Basic {pair}"));
    }
    if let Some(body) = body {
        request = request.body(&media, fill(&body)?);
    }
    match request.send() {
        Ok(response) => {
            say("status", response.status.to_string());
            say("headers", format!("{:?}", response.headers));
            say("body", response.text().into_owned());
        }
        Err(error) => say("error", format!("{error:?}")),
    }
    Ok(())
}

fn flood(step: Step, located: &mut Located) -> Result<()> {
    let Step::Send { method, url, headers, body, basic, times } = step else { return Ok(()) };
    for _ in 0..times {
        let again = Step::Send {
            method: method.clone(),
            url: url.clone(),
            headers: headers.clone(),
            body: body.clone(),
            basic,
            times: 1,
        };
        run(again, located)?;
    }
    Ok(())
}
