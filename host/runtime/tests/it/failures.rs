//! What a guest answers when it cannot do what was asked, and what an operator reads of it.

use mortise_domain::call::Called;
use mortise_domain::failure::Failure;
use serde_json::{Value, json};

use crate::harness::{Host, told};

const CANARY: &str = "canary-credential-5f1c";

/// The contract's eight cases with this reason.
fn cases(zh: &str, en: &str) -> [Value; 8] {
    let reason = json!({ "zh": zh, "en": en });
    [
        json!({ "Rejected": reason }),
        json!({ "Invalid": { "field": "lines[2].sku", "reason": reason } }),
        json!({ "Retry": { "after": null, "reason": reason } }),
        json!({ "RateLimited": { "after": 60_000, "reason": reason } }),
        json!({ "Unauthorized": reason }),
        json!({ "Duplicate": "U8-1" }),
        json!({ "NotFound": reason }),
        json!({ "Unavailable": { "after": u64::MAX, "reason": reason } }),
    ]
}

async fn failed(host: &Host, error: &Value) -> Called {
    host.script(json!([{ "do": "fail-with", "error": error }])).await
}

async fn all_told(zh: &str, en: &str) -> String {
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let mut lines = Vec::new();
    for error in cases(zh, en) {
        lines.push(told(&failed(&host, &error).await));
    }
    lines.join("\n")
}

#[tokio::test]
async fn every_case_reaches_the_operator_with_its_reason() {
    insta::assert_snapshot!(all_told("对方已停机", "the upstream is down").await, @r"
    rejected: the upstream is down
    invalid: lines[2].sku: the upstream is down
    retry: the upstream is down
    rate-limited: the upstream is down
    unauthorized: the upstream is down
    duplicate: the upstream has it already as U8-1
    not-found: the upstream is down
    unavailable: the upstream is down
    ");
}

#[tokio::test]
async fn a_wait_and_both_languages_come_through() {
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let [_, _, retry, limited, _, _, _, unavailable] = cases("对方已停机", "the upstream is down");
    for (error, after_ms) in [(retry, None), (limited, Some(60_000)), (unavailable, Some(u64::MAX))] {
        match failed(&host, &error).await.result {
            Err(
                Failure::Retry { after_ms: found, reason }
                | Failure::RateLimited { after_ms: found, reason }
                | Failure::Unavailable { after_ms: found, reason },
            ) => assert_eq!((found, reason.zh.as_str()), (after_ms, "对方已停机")),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_reason_tells_no_secret() {
    insta::assert_snapshot!(all_told(&format!("密钥 {CANARY}"), &format!("the key {CANARY} is refused")).await, @r"
    rejected: the key *** is refused
    invalid: lines[2].sku: the key *** is refused
    retry: the key *** is refused
    rate-limited: the key *** is refused
    unauthorized: the key *** is refused
    duplicate: the upstream has it already as U8-1
    not-found: the key *** is refused
    unavailable: the key *** is refused
    ");
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    for error in cases(CANARY, "in Chinese alone") {
        let called = failed(&host, &error).await;
        assert!(!format!("{called:?}").contains(CANARY), "{error}");
    }
}

#[tokio::test]
async fn a_reason_is_bounded() {
    insta::assert_snapshot!(all_told("x", &"x".repeat((64 << 10) + 1)).await, @r"
    Answer: the plugin's answer breaks the contract (rejected: 65537 bytes, the most is 65536): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (invalid.reason: 65537 bytes, the most is 65536): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (retry.reason: 65537 bytes, the most is 65536): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (rate-limited.reason: 65537 bytes, the most is 65536): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (unauthorized: 65537 bytes, the most is 65536): its developer corrects the plugin
    duplicate: the upstream has it already as U8-1
    Answer: the plugin's answer breaks the contract (not-found: 65537 bytes, the most is 65536): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (unavailable.reason: 65537 bytes, the most is 65536): its developer corrects the plugin
    ");
    insta::assert_snapshot!(all_told("a\0b", "x").await, @r"
    Answer: the plugin's answer breaks the contract (rejected: holds a NUL character): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (invalid.reason: holds a NUL character): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (retry.reason: holds a NUL character): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (rate-limited.reason: holds a NUL character): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (unauthorized: holds a NUL character): its developer corrects the plugin
    duplicate: the upstream has it already as U8-1
    Answer: the plugin's answer breaks the contract (not-found: holds a NUL character): its developer corrects the plugin
    Answer: the plugin's answer breaks the contract (unavailable.reason: holds a NUL character): its developer corrects the plugin
    ");
}
