//! A guest for tests: sends by `wasi:http` what the script in the query's text tells it, and answers all that it saw.

use mortise_sdk::geocoder::{Located, Query};
use mortise_sdk::{Error, Geocoder, Result, secrets};
use serde::Deserialize;

mod bindings {
    #![expect(clippy::same_length_and_capacity, reason = "the generated code is not ours")]
    wit_bindgen::generate!({ path: "wit", world: "fetching", generate_all });
}

use bindings::wasi::http::outgoing_handler::handle;
use bindings::wasi::http::types::{Fields, IncomingResponse, Method, OutgoingBody, OutgoingRequest, Scheme};
use bindings::wasi::io::streams::StreamError;

/// The settings are not looked at.
#[derive(Deserialize)]
pub struct Fetching {}

/// A step of the scripts that the guest `misbehaving` follows too.
#[derive(Deserialize)]
struct Step {
    #[serde(default = "once")]
    times: u32,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    /// Does not wait for the answer.
    #[serde(default)]
    leave: bool,
    /// Never finishes the body.
    #[serde(default)]
    open: bool,
}

fn once() -> u32 {
    1
}

mortise_sdk::plugin!(Fetching: Geocoder);

impl Geocoder for Fetching {
    fn locate(&self, query: Query) -> Result<Located> {
        let steps: Vec<Step> = serde_json::from_str(&query.text)
            .map_err(|error| Error::invalid("text", error.to_string(), error.to_string()))?;
        let mut located = Located::default();
        for step in steps {
            for _ in 0..step.times {
                match send(&step)? {
                    Ok(seen) => located.attributes.extend(seen),
                    Err(error) => located.attributes.push(("error".to_owned(), error)),
                }
            }
        }
        Ok(located)
    }
}

/// Placeholders stand as `<slot>` in the script.
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

type Seen = Vec<(String, String)>;

/// The inner error is what `wasi:http` says, by its name.
fn send(step: &Step) -> Result<std::result::Result<Seen, String>> {
    let url = fill(&step.url)?;
    let mut headers = Vec::new();
    for (name, value) in &step.headers {
        headers.push((name.clone(), fill(value)?.into_bytes()));
    }
    let body = step.body.as_deref().map(fill).transpose()?;
    Ok(exchange(step, &url, &headers, body.as_deref()))
}

fn exchange(
    step: &Step,
    url: &str,
    headers: &[(String, Vec<u8>)],
    body: Option<&str>,
) -> std::result::Result<Seen, String> {
    let fields = Fields::from_list(headers).map_err(|error| format!("{error:?}"))?;
    let request = OutgoingRequest::new(fields);
    let refused = |()| "the request refuses it".to_owned();
    request.set_method(&named(&step.method)).map_err(refused)?;
    address(&request, url).map_err(refused)?;
    let outgoing = request.body().map_err(refused)?;
    // As most libraries do: the request goes on its way before its body is written.
    let future = handle(request, None).map_err(|error| format!("{error:?}"))?;
    if let Some(body) = body {
        let stream = outgoing.write().map_err(refused)?;
        // The host may have had enough; the answer says so.
        let taken = body.as_bytes().chunks(4096).all(|piece| stream.blocking_write_and_flush(piece).is_ok());
        if step.open {
            std::mem::forget((stream, outgoing, future));
            return Ok(vec![("taken".to_owned(), taken.to_string())]);
        }
    }
    let _ = OutgoingBody::finish(outgoing, None);
    if step.leave {
        // Dropped, it would be called off, perhaps before it has left.
        std::mem::forget(future);
        return Ok(Vec::new());
    }
    future.subscribe().block();
    let answer = future.get().and_then(std::result::Result::ok);
    match answer {
        Some(Ok(response)) => read(&response),
        Some(Err(error)) => Err(format!("{error:?}")),
        None => Err("no answer".to_owned()),
    }
}

fn named(method: &str) -> Method {
    match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "CONNECT" => Method::Connect,
        "OPTIONS" => Method::Options,
        "TRACE" => Method::Trace,
        "PATCH" => Method::Patch,
        other => Method::Other(other.to_owned()),
    }
}

/// The URL in pieces, as it was written: judging it is the host's work.
fn address(request: &OutgoingRequest, url: &str) -> std::result::Result<(), ()> {
    let (scheme, rest) = url.split_once("://").ok_or(())?;
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let path = path.split('#').next().unwrap_or_default();
    request.set_scheme(Some(&match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    }))?;
    request.set_authority(Some(authority))?;
    request.set_path_with_query(Some(if path.is_empty() { "/" } else { path }))
}

fn read(response: &IncomingResponse) -> std::result::Result<Seen, String> {
    let headers: Vec<(String, String)> = response
        .headers()
        .entries()
        .into_iter()
        .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
        .collect();
    let body = response.consume().map_err(|()| "the answer has no body".to_owned())?;
    let stream = body.stream().map_err(|()| "the answer has no stream".to_owned())?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(1 << 16) {
            Ok(piece) => bytes.extend(piece),
            Err(StreamError::Closed) => break,
            Err(StreamError::LastOperationFailed(_)) => return Err("the body broke off".to_owned()),
        }
    }
    Ok(vec![
        ("status".to_owned(), response.status().to_string()),
        ("headers".to_owned(), format!("{headers:?}")),
        ("body".to_owned(), String::from_utf8_lossy(&bytes).into_owned()),
    ])
}
