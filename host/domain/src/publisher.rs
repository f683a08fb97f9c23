//! Publishers: whose signature on a plugin's file counts here, and what the host does about a file that none of them vouches
//! for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::text::Text;

/// What the host does about a file that no trusted key vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignaturePolicy {
    /// It is neither installed nor loaded.
    Required,
    /// It is used, with a mark that people see.
    #[default]
    Warn,
    /// It is used; nobody is told.
    Off,
}

impl SignaturePolicy {
    /// May a file of this standing be used?
    pub fn admits(self, standing: &Standing) -> bool {
        self != Self::Required || standing.is_trusted()
    }

    /// What people are told about a file of this standing; none: nothing is wrong, or nobody asks.
    pub fn objection(self, standing: &Standing, publisher: &str) -> Option<Text> {
        (self != Self::Off).then(|| standing.objection(publisher)).flatten()
    }
}

impl std::str::FromStr for SignaturePolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "required" => Ok(Self::Required),
            "warn" => Ok(Self::Warn),
            "off" => Ok(Self::Off),
            _ => Err("use required, warn or off".into()),
        }
    }
}

/// A publisher's public key, trusted by an admin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublisherKey {
    /// The publisher, as manifests name it.
    pub publisher: String,
    /// What signatures call the key: 24 hex digits made from it.
    pub id: String,
    /// The key: Ed25519, as PEM.
    pub public_key: String,
    /// Since when it is trusted.
    pub trusted_at: Instant,
    /// Who trusted it.
    pub trusted_by: String,
    /// Since then it counts no more.
    pub revoked_at: Option<Instant>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
}

/// How a file stands by the signatures in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Standing {
    /// A trusted key of the publisher that the manifest names vouches for every byte.
    Trusted {
        /// The publisher.
        publisher: String,
        /// The key's id.
        key: String,
    },
    /// There is no signature.
    Unsigned,
    /// Nobody here has trusted the keys of its signatures.
    Unknown {
        /// Ids of the keys; a signature may leave it out.
        keys: Vec<String>,
    },
    /// The key was trusted once.
    Revoked {
        /// Whose key it was.
        publisher: String,
        /// The key's id.
        key: String,
        /// Since when it counts no more.
        at: Instant,
    },
    /// The key is trusted, but belongs to another publisher than the one that the manifest names.
    OtherPublisher {
        /// Whose key it is.
        publisher: String,
        /// The key's id.
        key: String,
    },
    /// The signature does not fit the file.
    Broken {
        /// The key's id; empty where the signature leaves it out.
        key: String,
    },
    /// The part of the file where signatures stand cannot be read.
    Unreadable {
        /// What is wrong there.
        detail: String,
    },
}

impl Standing {
    /// As it stands in the API.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Trusted { .. } => "trusted",
            Self::Unsigned => "unsigned",
            Self::Unknown { .. } => "unknown",
            Self::Revoked { .. } => "revoked",
            Self::OtherPublisher { .. } => "other-publisher",
            Self::Broken { .. } => "broken",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// Does a trusted key vouch for the file?
    pub fn is_trusted(&self) -> bool {
        matches!(self, Self::Trusted { .. })
    }

    /// Why the file is not trusted and what to do. `named`: the publisher that the manifest names.
    pub fn objection(&self, named: &str) -> Option<Text> {
        Some(match self {
            Self::Trusted { .. } => return None,
            Self::Unsigned => Text::new(
                format!("文件没有签名：请向发布者 {named} 索取已签名的文件"),
                format!("the file carries no signature: ask its publisher {named} for a signed one"),
            ),
            Self::Unknown { keys } => {
                let keys = if keys.is_empty() { "?".to_owned() } else { keys.join(", ") };
                Text::new(
                    format!(
                        "文件的签名密钥 {keys} 在此未被信任：向发布者 {named} 核对该密钥后，用 `mortise publisher trust {named} --key 文件` 信任它"
                    ),
                    format!(
                        "the file is signed with the key {keys}, which nobody here has trusted: compare it with what its publisher {named} tells you, then trust it with `mortise publisher trust {named} --key FILE`"
                    ),
                )
            }
            Self::Revoked { publisher, key, at } => Text::new(
                format!("发布者 {publisher} 的密钥 {key} 已于 {at} 被撤销：请索取用现行密钥签名的文件"),
                format!(
                    "the key {key} of {publisher} was revoked at {at}: ask the publisher for a file that is signed with a present key"
                ),
            ),
            Self::OtherPublisher { publisher, key } => Text::new(
                format!(
                    "清单写的发布者是 {named}，而签名密钥 {key} 属于 {publisher}：请向 {named} 索取文件；若二者为同一方，也为 {named} 信任该密钥"
                ),
                format!(
                    "the manifest names the publisher {named}, but the key {key} belongs to {publisher}: get the file from {named}, or trust the key for {named} too if both are the same"
                ),
            ),
            Self::Broken { key } => Text::new(
                format!(
                    "密钥 {key} 的签名与文件不符：文件在签名后被改动，或签名属于另一个文件；请向发布者 {named} 重新获取"
                ),
                format!(
                    "the signature with the key {key} does not fit the file: it was changed after signing, or the signature is another file's; fetch it anew from its publisher {named}"
                ),
            ),
            Self::Unreadable { detail } => Text::new(
                format!("文件中的签名无法读取（{detail}）：请向发布者 {named} 重新获取"),
                format!(
                    "the signatures in the file cannot be read ({detail}): fetch it anew from its publisher {named}"
                ),
            ),
        })
    }

    /// Of several signatures on one file the one that says most about it: what vouches for it, else what is most alarming.
    pub fn of_file(signatures: Vec<Self>) -> Self {
        let mut unknown = Vec::new();
        let mut foremost: Option<Self> = None;
        for standing in signatures {
            if let Self::Unknown { keys } = &standing {
                unknown.extend(keys.iter().cloned());
            }
            if foremost.as_ref().is_none_or(|other| standing.weight() > other.weight()) {
                foremost = Some(standing);
            }
        }
        match foremost {
            Some(Self::Unknown { .. }) => Self::Unknown { keys: unknown },
            Some(other) => other,
            None => Self::Unsigned,
        }
    }

    fn weight(&self) -> u8 {
        match self {
            Self::Trusted { .. } => 6,
            Self::Unreadable { .. } => 5,
            Self::Broken { .. } => 4,
            Self::Revoked { .. } => 3,
            Self::OtherPublisher { .. } => 2,
            Self::Unknown { .. } => 1,
            Self::Unsigned => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> Standing {
        Standing::Trusted { publisher: "acme".into(), key: "a1".into() }
    }

    fn revoked() -> Standing {
        Standing::Revoked { publisher: "acme".into(), key: "b2".into(), at: Instant(0) }
    }

    fn unknown(key: &str) -> Standing {
        Standing::Unknown { keys: vec![key.into()] }
    }

    #[test]
    fn one_trusted_signature_is_enough_and_else_the_worst_is_told() {
        assert_eq!(Standing::of_file(vec![unknown("x"), trusted(), revoked()]), trusted());
        assert_eq!(Standing::of_file(vec![unknown("x"), revoked()]), revoked());
        assert_eq!(
            Standing::of_file(vec![revoked(), Standing::Broken { key: "c".into() }]),
            Standing::Broken { key: "c".into() }
        );
        assert_eq!(
            Standing::of_file(vec![unknown("x"), unknown("y")]),
            Standing::Unknown { keys: vec!["x".into(), "y".into()] }
        );
        assert_eq!(Standing::of_file(Vec::new()), Standing::Unsigned);
    }

    #[test]
    fn the_policy_decides() {
        for (policy, admitted, told) in [
            (SignaturePolicy::Required, false, true),
            (SignaturePolicy::Warn, true, true),
            (SignaturePolicy::Off, true, false),
        ] {
            for doubtful in [Standing::Unsigned, unknown("x"), revoked()] {
                assert_eq!(policy.admits(&doubtful), admitted, "{policy:?} {doubtful:?}");
                assert_eq!(policy.objection(&doubtful, "acme").is_some(), told, "{policy:?} {doubtful:?}");
            }
            assert!(policy.admits(&trusted()) && policy.objection(&trusted(), "acme").is_none(), "{policy:?}");
        }
        assert_eq!("required".parse(), Ok(SignaturePolicy::Required));
        assert!("strict".parse::<SignaturePolicy>().is_err());
    }
}
