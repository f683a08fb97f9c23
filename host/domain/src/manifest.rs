//! What a plugin says about itself, inside its file: the manifest.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::contract::Misfit;
use crate::text::Text;

mod harmless;
mod words;

/// Name of the custom section that holds the manifest.
pub const SECTION: &str = "mortise:manifest";

/// The manifest, as it stands in the component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// Lower-case name, digits and hyphens; unique per publisher.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// Version of the contract that it was built for, `1.0`.
    pub contract: String,
    /// Name for people.
    pub title: Text,
    /// What it does, for people.
    pub description: Text,
    /// JSON Schema of the settings.
    #[serde(default = "empty_schema")]
    pub settings: Value,
    /// What it asks to be allowed.
    #[serde(default)]
    pub wishes: Wishes,
    /// Slots for credentials.
    #[serde(default)]
    pub credentials: Vec<CredentialSlot>,
    /// Shapes in which it signs.
    #[serde(default)]
    pub shapes: Vec<Shape>,
}

fn empty_schema() -> Value {
    serde_json::json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// What a plugin asks to be allowed; nothing is allowed without a wish and a grant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Wishes {
    /// Outbound requests.
    pub http: Vec<HttpWish>,
    /// Memory between calls.
    pub kv: Option<KvWish>,
    /// Reads of core data.
    pub records: Option<RecordsWish>,
    /// Credentials that it wants to see.
    pub reveal: Vec<RevealWish>,
}

/// A host: written out, or the one that a setting names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HostRef {
    /// Scheme, host and port, such as `https://api.example.com`; `https://*.example.com` for all below.
    Origin(String),
    /// Name of the top-level setting whose URL has the host.
    Setting(String),
}

/// A wish to send requests to a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HttpWish {
    /// Where to.
    #[serde(flatten)]
    pub host: HostRef,
    /// What for.
    pub reason: Text,
}

/// A wish for a key-value space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KvWish {
    /// How large, in bytes of keys and values.
    pub bytes: u64,
    /// What for.
    pub reason: Text,
}

/// A kind of core data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// Items.
    Products,
    /// Published price lists.
    Prices,
    /// Customers.
    Customers,
    /// Earlier orders.
    Orders,
    /// Code maps.
    Codes,
}

impl RecordKind {
    const ALL: [Self; 5] = [Self::Products, Self::Prices, Self::Customers, Self::Orders, Self::Codes];

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// As it is written in a grant.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Prices => "prices",
            Self::Customers => "customers",
            Self::Orders => "orders",
            Self::Codes => "codes",
        }
    }
}

/// A wish to read core data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordsWish {
    /// Which.
    pub kinds: Vec<RecordKind>,
    /// What for.
    pub reason: Text,
}

/// A wish to see a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealWish {
    /// Which slot.
    pub slot: String,
    /// What for.
    pub reason: Text,
}

/// Part of a request in which a credential may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A header's value.
    Header,
    /// The URL's query.
    Query,
    /// The URL's path (such as a webhook's token).
    Path,
    /// The body.
    Body,
}

/// A slot for a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CredentialSlot {
    /// Name within the plugin.
    pub slot: String,
    /// For the admin.
    pub title: Text,
    /// Must an admin fill it before the connection works? Captured slots are never required.
    #[serde(default)]
    pub required: bool,
    /// To which hosts it may go; none: it only signs.
    #[serde(default)]
    pub hosts: Vec<HostRef>,
    /// Where in a request it may stand.
    #[serde(default)]
    pub places: Vec<Place>,
    /// The host takes it from an upstream's answer.
    #[serde(default)]
    pub capture: Option<Capture>,
}

/// Where a captured credential comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capture {
    /// Path of the URL (below the setting's or origin's own path) whose answer has it; only hosts of the slot count.
    pub path: String,
    /// JSON pointer of the value in the answer's body.
    pub pointer: String,
    /// JSON pointer of its life in seconds.
    #[serde(default)]
    pub expires_pointer: Option<String>,
    /// Its life where the answer does not tell.
    #[serde(default)]
    pub lifetime_seconds: Option<u64>,
}

/// Digest or HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShapeKind {
    /// A plain digest over the parts.
    Digest,
    /// An HMAC over the parts.
    Hmac,
}

/// Hash functions that upstreams ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the functions")]
pub enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// A pattern in which a plugin signs; what does not fit it is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Shape {
    /// Name within the plugin.
    pub name: String,
    /// Digest or HMAC.
    pub kind: ShapeKind,
    /// Hash function.
    pub algorithm: Algorithm,
    /// Slot of the HMAC's key.
    #[serde(default)]
    pub key: Option<String>,
    /// `bytes`, or `credential:<slot>`, in order.
    pub parts: Vec<String>,
}

/// What is wrong with a manifest, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("manifest: {field}: {message}")]
pub struct ManifestFault {
    /// Path of the field.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Manifest {
    /// Reads and checks a manifest.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestFault> {
        let manifest: Self = serde_json::from_slice(json).map_err(|error| ManifestFault {
            field: format!("line {} column {}", error.line(), error.column()),
            message: error.to_string(),
        })?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The contract version that it was built for.
    pub fn contract_version(&self) -> Option<(u32, u32)> {
        let (major, minor) = self.contract.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// The slot of this name.
    pub fn slot(&self, name: &str) -> Option<&CredentialSlot> {
        self.credentials.iter().find(|slot| slot.slot == name)
    }

    fn check(&self) -> Result<(), ManifestFault> {
        let fault = |field: &str, message: String| Err(ManifestFault { field: field.to_owned(), message });
        if let Some(field) = harmless::first_that_steers(self) {
            return fault(&field, harmless::STEERS.into());
        }
        let plain = |name: &str| {
            !name.is_empty()
                && name.len() <= 64
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !plain(&self.name) {
            return fault("name", "use 1 to 64 lower-case letters, digits and hyphens".into());
        }
        if self.version.is_empty()
            || self.version.len() > 40
            || !self.version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
        {
            return fault("version", "use a semantic version such as 1.2.3".into());
        }
        if self.publisher.trim().is_empty() {
            return fault("publisher", "must not be empty".into());
        }
        match self.contract_version().map(Misfit::of) {
            None => return fault("contract", "use major and minor, such as 1.0".into()),
            Some(Some(misfit)) => return fault("contract", misfit.text(&self.contract).en),
            Some(None) => {}
        }
        for (field, text) in [("title", &self.title), ("description", &self.description)] {
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                return fault(field, "needs Chinese (zh) and English (en)".into());
            }
        }
        if !self.settings.is_object() {
            return fault("settings", "must be a JSON Schema object".into());
        }
        let reasons = self
            .wishes
            .http
            .iter()
            .map(|wish| ("wishes.http", &wish.reason))
            .chain(self.wishes.kv.iter().map(|wish| ("wishes.kv", &wish.reason)));
        let reasons = reasons
            .chain(self.wishes.records.iter().map(|wish| ("wishes.records", &wish.reason)))
            .chain(self.wishes.reveal.iter().map(|wish| ("wishes.reveal", &wish.reason)));
        for (field, reason) in reasons {
            if reason.zh.trim().is_empty() || reason.en.trim().is_empty() {
                return fault(
                    field,
                    "every wish needs a reason in Chinese and English that an admin understands".into(),
                );
            }
        }
        self.check_slots()
    }

    fn check_slots(&self) -> Result<(), ManifestFault> {
        let fault = |field: String, message: String| Err(ManifestFault { field, message });
        for (at, slot) in self.credentials.iter().enumerate() {
            if self.credentials.iter().take(at).any(|other| other.slot == slot.slot) || slot.slot.is_empty() {
                return fault(format!("credentials[{at}].slot"), "slots need distinct names".into());
            }
            if let Some(capture) = &slot.capture
                && (slot.required || slot.hosts.is_empty() || !capture.pointer.starts_with('/'))
            {
                return fault(
                    format!("credentials[{at}].capture"),
                    "a captured slot is not required, names its hosts, and has a JSON pointer such as /token/id".into(),
                );
            }
        }
        for (at, wish) in self.wishes.reveal.iter().enumerate() {
            if self.slot(&wish.slot).is_none() {
                return fault(format!("wishes.reveal[{at}].slot"), format!("no credential slot {:?}", wish.slot));
            }
        }
        for (at, shape) in self.shapes.iter().enumerate() {
            let unknown = shape.parts.iter().find(|part| {
                *part != "bytes" && part.strip_prefix("credential:").and_then(|slot| self.slot(slot)).is_none()
            });
            if let Some(part) = unknown {
                return fault(
                    format!("shapes[{at}].parts"),
                    format!("{part:?} is neither \"bytes\" nor \"credential:\" and a slot"),
                );
            }
            let keyed = shape.key.as_deref().and_then(|key| self.slot(key)).is_some();
            if keyed != (shape.kind == ShapeKind::Hmac) {
                return fault(
                    format!("shapes[{at}].key"),
                    "an hmac names the slot of its key, a digest has none".into(),
                );
            }
        }
        Ok(())
    }
}
