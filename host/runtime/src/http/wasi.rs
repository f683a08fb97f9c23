//! The second door: `wasi:http` for guests whose libraries speak it. It leads to the same way out as the contract's own `http`,
//! with one difference: a redirect is handed to the guest, as `wasi:http` has it, and what the guest sends next is judged like any
//! other request. Bodies are buffered within the call's bounds.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime_wasi_http::{
    Error, ForbiddenHeaderFilter, RequestOptions, Result, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
    WasiHttpView,
};

use super::draft::is_hosts_own;
use super::{Answer, Draft, Redirects, Refused, Sender};
use crate::state::State;
use crate::wasi::Wasi;

/// Most resources that a guest behind this door may hold. A header or body that is being written takes memory of the host, and each
/// has a bound of its own: together they stay within some megabytes.
const HANDLES: usize = 250;
/// Requests of one call that are worked on at a time; further ones wait.
const AT_ONCE: usize = 8;
/// Bytes of the headers of one request.
const FIELD_BYTES: usize = 32 << 10;
/// Bytes of a body that the host takes before it has sent, or refused, what came before.
const CHUNK_BYTES: usize = 16 << 10;

/// Offers the door. Only plugins that import it are linked so.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)
}

/// Made when a guest first asks for it.
pub(crate) struct Door {
    context: WasiHttpCtx,
    hooks: Hooks,
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let Self { confines, shared, recorder, context, begun, deadline, door, wasi, .. } = self;
        let door = door.get_or_insert_with(|| {
            let sender = Arc::new(Sender::new(confines, shared, recorder, context, *deadline));
            let mut context = WasiHttpCtx::new();
            context.set_field_size_limit(FIELD_BYTES);
            Box::new(Door { context, hooks: Hooks { sender, places: Arc::new(Semaphore::new(AT_ONCE)) } })
        });
        let table = Wasi::of(wasi, confines, shared, *begun).table();
        table.set_max_capacity(HANDLES);
        WasiHttpCtxView { hooks: &mut door.hooks, table, ctx: &mut door.context }
    }
}

struct Hooks {
    sender: Arc<Sender>,
    places: Arc<Semaphore>,
}

type Transmitted = Box<dyn Future<Output = Result<()>> + Send>;

impl WasiHttpHooks for Hooks {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(|name| is_hosts_own(name.as_str()))
    }

    /// Judged with the rest of the URL, so that the refusal says what would do.
    fn is_supported_scheme(&mut self, _: &http::uri::Scheme) -> bool {
        true
    }

    fn set_host_header(&mut self) -> bool {
        false
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        CHUNK_BYTES
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Transmitted,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Transmitted)>> + Send> {
        let (sender, places) = (Arc::clone(&self.sender), Arc::clone(&self.places));
        Box::new(async move {
            let answered = send(&sender, &places, request, options).await;
            let response = answered.and_then(response).map_err(|refused| {
                sender.tell(&refused);
                code(&refused)
            })?;
            Ok((response, Box::new(async { Ok(()) }) as Transmitted))
        })
    }
}

/// `wasi:http` has no room for the reason; that is in the plugin's log and in the call's record.
fn code(refused: &Refused) -> Error {
    match refused {
        Refused::Denied(_) => Error::HttpRequestDenied,
        Refused::NotSent(_) => Error::DestinationUnavailable,
        Refused::UnknownOutcome(_) => Error::ConnectionTerminated,
        Refused::TooLarge(_) => Error::HttpResponseBodySize(None),
        Refused::Limit(_) => Error::ConnectionLimitReached,
    }
}

async fn send(
    sender: &Sender,
    places: &Semaphore,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> std::result::Result<Answer, Refused> {
    let (parts, body) = request.into_parts();
    let mut headers = Vec::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|_| Refused::Denied(format!("the value of the header `{name}` is not UTF-8")))?;
        headers.push((name.as_str().to_owned(), text.to_owned()));
    }
    // The answer is buffered: the time to its first byte is the time to its last.
    let timeout = options.and_then(|options| options.first_byte_timeout);
    let draft = Draft {
        method: parts.method.as_str().to_owned(),
        url: parts.uri.to_string(),
        headers,
        body: Some(collect(sender, body).await?).filter(|body| !body.is_empty()),
        timeout_ms: timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)),
    };
    // Behind the body: the guest may be writing it while others are under way.
    let _place = places.acquire().await;
    sender.send(draft, Redirects::HandedOver).await
}

/// The guest may still be writing it. What is held here counts against the bytes of the call from the first one on, so that bodies
/// which are never finished take no more of the host's memory than one request may have.
async fn collect(sender: &Sender, mut body: WasiBody) -> std::result::Result<Bytes, Refused> {
    let mut held = Held { sender, bytes: 0 };
    let mut collected = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| Refused::NotSent(format!("the plugin did not finish the request's body ({error})")))?;
        let Ok(piece) = frame.into_data() else { continue };
        held.take(piece.len() as u64)?;
        collected.extend_from_slice(&piece);
    }
    Ok(collected.freeze())
}

/// Bytes of the call that are held for a body. They are given back with it: sending charges for the request as a whole.
struct Held<'a> {
    sender: &'a Sender,
    bytes: u64,
}

impl Held<'_> {
    fn take(&mut self, bytes: u64) -> std::result::Result<(), Refused> {
        if !self.sender.recorder().take_bytes(bytes) {
            return Err(self.sender.over_bytes());
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.sender.recorder().give_bytes(self.bytes);
    }
}

fn response(answer: Answer) -> std::result::Result<http::Response<WasiBody>, Refused> {
    let mut builder = http::Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        builder = builder.header(name, value);
    }
    let body = Full::new(Bytes::from(answer.body)).map_err(|never| match never {}).boxed_unsync();
    builder.body(body).map_err(|error| Refused::UnknownOutcome(format!("the answer cannot be handed on ({error})")))
}
