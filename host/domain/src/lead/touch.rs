//! Touches: each time somebody and a lead met, by whatever way.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::submission::FieldError;

/// What kind of meeting it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TouchKind {
    /// A telephone call.
    Call,
    /// We were there, or they came to the store.
    Visit,
    /// A message of ours.
    Message,
    /// A message of theirs.
    Inbound,
    /// A quote was sent.
    QuoteSent,
    /// They opened a quote.
    QuoteOpened,
    /// They looked at a page.
    PageViewed,
    /// A file reached them.
    FileReceived,
    /// A demonstration.
    Demo,
    /// Words about them by one of ours.
    Note,
}

impl TouchKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Call,
        Self::Visit,
        Self::Message,
        Self::Inbound,
        Self::QuoteSent,
        Self::QuoteOpened,
        Self::PageViewed,
        Self::FileReceived,
        Self::Demo,
        Self::Note,
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Visit => "visit",
            Self::Message => "message",
            Self::Inbound => "inbound",
            Self::QuoteSent => "quote-sent",
            Self::QuoteOpened => "quote-opened",
            Self::PageViewed => "page-viewed",
            Self::FileReceived => "file-received",
            Self::Demo => "demo",
            Self::Note => "note",
        }
    }

    /// The kind of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }

    /// Is it one of ours who answers the lead by it?
    pub const fn answers(self) -> bool {
        matches!(self, Self::Call | Self::Visit | Self::Message | Self::QuoteSent | Self::Demo)
    }

    /// Is it something that the lead did?
    pub const fn is_theirs(self) -> bool {
        matches!(self, Self::Inbound | Self::QuoteOpened | Self::PageViewed | Self::FileReceived)
    }
}

/// A touch before it is noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTouch {
    /// What kind.
    pub kind: TouchKind,
    /// When it was; null: now.
    #[serde(default)]
    pub at: Option<Instant>,
    /// In which city, where that counts.
    #[serde(default)]
    pub city: String,
    /// What was said or seen.
    #[serde(default)]
    pub note: String,
    /// Which competitor was met.
    #[serde(default)]
    pub competitor: String,
    /// What they need.
    #[serde(default)]
    pub need: String,
    /// The form of the first call; asked for by the gates.
    #[serde(default)]
    pub first_call: Option<FirstCall>,
}

/// The form of the first call: three fields, all needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCall {
    /// Their three sharpest worries.
    pub worries: Vec<String>,
    /// What was promised.
    pub promised: String,
    /// When they are called again.
    pub next_contact_at: Instant,
}

/// A touch as it was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Touch {
    /// Its id.
    pub id: i64,
    /// What was noted.
    #[serde(flatten)]
    pub what: NewTouch,
    /// Who noted it.
    pub actor: String,
    /// When it was noted.
    pub noted_at: Instant,
    /// Another touch of the same person that this one contradicts: at the same time in another city.
    pub contradicts: Option<i64>,
}

/// How near two visits in different cities contradict each other.
pub const SAME_TIME: Duration = Duration::from_mins(30);

impl NewTouch {
    /// All faults at once.
    pub fn faults(&self, now: Instant) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.at.is_some_and(|at| at > now.after(Duration::from_mins(5)) || at < crate::submission::EARLIEST) {
            faults.push(FieldError::new("at", "must lie between the year 2000 and now"));
        }
        for (field, text, most) in [
            ("city", &self.city, 100),
            ("note", &self.note, 4_000),
            ("competitor", &self.competitor, 200),
            ("need", &self.need, 1_000),
        ] {
            if text.chars().count() > most {
                faults.push(FieldError::new(field, format!("has more than {most} characters")));
            }
        }
        if let Some(form) = &self.first_call {
            let worries = form.worries.iter().filter(|worry| !worry.trim().is_empty()).count();
            if worries != 3 || form.worries.len() != 3 {
                faults.push(FieldError::new("first_call.worries", "must name the three sharpest worries"));
            }
            if form.worries.iter().any(|worry| worry.chars().count() > 1_000) {
                faults.push(FieldError::new("first_call.worries", "has an entry of more than 1,000 characters"));
            }
            if form.promised.trim().is_empty() || form.promised.chars().count() > 1_000 {
                faults.push(FieldError::new(
                    "first_call.promised",
                    "must say in 1 to 1,000 characters what was promised",
                ));
            }
            if self.kind != TouchKind::Call {
                faults.push(FieldError::new("first_call", "belongs to a call"));
            }
        }
        faults
    }
}
