//! Why a plugin call did not do what was asked, sorted by who must act.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Text;

/// Longest wait that an upstream's word can cause. One that asks for more is mistaken, and the work would lie still unseen.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// The eight cases of the contract's `error`, and the host's own ninth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "class", rename_all = "kebab-case")]
pub enum Failure {
    /// The business says no: a person is shown the reason.
    Rejected {
        /// Why.
        reason: Text,
    },
    /// Input or settings are wrong: a person corrects the field.
    Invalid {
        /// Path of the field.
        field: String,
        /// Why.
        reason: Text,
    },
    /// A passing fault.
    Retry {
        /// Not before this many milliseconds.
        after_ms: Option<u64>,
        /// What the upstream answered; empty where nobody knows.
        // Rows of before there was one lack it.
        #[serde(default)]
        #[schema(required)]
        reason: Text,
    },
    /// The upstream asks for fewer calls.
    RateLimited {
        /// Not before this many milliseconds.
        after_ms: Option<u64>,
        /// What the upstream answered; empty where nobody knows.
        #[serde(default)]
        #[schema(required)]
        reason: Text,
    },
    /// The upstream refuses our credential: an admin acts.
    Unauthorized {
        /// Why.
        reason: Text,
    },
    /// The effect exists already: a success.
    Duplicate {
        /// The upstream's id of it.
        external_id: String,
    },
    /// What was asked about does not exist.
    NotFound {
        /// What.
        reason: Text,
    },
    /// The upstream cannot work now.
    Unavailable {
        /// Not before this many milliseconds.
        after_ms: Option<u64>,
        /// Why.
        reason: Text,
    },
    /// The plugin trapped, exceeded a limit or answered nonsense: its developer acts.
    Broken {
        /// Which bound or rule was broken.
        kind: Breakage,
        /// What happened, why, and what to do.
        reason: Text,
    },
}

/// How a plugin broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breakage {
    /// It trapped.
    Trap,
    /// It used more CPU than its budget.
    Cpu,
    /// The call took longer than its deadline.
    Deadline,
    /// It wanted more memory than it may have.
    Memory,
    /// Its stack overflowed.
    Stack,
    /// It wanted larger tables than it may have.
    Table,
    /// It copied more bytes through host calls than it may.
    HostCalls,
    /// Its answer breaks the contract.
    Answer,
    /// No such connection, or it does not export the interface.
    Missing,
}

impl Failure {
    /// An upstream or plugin that may answer later: a hold because of it releases itself, a delivery is tried again.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Retry { .. }
                | Self::RateLimited { .. }
                | Self::Unavailable { .. }
                | Self::Unauthorized { .. }
                | Self::Broken { .. }
        )
    }

    /// How long the upstream asked us to wait; a day at most.
    pub fn asked_to_wait(&self) -> Option<Duration> {
        match self {
            Self::Retry { after_ms, .. } | Self::RateLimited { after_ms, .. } | Self::Unavailable { after_ms, .. } => {
                after_ms.map(|asked| Duration::from_millis(asked).min(LONGEST_WAIT))
            }
            _ => None,
        }
    }

    /// All texts in it that come from a plugin or an upstream, to take out what nobody may read.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Rejected { reason }
            | Self::Retry { reason, .. }
            | Self::RateLimited { reason, .. }
            | Self::Unauthorized { reason }
            | Self::NotFound { reason }
            | Self::Unavailable { reason, .. }
            | Self::Broken { reason, .. } => vec![&mut reason.zh, &mut reason.en],
            Self::Invalid { field, reason } => vec![field, &mut reason.zh, &mut reason.en],
            Self::Duplicate { external_id } => vec![external_id],
        }
    }

    /// The class as it stands in metrics and filters.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Invalid { .. } => "invalid",
            Self::Retry { .. } => "retry",
            Self::RateLimited { .. } => "rate-limited",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Duplicate { .. } => "duplicate",
            Self::NotFound { .. } => "not-found",
            Self::Unavailable { .. } => "unavailable",
            Self::Broken { .. } => "broken",
        }
    }

    /// A sentence for a person.
    pub fn text(&self) -> Text {
        match self {
            Self::Rejected { reason }
            | Self::Unauthorized { reason }
            | Self::NotFound { reason }
            | Self::Broken { reason, .. } => reason.clone(),
            Self::Invalid { field, reason } => {
                Text::new(format!("{field}：{}", reason.zh), format!("{field}: {}", reason.en))
            }
            Self::Retry { reason, .. } => {
                reason.or(Text::new("暂时性故障，将自动重试", "a passing fault; it is tried again by itself"))
            }
            Self::RateLimited { reason, .. } => reason.or(Text::new(
                "对方系统限流，将自动重试",
                "the upstream limits our calls; it is tried again by itself",
            )),
            Self::Unavailable { reason, .. } => reason.or(Text::new(
                "对方系统暂不可用，将自动重试",
                "the upstream cannot work now; it is tried again by itself",
            )),
            Self::Duplicate { external_id } => Text::new(
                format!("对方已存在单据 {external_id}"),
                format!("the upstream has it already as {external_id}"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each() -> [Failure; 9] {
        let reason = || Text::new("因", "why");
        [
            Failure::Rejected { reason: reason() },
            Failure::Invalid { field: "lines[2].sku".into(), reason: reason() },
            Failure::Retry { after_ms: None, reason: reason() },
            Failure::RateLimited { after_ms: Some(1_000), reason: reason() },
            Failure::Unauthorized { reason: reason() },
            Failure::Duplicate { external_id: "U8-1".into() },
            Failure::NotFound { reason: reason() },
            Failure::Unavailable { after_ms: Some(60_000), reason: reason() },
            Failure::Broken { kind: Breakage::Trap, reason: reason() },
        ]
    }

    #[test]
    fn what_is_stored_is_read_again() {
        for failure in each() {
            let stored = serde_json::to_string(&failure).unwrap();
            assert_eq!(serde_json::from_str::<Failure>(&stored).unwrap(), failure, "{stored}");
        }
    }

    #[test]
    fn rows_of_before_there_were_reasons_and_waits_are_read() {
        let read = |stored: &str| serde_json::from_str::<Failure>(stored).unwrap();
        let nothing = Text::default;
        assert_eq!(read(r#"{"class":"retry","after_ms":null}"#), Failure::Retry { after_ms: None, reason: nothing() });
        assert_eq!(
            read(r#"{"class":"rate-limited","after_ms":60000}"#),
            Failure::RateLimited { after_ms: Some(60_000), reason: nothing() }
        );
        assert_eq!(
            read(r#"{"class":"unavailable","reason":{"zh":"离线","en":"offline"}}"#),
            Failure::Unavailable { after_ms: None, reason: Text::new("离线", "offline") }
        );
    }

    #[test]
    fn each_class_tells_its_reason() {
        let told = each().map(|failure| format!("{}: {} / {}", failure.class(), failure.text().zh, failure.text().en));
        insta::assert_snapshot!(told.join("\n"), @r"
        rejected: 因 / why
        invalid: lines[2].sku：因 / lines[2].sku: why
        retry: 因 / why
        rate-limited: 因 / why
        unauthorized: 因 / why
        duplicate: 对方已存在单据 U8-1 / the upstream has it already as U8-1
        not-found: 因 / why
        unavailable: 因 / why
        broken: 因 / why
        ");
    }

    #[test]
    fn where_nobody_knows_the_reason_the_class_is_told() {
        let nothing = Text::default;
        let told = [
            Failure::Retry { after_ms: None, reason: nothing() },
            Failure::RateLimited { after_ms: None, reason: Text::new("", "slow down") },
            Failure::Unavailable { after_ms: None, reason: nothing() },
        ]
        .map(|failure| format!("{} / {}", failure.text().zh, failure.text().en));
        insta::assert_snapshot!(told.join("\n"), @r"
        暂时性故障，将自动重试 / a passing fault; it is tried again by itself
        对方系统限流，将自动重试 / slow down
        对方系统暂不可用，将自动重试 / the upstream cannot work now; it is tried again by itself
        ");
    }

    #[test]
    fn a_wait_is_a_days_at_most() {
        let asked = |after_ms| Failure::Unavailable { after_ms, reason: Text::default() }.asked_to_wait();
        assert_eq!(asked(None), None);
        assert_eq!(asked(Some(90_000)), Some(Duration::from_secs(90)));
        assert_eq!(asked(Some(u64::MAX)), Some(Duration::from_hours(24)));
        assert_eq!(Failure::Duplicate { external_id: "1".into() }.asked_to_wait(), None);
    }
}
