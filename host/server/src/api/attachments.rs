//! Attached files, of whatever they are: streamed to disk and back, never held in memory.

use std::path::Path;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_store::{Attachment, LeadFile};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::app::Shared;
use crate::files::Unkept;

/// Kinds of files that people attach; none that a browser would run.
const MEDIA_TYPES: [&str; 9] = [
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/webp",
    "text/plain",
    "text/csv",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
];

/// How long the next part of a file may take; how long the whole may take is bounded by its length.
const SILENCE: Duration = Duration::from_secs(30);

/// An attached file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its length in bytes.
    pub size: i64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// When it was attached.
    pub added_at: Instant,
    /// Who attached it: a token's name, or `user:<name>`.
    pub added_by: String,
}

impl From<Attachment> for AttachmentView {
    fn from(file: Attachment) -> Self {
        let Attachment { id, name, media_type, size, sha256, added_at, added_by, .. } = file;
        Self { id, name, media_type, size, sha256, added_at, added_by }
    }
}

impl From<LeadFile> for AttachmentView {
    fn from(file: LeadFile) -> Self {
        let LeadFile { id, name, media_type, size, sha256, added_at, added_by, .. } = file;
        Self { id, name, media_type, size, sha256, added_at, added_by }
    }
}

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; the file itself is streamed")]
pub struct AttachmentForm {
    /// The file, with its name and media type.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Name and media type of a part, where both will do.
pub fn described(field: &Field<'_>) -> Result<(String, String), Problem> {
    let name = field.file_name().unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Problem::field("file", "needs a file name of 1 to 200 characters without control characters"));
    }
    let media_type = field.content_type().unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !MEDIA_TYPES.contains(&media_type.as_str()) {
        let message = format!("is of the type {media_type:?}; accepted are: {}", MEDIA_TYPES.join(", "));
        return Err(Problem::field("file", message));
    }
    Ok((name.to_owned(), media_type))
}

/// A file that has come whole.
pub struct Received {
    /// Its bytes, until they are kept.
    pub file: Unkept,
    /// Its length in bytes.
    pub size: i64,
    /// Of its bytes, hex.
    pub sha256: String,
}

impl Received {
    /// Stores the row that names the file. From here on there may be one, even where the request is broken off; of an unknown
    /// outcome it may be there too, and a file without a row is swept up later.
    pub async fn stored_by<T>(self, row: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let path = self.file.keep();
        let stored = row.await;
        if stored.as_ref().is_err_and(|error| !matches!(error, StoreError::Unavailable(_))) {
            drop(Unkept::new(path));
        }
        stored
    }
}

/// Streams a part of a form into the folder of attached files, under this name.
pub async fn receive(app: &Shared, stored_as: &str, mut field: Field<'_>) -> Result<Received, Problem> {
    let path = app.folder.attachments().join(stored_as);
    let file = Unkept::new(path.clone());
    let (size, sha256) = write(&path, &mut field, app.config.attachment_bytes).await?;
    Ok(Received { file, size, sha256 })
}

/// The one part of a form, which must be named `file`.
pub async fn only_file(form: &mut Multipart) -> Result<Field<'_>, Problem> {
    let Some(field) = form.next_field().await.map_err(|error| broken(&error))? else {
        return Err(Problem::field("file", "is missing; send a multipart form with one part named file"));
    };
    if field.name() != Some("file") {
        return Err(Problem::field(field.name().unwrap_or_default(), "is not known here; send one part named file"));
    }
    Ok(field)
}

/// The bytes of an attached file, always as a download.
pub async fn download(
    app: &Shared,
    path: &str,
    name: &str,
    media_type: String,
    size: i64,
) -> Result<Response, Problem> {
    let path = app.folder.attachments().join(path);
    let file = tokio::fs::File::open(&path).await.map_err(|error| {
        tracing::error!(%error, path = %path.display(), "an attached file could not be opened");
        Problem::unavailable("The file cannot be read; it may lie in the data folder of another node.")
    })?;
    let text = |text: String| HeaderValue::try_from(text).map_err(|_| Problem::internal());
    let headers = [
        (header::CONTENT_TYPE, text(media_type)?),
        (header::CONTENT_LENGTH, size.into()),
        (header::CONTENT_DISPOSITION, text(disposition(name))?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

async fn write(path: &Path, field: &mut Field<'_>, most: u64) -> Result<(i64, String), Problem> {
    let unwritable = |error: std::io::Error| {
        tracing::error!(%error, path = %path.display(), "an attached file could not be written");
        Problem::unavailable("The file could not be written.")
    };
    let mut file = tokio::fs::File::create_new(path).await.map_err(unwritable)?;
    let (mut size, mut digest) = (0_u64, Sha256::new());
    while let Some(chunk) = chunk(field).await? {
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if size > most {
            return Err(
                Problem::too_large(format!("The file is larger than {most} bytes.")).remedy("Send a smaller file.")
            );
        }
        digest.update(&chunk);
        file.write_all(&chunk).await.map_err(unwritable)?;
    }
    file.sync_all().await.map_err(unwritable)?;
    Ok((i64::try_from(size).unwrap_or(i64::MAX), hex::encode(digest.finalize())))
}

/// The next part of the file. A client that has gone without a word is not waited for.
async fn chunk(field: &mut Field<'_>) -> Result<Option<Bytes>, Problem> {
    let next = tokio::time::timeout(SILENCE, field.chunk()).await;
    let next = next.map_err(|_| {
        let detail = format!("Nothing more of the file came for {} s.", SILENCE.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "The request came too slowly", detail)
            .remedy("Send it again.")
    })?;
    next.map_err(|error| broken(&error))
}

fn broken(error: &MultipartError) -> Problem {
    Problem::malformed(format!("The form cannot be read: {}", error.body_text()))
}

/// Always a download, with the name in the form of RFC 5987.
fn disposition(name: &str) -> String {
    use std::fmt::Write as _;
    let mut text = "attachment; filename*=UTF-8''".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
