//! The group robot: its key is all there is to it. It knows no repeats, so the message says that it may be one.

use mortise_sdk::http::Request;
use mortise_sdk::notifier::{Message, Receipt, Severity};
use mortise_sdk::{Error, Result};
use serde_json::json;

use crate::answer::read;
use crate::content::{Look, write};
use crate::host::Host;
use crate::recipients;
use crate::settings::{Format, Settings};

pub fn send(host: &mut dyn Host, settings: &Settings, message: &Message) -> Result<Receipt> {
    let key = host
        .credential("robot-key")?
        .ok_or_else(|| Error::unauthorized("未填写群机器人的 key（robot-key）", "the credential robot-key is empty"))?;
    // Whom the message names; the settings' people only where it is urgent.
    let fallback = if message.severity == Severity::Info { &[][..] } else { &settings.recipients };
    let named = if message.recipients.is_empty() { fallback } else { &message.recipients };
    let (mentions, refused) = recipients::usable(named);
    let look = Look {
        format: settings.format,
        locale: &host.locale(),
        most_bytes: settings.most_bytes(),
        repeat: host.attempt() > 1,
        mentions: &mentions,
    };
    let content = write(message, &look);
    let body = match settings.format {
        Format::Markdown => json!({"msgtype": "markdown", "markdown": {"content": content}}),
        Format::Text => {
            json!({"msgtype": "text", "text": {"content": content, "mentioned_list": mentions}})
        }
    };
    let request = Request::post(settings.url("/cgi-bin/webhook/send")).query("key", key).json(&body);
    let answer = read(host.send(request)?)?;
    match answer.error() {
        Some(error) => Err(error),
        None => Ok(Receipt { external_id: None, refused, attributes: Vec::new() }),
    }
}
