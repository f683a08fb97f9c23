//! Documents of any kind: found by our number, written once, taken back.

use mortise_sdk::{Document, Error, Result, attributes, log};
use serde_json::Value;

use crate::answer::Reply;
use crate::body::{Fields, text};
use crate::client::{Client, Handle};
use crate::refusal::Meaning;

/// Kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Order,
    Receivable,
    /// A delivery note, from which the warehouse picks.
    Note,
}

impl Kind {
    /// U8's name of the kind, in paths and bodies.
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Order => "saleorder",
            Self::Receivable => "oughtreceive",
            Self::Note => "consignment",
        }
    }

    fn path(self, verb: &str) -> String {
        format!("/api/{}/{verb}", self.resource())
    }
}

/// A document to be written.
pub struct Draft {
    pub kind: Kind,
    /// Our number of it, in the field that the settings name.
    pub key: String,
    /// U8's number of it; made from ours, so that it can be found by it.
    pub code: String,
    pub body: Fields,
    /// The ERP's codes of the lines, to tell which one a refusal means.
    pub codes: Vec<String>,
}

/// The document with this code, as it stands in U8.
pub fn get(client: &mut Client<'_>, kind: Kind, code: &str) -> Result<Option<Value>> {
    let body = client.get(&kind.path("get"), &[("id", code)])?.data()?;
    Ok(body.and_then(|mut body| body.get_mut(kind.resource()).map(Value::take)).filter(Value::is_object))
}

/// Finds a document by our number: under the code that it was given, then by the field that carries the number (an
/// installation may number documents by itself).
pub fn find(client: &mut Client<'_>, kind: Kind, key: &str, code: &str) -> Result<Option<Document>> {
    let field = client.settings.key_field.clone();
    if let Some(found) = get(client, kind, code)? {
        let told = text(&found, &field);
        if told.is_empty() || told == key {
            return Ok(Some(described(code, &found)));
        }
        log::warn!("document {code} belongs to {told}, not to {key}");
    }
    let path = format!("/api/{}list/batch_get", kind.resource());
    let query = [(field.as_str(), key), ("page_index", "1"), ("rows_per_page", "20")];
    let listed = client.get(&path, &query)?.data()?;
    let rows = listed.as_ref().and_then(|body| body.get(format!("{}list", kind.resource()))).and_then(Value::as_array);
    // A proxy that does not know the filter lists other documents too.
    let row = rows.into_iter().flatten().find(|row| text(row, &field) == key);
    Ok(row.map(|row| described(&text(row, "code"), row)))
}

/// Writes a document once: after an attempt of unknown outcome it is looked up first, and U8 is handed our key.
pub fn push(client: &mut Client<'_>, draft: Draft) -> Result<Document> {
    let Draft { kind, key, code, body, codes } = draft;
    if client.host.attempt() > 1
        && let Some(found) = find(client, kind, &key, &code)?
    {
        log::info!("{} {} was written by an earlier attempt", kind.resource(), found.external_id);
        client.drop_outcome(&kind.path("add"));
        return Err(Error::duplicate(found.external_id));
    }
    let biz_id = Some(client.host.key()).filter(|known| !known.is_empty()).unwrap_or_else(|| key.clone());
    let reply = client.write(&kind.path("add"), Handle::BizId(&biz_id), &body.wrapped(kind.resource()))?;
    match reply {
        Reply::Done(answer) => {
            let id = Some(text(&answer, "id")).filter(|id| !id.is_empty()).unwrap_or(code);
            Ok(Document { external_id: id.clone(), attributes: attributes([("code", id)]) })
        }
        Reply::NoData => {
            Err(Error::retry("U8 对写入的应答是没有数据（20002）", "U8 answered a write with no data (errcode 20002)"))
        }
        Reply::Refused(refusal) if refusal.meaning() == Meaning::Exists => match find(client, kind, &key, &code)? {
            Some(found) => Err(Error::duplicate(found.external_id)),
            None => Err(refusal.error(&codes)),
        },
        Reply::Refused(refusal) => Err(refusal.error(&codes)),
    }
}

/// Replaces what stands in the document.
pub fn edit(client: &mut Client<'_>, external_id: &str, draft: Draft) -> Result<Document> {
    let Draft { kind, mut body, codes, .. } = draft;
    body.text("code", external_id);
    match client.write(&kind.path("edit"), Handle::TradeId, &body.wrapped(kind.resource()))? {
        Reply::Done(_) => {
            Ok(Document { external_id: external_id.to_owned(), attributes: attributes([("code", external_id)]) })
        }
        Reply::NoData => Err(missing(external_id)),
        Reply::Refused(refusal) => Err(refusal.error(&codes)),
    }
}

/// Closes (or deletes) a document. One that is closed, or gone, is taken back already.
pub fn take_back(client: &mut Client<'_>, kind: Kind, external_id: &str, verb: &str) -> Result<Document> {
    let already = |state: &str| {
        let attributes = attributes([("code", external_id), ("state", state)]);
        Document { external_id: external_id.to_owned(), attributes }
    };
    match get(client, kind, external_id)? {
        None => return Ok(already("absent")),
        Some(found) if is_closed(&found) => return Ok(already("Closed")),
        Some(_) => {}
    }
    let mut body = Fields::default();
    body.text("voucher_code", external_id);
    match client.write(&kind.path(verb), Handle::TradeId, &body.wrapped(kind.resource()))? {
        Reply::Done(_) => Ok(already(if verb == "delete" { "absent" } else { "Closed" })),
        Reply::NoData => Ok(already("absent")),
        // Someone was faster.
        Reply::Refused(refusal) if refusal.message.contains("已关闭") => Ok(already("Closed")),
        Reply::Refused(refusal) => Err(refusal.error(&[])),
    }
}

pub fn is_closed(document: &Value) -> bool {
    !text(document, "closer").is_empty() || matches!(text(document, "state").as_str(), "Closed" | "关闭" | "已关闭")
}

fn described(code: &str, document: &Value) -> Document {
    let own = text(document, "code");
    let code = if own.is_empty() { code } else { &own };
    let shown = ["code", "date", "state", "cusname", "verifier", "closer"];
    let told = shown.map(|name| (name, text(document, name))).into_iter().filter(|(_, value)| !value.is_empty());
    Document { external_id: code.to_owned(), attributes: attributes(told) }
}

fn missing(external_id: &str) -> Error {
    Error::not_found(format!("U8 中没有单据 {external_id}"), format!("U8 has no document {external_id}"))
}
