//! The group robot: its key is all there is to it. It knows no repeats, so where the host says that a message may be one, it is
//! marked.

use mortise_sdk::http::Request;
use mortise_sdk::notifier::{Message, Receipt, Severity};
use mortise_sdk::{AttributesExt, Error, Result};
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
    let repeats: Vec<&str> =
        message.attributes.value("possible-repeat").into_iter().flat_map(|all| all.split(',')).collect();
    let look = Look {
        format: settings.format,
        locale: &host.locale(),
        most_bytes: settings.most_bytes(),
        repeats: &repeats,
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
