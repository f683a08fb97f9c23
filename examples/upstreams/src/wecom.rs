//! WeCom: group robots and application messages. Always HTTP 200; the code is in the body.

mod app;
mod content;
mod media;
mod refusal;
mod robot;

use std::collections::BTreeMap;

use refusal::Refusal;
pub use refusal::rate_limited;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    dice,
    limiter::Limiter,
    message::{Reply, Request},
    world::Cx,
};

/// What WeCom knows.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wecom {
    /// The application's token and when it ends (ms).
    token: Option<(String, i64)>,
    /// Tokens that were valid once.
    old_tokens: Vec<String>,
    messages: Vec<Message>,
    media: BTreeMap<String, media::Media>,
    /// What was sent when, for the duplicate check: text, end of the window, message id.
    recent: Vec<(String, i64, String)>,
    limiter: Limiter,
    issued: u64,
    repeats_dropped: u64,
}

/// A message that somebody can read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    /// `robot` or `app`.
    pub channel: String,
    /// The robot's key, or the application's number.
    pub sender: String,
    pub to: Vec<String>,
    pub msgtype: String,
    /// All that can be read in it.
    pub text: String,
    pub body: Value,
    pub at_ms: i64,
}

impl Wecom {
    pub fn handle(&mut self, cx: Cx<'_>, request: &Request) -> Reply {
        let answer = match request.path.as_str() {
            "/cgi-bin/webhook/send" => self.robot_send(cx, request),
            "/cgi-bin/webhook/upload_media" => self.upload(cx, request),
            "/cgi-bin/gettoken" => self.get_token(cx, request),
            "/cgi-bin/message/send" => self.app_send(cx, request),
            _ => Err(Refusal::new(40_066, "invalid url")),
        };
        answer.unwrap_or_else(|refusal| refusal.reply(cx.now_ms))
    }

    /// The next call with the present token learns that it is over.
    pub fn expire_tokens(&mut self) {
        if let Some((token, _)) = self.token.take() {
            self.old_tokens.push(token);
        }
    }

    pub fn repeats_dropped(&self) -> u64 {
        self.repeats_dropped
    }

    /// The messages, and which of them say the same to the same reader.
    pub fn view(&self) -> Value {
        let mut same: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for message in &self.messages {
            same.entry((&message.sender, &message.text)).or_default().push(&message.id);
        }
        let duplicates: Vec<Value> = same
            .into_iter()
            .filter(|(_, ids)| ids.len() > 1)
            .map(|((sender, text), ids)| json!({"sender": sender, "text": text, "ids": ids}))
            .collect();
        let count = self.messages.len();
        json!({"count": count, "duplicate_count": duplicates.len(), "duplicates": duplicates, "items": self.messages})
    }

    fn new_id(&mut self, cx: Cx<'_>, kind: &str) -> String {
        self.issued += 1;
        dice::id(cx.settings.seed, kind, self.issued, cx.now_ms)
    }

    fn keep(&mut self, cx: Cx<'_>, channel: &str, sender: &str, to: Vec<String>, body: Value) -> String {
        let id = self.new_id(cx, "message");
        let msgtype = body.get("msgtype").and_then(Value::as_str).unwrap_or_default().to_owned();
        let text = content::readable(body.get(&msgtype).unwrap_or(&Value::Null));
        let (channel, sender) = (channel.to_owned(), sender.to_owned());
        self.messages.push(Message { id: id.clone(), channel, sender, to, msgtype, text, body, at_ms: cx.now_ms });
        id
    }
}
