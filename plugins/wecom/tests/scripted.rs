//! The plugin's decisions against written answers, without a host.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers included")]

use std::collections::{BTreeMap, VecDeque};

use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::notifier::{Message, Receipt, Severity};
use mortise_sdk::{Error, Result, Text, attributes};
use plugin_wecom::host::Host;
use plugin_wecom::{Channel, Format, Settings, send};
use serde_json::{Value, json};

const OK: &str = r#"{"errcode":0,"errmsg":"ok"}"#;
const TOKEN: &str = r#"{"errcode":0,"errmsg":"ok","access_token":"x","expires_in":7200}"#;

struct Desk {
    script: VecDeque<(&'static str, Result<&'static str, HttpError>)>,
    asked: Vec<(String, Value)>,
    slots: BTreeMap<&'static str, &'static str>,
}

impl Desk {
    fn new(slots: &[(&'static str, &'static str)]) -> Self {
        let slots = slots.iter().copied().collect();
        Self { script: VecDeque::new(), asked: Vec::new(), slots }
    }

    fn then(mut self, url: &'static str, answer: &'static str) -> Self {
        self.script.push_back((url, Ok(answer)));
        self
    }
}

impl Host for Desk {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        let url = request.url().strip_prefix("https://qyapi.weixin.qq.com").unwrap().to_owned();
        let (expected, answer) = self.script.pop_front().unwrap_or_else(|| panic!("nobody expects {url}"));
        assert!(url.contains(expected), "{url} is not {expected}");
        self.asked.push((url, serde_json::from_str(request.body_text().unwrap_or("null")).unwrap()));
        let body = answer?;
        if expected.contains("gettoken") && body == TOKEN {
            self.slots.insert("access-token", "TOKEN-2");
        }
        Ok(Response { status: 200, headers: Vec::new(), body: body.into() })
    }

    fn credential(&mut self, slot: &str) -> Result<Option<String>> {
        Ok(self.slots.get(slot).map(ToString::to_string))
    }

    fn forget(&mut self, slot: &str) -> Result<()> {
        self.slots.remove(slot);
        Ok(())
    }

    fn locale(&self) -> String {
        "zh-CN".into()
    }
}

fn message(recipients: &[&str]) -> Message {
    Message {
        kind: "order-held".into(),
        severity: Severity::Warning,
        title: Text::new("订单待审", "Order held"),
        subjects: vec!["SO-1".into()],
        recipients: recipients.iter().map(ToString::to_string).collect(),
        ..Message::default()
    }
}

fn robot(format: Format) -> Settings {
    Settings { format, recipients: vec!["lisi".into()], ..Settings::default() }
}

fn app() -> Settings {
    Settings { channel: Channel::App, corp_id: "ww1".into(), agent_id: 1_000_002, ..Settings::default() }
}

fn content(desk: &Desk, at: usize) -> String {
    let body = &desk.asked[at].1;
    body[body["msgtype"].as_str().unwrap()]["content"].as_str().unwrap().to_owned()
}

#[test]
fn a_robot_writes_to_its_group() {
    let mut desk = Desk::new(&[("robot-key", "KEY")]).then("/cgi-bin/webhook/send?key=KEY", OK);
    let receipt = send(&mut desk, &robot(Format::Markdown), &message(&[])).unwrap();
    assert_eq!(receipt, Receipt::default());
    assert_eq!(content(&desk, 0), "### <font color=\"warning\">【注意】订单待审</font>\n**编号：SO-1**\n<@lisi>");
    let mut desk = Desk::new(&[("robot-key", "KEY")]).then("/send?", OK);
    let receipt = send(&mut desk, &robot(Format::Text), &message(&["zhangsan", "a|b", "zhangsan"])).unwrap();
    assert_eq!(receipt.refused, ["a|b"]);
    let expected =
        json!({"msgtype": "text", "text": {"content": "【注意】订单待审\n编号：SO-1", "mentioned_list": ["zhangsan"]}});
    assert_eq!(desk.asked[0].1, expected);
}

/// A message that the host marks.
fn repeat(message: Message) -> Message {
    Message { attributes: attributes([("possible-repeat", "SO-1")]), ..message }
}

#[test]
fn a_robots_repeat_says_so() {
    let mut desk = Desk::new(&[("robot-key", "KEY")]).then("/send?", OK).then("/send?", OK);
    send(&mut desk, &robot(Format::Markdown), &message(&[])).unwrap();
    send(&mut desk, &robot(Format::Markdown), &repeat(message(&[]))).unwrap();
    assert_eq!([0, 1].map(|at| content(&desk, at).contains("（可能重复）")), [false, true]);
}

#[test]
fn an_application_writes_to_members_and_tells_whom_it_missed() {
    let partly = r#"{"errcode":0,"errmsg":"ok","invaliduser":"u1|u2","unlicenseduser":"u3","msgid":"M-1"}"#;
    let slots = [("access-token", "TOKEN-1"), ("corp-secret", "S")];
    let mut desk = Desk::new(&slots).then("/cgi-bin/message/send?access_token=TOKEN-1", partly);
    let receipt = send(&mut desk, &app(), &repeat(message(&["zhangsan", "u1", "u2", "u3"]))).unwrap();
    assert_eq!((receipt.external_id.as_deref(), receipt.refused.join(",")), (Some("M-1"), "u1,u2,u3".to_owned()));
    let body = &desk.asked[0].1;
    assert_eq!((&body["touser"], &body["agentid"]), (&json!("zhangsan|u1|u2|u3"), &json!(1_000_002)));
    assert_eq!((&body["enable_duplicate_check"], &body["duplicate_check_interval"]), (&json!(1), &json!(1800)));
    assert!(!content(&desk, 0).contains("重复"), "WeCom compares whole messages");
}

#[test]
fn a_token_is_fetched_and_renewed_once() {
    let expired = r#"{"errcode":42001,"errmsg":"access_token expired"}"#;
    let invalid = r#"{"errcode":40014,"errmsg":"invalid access_token"}"#;
    let secret = [("corp-secret", "S")];
    let mut desk = Desk::new(&secret).then("/cgi-bin/gettoken?corpid=ww1&corpsecret=S", TOKEN).then("=TOKEN-2", OK);
    send(&mut desk, &app(), &message(&[])).unwrap();
    assert_eq!(desk.asked[1].1["touser"], "@all");
    for stale in [expired, invalid] {
        let slots = [("access-token", "TOKEN-1"), ("corp-secret", "S")];
        let mut desk = Desk::new(&slots).then("=TOKEN-1", stale).then("gettoken", TOKEN).then("=TOKEN-2", OK);
        assert!(send(&mut desk, &app(), &message(&[])).is_ok());
        let mut desk = Desk::new(&slots).then("=TOKEN-1", stale).then("gettoken", TOKEN).then("=TOKEN-2", stale);
        let failed = send(&mut desk, &app(), &message(&[]));
        assert!(matches!(&failed, Err(Error::Retry(pause)) if pause.reason.en.contains("errcode 4")), "{failed:?}");
    }
    let mut desk = Desk::new(&secret).then("gettoken", r#"{"errcode":40001,"errmsg":"invalid credential"}"#);
    assert!(matches!(send(&mut desk, &app(), &message(&[])), Err(Error::Unauthorized(_))));
}

#[test]
fn refusals_and_faults_are_decisions() {
    let answered = |answer| {
        send(&mut Desk::new(&[("robot-key", "K")]).then("/send?", answer), &robot(Format::Text), &message(&[]))
    };
    let over = r#"{"errcode":45009,"errmsg":"api freq out of limit, hint: [1], from ip: .."}"#;
    assert!(matches!(answered(over), Err(Error::RateLimited(pause)) if pause.after == Some(60_000)
        && pause.reason.en == "WeCom answered with an error: api freq out of limit (errcode 45009)"));
    assert!(matches!(answered(r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#), Err(Error::Unauthorized(_))));
    assert!(matches!(answered("<html>"), Err(Error::Unavailable(_))));
    let mut lost = Desk::new(&[("robot-key", "K")]);
    lost.script.push_back(("/send?", Err(HttpError::UnknownOutcome("time-out".into()))));
    assert!(matches!(send(&mut lost, &robot(Format::Text), &message(&[])), Err(Error::Retry(pause))
        if pause.reason.en.ends_with("not known: time-out")));
    assert!(matches!(send(&mut Desk::new(&[]), &robot(Format::Text), &message(&[])), Err(Error::Unauthorized(_))));
    let mut nobody =
        Desk::new(&[("access-token", "T")]).then("/message/send?", r#"{"errcode":81013,"errmsg":"all invalid"}"#);
    assert!(matches!(send(&mut nobody, &app(), &message(&["u1"])), Err(Error::Rejected(_))));
    let many: Vec<String> = (0..1001).map(|at| format!("u{at}")).collect();
    let crowd = Message { recipients: many, ..message(&[]) };
    assert!(
        matches!(send(&mut Desk::new(&[]), &app(), &crowd), Err(Error::Invalid(invalid)) if invalid.field == "recipients")
    );
}
