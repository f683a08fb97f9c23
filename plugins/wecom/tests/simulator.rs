//! The plugin against the simulated WeCom: what arrives, what is refused, what is dropped as a repeat.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers included")]

#[path = "../../u8/tests/simulator/wire.rs"]
mod wire;

use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::notifier::{Message, Receipt};
use mortise_sdk::{Error, Result, Text};
use mortise_upstreams::{Config, Fault, Rule, Upstreams};
use plugin_wecom::host::Host;
use plugin_wecom::{Channel, Format, Settings, send};
use serde_json::{Value, json};

struct Wire {
    token: Option<String>,
}

impl Host for Wire {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        let response = wire::send(&request)?;
        if request.url().contains("/cgi-bin/gettoken") {
            let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            self.token = body.get("access_token").and_then(Value::as_str).map(ToOwned::to_owned);
        }
        Ok(response)
    }

    fn credential(&mut self, slot: &str) -> Result<Option<String>> {
        Ok(match slot {
            "robot-key" => Some("robot-key".into()),
            "corp-secret" => Some("wecom-secret".into()),
            _ => self.token.clone(),
        })
    }

    fn forget(&mut self, _: &str) -> Result<()> {
        self.token = None;
        Ok(())
    }

    fn locale(&self) -> String {
        "zh-CN".into()
    }
}

fn message(number: &str, recipients: &[&str]) -> Message {
    Message {
        kind: "order-confirmed".into(),
        title: Text::same("订单已确认"),
        body: Text::same("长".repeat(5000)),
        subjects: vec![number.into()],
        recipients: recipients.iter().map(ToString::to_string).collect(),
        ..Message::default()
    }
}

struct Bench {
    upstreams: Upstreams,
    settings: Settings,
    host: Wire,
}

impl Bench {
    async fn new(channel: Channel, format: Format) -> Self {
        let upstreams = Upstreams::start(Config::default()).await.unwrap();
        upstreams.configure(&json!({"hang_ms": 50, "wecom_members": ["zhangsan"]})).unwrap();
        let settings = Settings {
            base_url: upstreams.wecom_url(),
            channel,
            format,
            corp_id: "ww0000000000000000".into(),
            agent_id: 1_000_002,
            ..Settings::default()
        };
        Self { upstreams, settings, host: Wire { token: None } }
    }

    fn send(&mut self, message: &Message) -> Result<Receipt> {
        tokio::task::block_in_place(|| send(&mut self.host, &self.settings, message))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_is_heard_in_both_formats_until_its_minute_is_full() {
    for format in [Format::Markdown, Format::Text] {
        let mut bench = Bench::new(Channel::Robot, format).await;
        for at in 0..20 {
            bench.send(&message(&format!("SO-{at}"), &[])).unwrap();
        }
        let refused = bench.send(&message("SO-20", &[]));
        assert!(matches!(&refused, Err(Error::RateLimited(pause)) if pause.after == Some(60_000)), "{refused:?}");
        bench.upstreams.configure(&json!({"wecom_robot_keys": []})).unwrap();
        assert!(matches!(bench.send(&message("SO-21", &[])), Err(Error::Unauthorized(_))));
        let heard = bench.upstreams.messages().to_string();
        assert!(heard.contains("SO-19") && !heard.contains("SO-20"), "{heard}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applications_repeat_is_dropped_by_wecom_itself() {
    let mut bench = Bench::new(Channel::App, Format::Markdown).await;
    bench.upstreams.fault(Rule::once(Fault::TimeoutAfterCommit, "message/send"));
    let order = message("SO-1", &["zhangsan", "nobody"]);
    assert!(matches!(bench.send(&order), Err(Error::Retry(_))));
    bench.upstreams.fault(Rule::once(Fault::TokenExpired, "message/send"));
    let receipt = bench.send(&order).unwrap();
    assert_eq!(receipt.refused, ["nobody"]);
    assert!(receipt.external_id.is_some());
    assert_eq!(bench.upstreams.counters()["wecom_repeats_dropped"], 1);
    assert!(matches!(bench.send(&message("SO-2", &["nobody"])), Err(Error::Rejected(_))));
    bench.settings.agent_id = 7;
    assert!(matches!(bench.send(&message("SO-3", &["zhangsan"])), Err(Error::Unauthorized(_))));
}
