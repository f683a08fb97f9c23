//! The one form of an error answer: `application/problem+json` (RFC 9457).

use axum::Json;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mortise_domain::ports::StoreError;
use mortise_domain::submission::FieldError;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, why, and what to do about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the kind of problem, `urn:mortise:problem:<name>`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// The kind in words; the same for every problem of the kind.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened this time, and why.
    detail: String,
    /// The detail in both languages, where an operator is to read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Box<Text>>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// What to do.
    #[serde(skip_serializing_if = "str::is_empty")]
    remedy: String,
    /// Seconds after which it may work; 0: nobody knows.
    #[serde(skip)]
    retry_after: u16,
}

impl Problem {
    /// A problem of a kind: status, name and title.
    pub fn new(status: StatusCode, name: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:mortise:problem:{name}").into(),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            text: None,
            errors: Vec::new(),
            remedy: String::new(),
            retry_after: 0,
        }
    }

    /// The same problem with what to do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same problem with what each of its parts is.
    #[must_use]
    pub fn parts(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// The same problem with its detail in both languages.
    #[must_use]
    pub fn text(mut self, text: Text) -> Self {
        self.text = Some(Box::new(text));
        self
    }

    /// The same problem with when it may work.
    #[must_use]
    pub fn retry_after(mut self, seconds: u16) -> Self {
        self.retry_after = seconds;
        self
    }

    /// Fields of the request that are wrong.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            // The whole body.
            [only] if only.field.is_empty() => only.message.clone(),
            [only] => only.to_string(),
            several => format!("{} fields are wrong", several.len()),
        };
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The request is not valid", detail);
        Self { errors, remedy: "Correct the fields and send it again.".into(), ..problem }
    }

    /// One field of the request that is wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        // No field of ours has such a long name: it may be a token in the wrong place.
        let said = |part: &str| if part.len() > SAID_AGAIN { "…".to_owned() } else { part.to_owned() };
        let field = field.into().split('.').map(said).collect::<Vec<_>>().join(".");
        Self::invalid(vec![FieldError::new(field, message)])
    }

    /// A request that cannot be read at all.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// There is no such thing.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", format!("There is no {what}."))
    }

    /// The request does not fit what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "The request conflicts with what is there", detail)
    }

    /// The body, file or header is larger than allowed.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large", detail)
    }

    /// Something the server needs cannot be used now.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The server cannot do this now", detail)
            .remedy("Try again in a moment, with the same Idempotency-Key where you sent one.")
            .retry_after(2)
    }

    /// A fault of ours. The cause is in the log under the request id, never in the answer.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The server made a mistake",
            "Something failed that should not have; the log has the cause.",
        )
        .remedy("Give the X-Request-Id of this answer to whoever runs the server.")
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.retry_after);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"mortise\""));
        }
        if retry_after > 0 {
            headers.insert(header::RETRY_AFTER, retry_after.into());
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::not_found(what),
            StoreError::Conflict(detail) => Self::conflict(detail),
            StoreError::Unavailable(_) => {
                tracing::error!(%error, "the store failed");
                Self::unavailable("The database does not answer.")
            }
            StoreError::Inconsistent { .. } => {
                tracing::error!(%error, "the store failed");
                Self::internal()
            }
        }
    }
}

/// Longest word of a request that is said again.
const SAID_AGAIN: usize = 32;

/// A refusal without the long words of the request that it quotes: a token in a wrong place is not said again. Nor is any text that
/// stands where something else belongs: it may be a password, which is short.
pub fn discreet(words: &str) -> String {
    const MISPLACED: &str = "invalid type: string ";
    let misplaced = words.split_once(MISPLACED).zip(words.rsplit_once(", expected "));
    let mut discreet = match misplaced {
        Some(((before, _), (_, expected))) => format!("{before}invalid type: text, expected {expected}"),
        None => words.to_owned(),
    };
    for mark in ['`', '"'] {
        let quoted = |(at, word)| if at % 2 == 1 && str::len(word) > SAID_AGAIN { "…" } else { word };
        let all: Vec<&str> = discreet.split(mark).enumerate().map(quoted).collect();
        discreet = all.join(&mark.to_string());
    }
    discreet
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::too_large("The body is larger than this address takes.").remedy("Split it into several requests.")
        } else {
            Self::malformed("The body ended before it was complete.")
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found("such address")
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        let text = discreet(&rejection.body_text());
        let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
        match text.split_once(": ") {
            Some((field, message)) => Self::field(field, message),
            None => Self::malformed(text),
        }
    }
}
