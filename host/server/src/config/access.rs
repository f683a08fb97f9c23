//! Times and costs of signing in.

use serde::Deserialize;

/// Times and costs of signing in; only in the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AccessConfig {
    /// A session that is not used for so long has ended: a working day.
    pub session_idle_minutes: u32,
    /// A session ends after so long, however much it is used.
    pub session_hours: u32,
    /// An invitation can be used for so long.
    pub invite_hours: u32,
    /// Memory that hashing a password takes. With the passes: the second choice of RFC 9106, on one lane.
    pub password_memory_kib: u32,
    /// How often hashing goes over that memory.
    pub password_passes: u32,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            session_idle_minutes: 8 * 60,
            session_hours: 7 * 24,
            invite_hours: 72,
            password_memory_kib: 64 << 10,
            password_passes: 3,
        }
    }
}
