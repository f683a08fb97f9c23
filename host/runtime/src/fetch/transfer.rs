//! One file by one GET: redirects followed and judged anew, bytes counted.

use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use mortise_domain::secret::Secret;
use reqwest::{Method, Request, Response};
use serde::Deserialize;
use url::Url;

use super::sources::{place, refused_address};
use super::{FetchError, Fetcher};
use crate::http::client::{chain, refused_address as address_of};

/// Most redirects of one request.
const REDIRECTS: usize = 5;
/// Most bytes of an answer that says what went wrong.
const COMPLAINT: usize = 16 << 10;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accept {
    pub(super) media_type: &'static str,
    pub(super) what: &'static str,
    pub(super) most: usize,
    pub(super) remedy: &'static str,
}

/// An answer before its body is read.
pub(super) struct Opened {
    pub(super) url: Url,
    response: Response,
}

impl Opened {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }
}

impl Fetcher {
    /// The body of what lies there.
    pub(super) async fn get(
        &self,
        url: &Url,
        authorization: Option<&Secret>,
        accept: Accept,
    ) -> Result<Vec<u8>, FetchError> {
        let opened = self.open(url, authorization, accept).await?;
        self.body(opened, accept).await
    }

    /// Asks, and follows redirects. The authorization stays with the origin that it is for.
    pub(super) async fn open(
        &self,
        url: &Url,
        authorization: Option<&Secret>,
        accept: Accept,
    ) -> Result<Opened, FetchError> {
        let mut at = url.clone();
        for _ in 0..=REDIRECTS {
            let own = (at.origin() == url.origin()).then_some(authorization).flatten();
            let response = self.send(&at, own, accept).await?;
            let redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let Some(location) = location.filter(|_| redirect) else {
                return Ok(Opened { url: at, response });
            };
            let next = at.join(location);
            at = next.map_err(|_| {
                FetchError::Refused(format!("`{}` redirects to something that is no address", place(&at)))
            })?;
        }
        Err(FetchError::Refused(format!("`{}` redirects more than {REDIRECTS} times: check the address", place(url))))
    }

    async fn send(&self, url: &Url, authorization: Option<&Secret>, accept: Accept) -> Result<Response, FetchError> {
        let private = self.sources.judge(url)?;
        let mut request = Request::new(Method::GET, url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(accept.media_type));
        // What is counted is what arrives.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(secret) = authorization {
            let value = HeaderValue::from_str(secret.expose());
            let mut value = value.map_err(|_| FetchError::Unauthorized {
                place: place(url),
                told: ": the login holds a character that headers cannot have".into(),
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        self.clients.of(private).execute(request).await.map_err(|error| match address_of(&error) {
            Some(refused) => refused_address(url, refused.address, refused.kind),
            None if error.is_connect() => FetchError::Unreachable { place: place(url), cause: chain(&error) },
            None => FetchError::Broken { place: place(url), cause: chain(&error) },
        })
    }

    /// Reads the body of a success.
    pub(super) async fn body(&self, opened: Opened, accept: Accept) -> Result<Vec<u8>, FetchError> {
        let Opened { url, response } = opened;
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            let told = complaint(response).await;
            return Err(FetchError::Unauthorized { place: place(&url), told });
        }
        if status != StatusCode::OK {
            let told = complaint(response).await;
            return Err(FetchError::Status { place: place(&url), status: status.as_u16(), told });
        }
        let most = accept.most as u64;
        let too_large = || FetchError::TooLarge { what: accept.what, most, remedy: accept.remedy };
        if response.content_length().is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let broken = |error: &reqwest::Error| FetchError::Broken { place: place(&url), cause: chain(error) };
        read(response, accept.most).await.map_err(|error| broken(&error))?.ok_or_else(too_large)
    }
}

/// None: there is more than `most`.
async fn read(mut response: Response, most: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > most - body.len() {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// What a registry says about an error; nothing else of an answer is repeated, it may be somebody's page.
async fn complaint(response: Response) -> String {
    #[derive(Deserialize)]
    struct Complaint {
        errors: Vec<Told>,
    }
    #[derive(Deserialize)]
    struct Told {
        code: String,
        #[serde(default)]
        message: String,
    }
    let body = read(response, COMPLAINT).await.ok().flatten().unwrap_or_default();
    let Ok(Complaint { errors }) = serde_json::from_slice(&body) else { return String::new() };
    let Some(Told { code, message }) = errors.into_iter().next() else { return String::new() };
    let told: String = format!("{code}: {message}").chars().filter(|letter| !letter.is_control()).take(200).collect();
    format!(" ({})", told.trim_end_matches([' ', ':']))
}
