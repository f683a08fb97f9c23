//! Messages to people.

use serde::{Deserialize, Serialize};

use crate::instant::Instant;
use crate::text::{Attributes, Text};

/// How urgent a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Someone should look.
    Warning,
    /// Someone must act.
    Critical,
}

/// A fact shown as name and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// For people.
    pub name: Text,
    /// As it is.
    pub value: String,
}

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageAttachment {
    /// File name.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Such as `order-confirmed`.
    pub kind: String,
    /// How urgent.
    pub severity: Severity,
    /// Headline.
    pub title: Text,
    /// Text.
    pub body: Text,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Numbers of the orders it is about.
    pub subjects: Vec<String>,
    /// In the channel's ids; empty: everyone whom it reaches.
    pub recipients: Vec<String>,
    /// Page to open.
    pub link: Option<String>,
    /// Files.
    pub attachments: Vec<MessageAttachment>,
    /// Free fields.
    pub attributes: Attributes,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The channel's id of it.
    pub external_id: Option<String>,
    /// Whom it could not reach.
    pub refused: Vec<String>,
    /// Free fields.
    pub attributes: Attributes,
}

/// Who has read a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReceipt {
    /// The channel's id of it.
    pub external_id: String,
    /// Who.
    pub recipient: String,
    /// When.
    pub at: Instant,
}
