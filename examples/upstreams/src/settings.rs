//! What may be changed while the upstreams run?

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The switches of `POST /__sim/config`. A limit of 0 is no limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// How long a request that times out is held before its connection closes.
    pub hang_ms: u64,
    /// How long after the client is gone a late commit happens.
    pub late_commit_ms: u64,
    /// Delay of the fault `slow` where it names none.
    pub slow_ms: u64,
    /// How long a request without a fault takes; real systems take 20 to 100.
    pub latency_ms: u64,
    /// Seed of ids and of rules with a rate.
    pub seed: u64,
    /// Header field that carries the caller's own number; duplicates are counted by it.
    pub business_key: String,

    /// A write with a known `biz_id` answers the first document's id. Off: it writes again.
    pub biz_id_dedupe: bool,
    /// The installation numbers documents itself: a caller's `code` is not taken, so that it does not refuse repeats either.
    pub u8_own_numbers: bool,
    /// The company's agent is offline: every business call to U8 fails.
    pub agent_offline: bool,
    /// A new token ends the older ones.
    pub u8_single_token: bool,
    pub u8_token_seconds: i64,
    pub u8_from_account: String,
    pub u8_to_account: String,
    pub u8_app_key: String,
    pub u8_app_secret: String,
    pub u8_per_second: u32,
    /// How long an asynchronous write takes.
    pub u8_async_ms: i64,

    pub amap_key: String,
    /// Where set, every request must be signed with it.
    pub amap_private_key: String,
    pub amap_per_second: u32,
    pub amap_per_day: u32,

    pub wecom_robot_keys: Vec<String>,
    /// Messages a minute and robot.
    pub robot_limit: u32,
    pub wecom_corp_id: String,
    pub wecom_secret: String,
    pub wecom_agent_id: i64,
    pub wecom_token_seconds: i64,
    /// Who can be reached; empty: everybody.
    pub wecom_members: Vec<String>,
    /// Calls a minute of the application.
    pub wecom_app_limit: u32,
    /// Messages a minute and member; more are dropped in silence.
    pub wecom_member_limit: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hang_ms: 1500,
            late_commit_ms: 1500,
            slow_ms: 300,
            latency_ms: 0,
            seed: 1,
            business_key: "define1".into(),
            biz_id_dedupe: true,
            u8_own_numbers: false,
            agent_offline: false,
            u8_single_token: false,
            u8_token_seconds: 7200,
            u8_from_account: "mortise".into(),
            u8_to_account: "company".into(),
            u8_app_key: "opa0000000000000".into(),
            u8_app_secret: "u8-secret".into(),
            u8_per_second: 0,
            u8_async_ms: 300,
            amap_key: "amap-key".into(),
            amap_private_key: String::new(),
            amap_per_second: 50,
            amap_per_day: 0,
            wecom_robot_keys: vec!["robot-key".into()],
            robot_limit: 20,
            wecom_corp_id: "ww0000000000000000".into(),
            wecom_secret: "wecom-secret".into(),
            wecom_agent_id: 1_000_002,
            wecom_token_seconds: 7200,
            wecom_members: Vec::new(),
            wecom_app_limit: 0,
            wecom_member_limit: 30,
        }
    }
}

impl Settings {
    /// These settings with the fields of `change` instead; an unknown field is refused by its name.
    pub fn with(&self, change: &Value) -> Result<Self, String> {
        let mut merged = serde_json::to_value(self).map_err(|e| e.to_string())?;
        let (Some(fields), Some(changes)) = (merged.as_object_mut(), change.as_object()) else {
            return Err("an object of settings is expected".into());
        };
        for (name, value) in changes {
            fields.insert(name.clone(), value.clone());
        }
        serde_json::from_value(merged).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn changes_are_merged_and_typing_errors_refused() {
        let changed = Settings::default().with(&json!({"biz_id_dedupe": false, "robot_limit": 5})).unwrap();
        assert!(!changed.biz_id_dedupe);
        assert_eq!((changed.robot_limit, changed.hang_ms), (5, 1500));
        assert!(Settings::default().with(&json!({"bizid": false})).unwrap_err().contains("bizid"));
    }
}
