//! Is this message well formed, and short enough?

use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use serde_json::Value;

use super::refusal::Refusal;

const TEXT_BYTES: usize = 2048;
const MARKDOWN_BYTES: usize = 4096;
const IMAGE_BYTES: usize = 2 << 20;

/// What a robot takes; an application takes a few kinds more.
pub fn check(body: &Value, of_app: bool) -> Result<(), Refusal> {
    let kind = body.get("msgtype").and_then(Value::as_str).unwrap_or_default();
    let content = body.get(kind).unwrap_or(&Value::Null);
    match kind {
        "text" => limited(content, TEXT_BYTES),
        "markdown" | "markdown_v2" => limited(content, MARKDOWN_BYTES),
        "news" => news(content),
        "template_card" => card(content),
        "textcard" if of_app => {
            ["title", "description", "url"].into_iter().try_for_each(|name| required(content, name))
        }
        "mpnews" if of_app => Ok(()),
        "image" if !of_app => image(content),
        // Whether the medium exists is checked where the media are.
        "file" | "voice" | "image" => required(content, "media_id"),
        _ => Err(Refusal::new(40_008, "invalid message type")),
    }
}

fn limited(content: &Value, most: usize) -> Result<(), Refusal> {
    let text = content.get("content").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() {
        Err(Refusal::new(44_004, "empty content"))
    } else if text.len() > most {
        Err(Refusal::new(45_002, "content size out of limit"))
    } else {
        Ok(())
    }
}

fn news(content: &Value) -> Result<(), Refusal> {
    let articles = content.get("articles").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match articles.len() {
        0 => Err(Refusal::new(44_004, "empty content")),
        1..=8 => articles.iter().try_for_each(|one| required(one, "title").and_then(|()| required(one, "url"))),
        _ => Err(Refusal::new(45_008, "article size out of limit")),
    }
}

fn card(card: &Value) -> Result<(), Refusal> {
    let kind = card.get("card_type").and_then(Value::as_str).unwrap_or_default();
    let text = |path: &str| card.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let long = |name: &str| card.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let titled = !text("/main_title/title").is_empty() || !text("/sub_title_text").is_empty();
    let action = card.pointer("/card_action/type").and_then(Value::as_i64);
    let reachable = match action {
        Some(1) => !text("/card_action/url").is_empty(),
        Some(2) => !text("/card_action/appid").is_empty(),
        _ => false,
    };
    let pictured = kind != "news_notice" || !text("/card_image/url").is_empty();
    let well = matches!(
        kind,
        "text_notice" | "news_notice" | "button_interaction" | "vote_interaction" | "multiple_interaction"
    ) && titled
        && (reachable || kind.ends_with("interaction"))
        && pictured
        && long("horizontal_content_list") <= 6
        && long("jump_list") <= 3;
    if well { Ok(()) } else { Err(Refusal::new(40_058, "invalid request parameter: template_card")) }
}

fn image(content: &Value) -> Result<(), Refusal> {
    let encoded = content.get("base64").and_then(Value::as_str).unwrap_or_default();
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    let right =
        content.get("md5").and_then(Value::as_str).map(str::to_lowercase) == Some(hex::encode(Md5::digest(&bytes)));
    if bytes.is_empty() || bytes.len() > IMAGE_BYTES || !right {
        return Err(Refusal::new(40_009, "invalid image size"));
    }
    Ok(())
}

fn required(content: &Value, name: &str) -> Result<(), Refusal> {
    let there = content.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if there { Ok(()) } else { Err(Refusal::new(40_058, &format!("invalid request parameter: {name}"))) }
}

/// Every text in the content, one a line.
pub fn readable(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(items) => join(items.iter()),
        // Mentions, links and pictures are not read.
        Value::Object(fields) => join(
            fields
                .iter()
                .filter(|(name, _)| !(name.contains("url") || name.starts_with("mentioned") || *name == "base64"))
                .map(|(_, v)| v),
        ),
        _ => String::new(),
    }
}

fn join<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    values.map(readable).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}
