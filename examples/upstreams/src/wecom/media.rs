//! Files that a robot may send: uploaded first, kept for three days.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Wecom, refusal::Refusal, robot::check_key};
use crate::{
    message::{Reply, Request},
    world::Cx,
};

const KEPT_MS: i64 = 3 * 24 * 3600 * 1000;
const SMALLEST: usize = 5;
const LARGEST_FILE: usize = 20 << 20;
const LARGEST_VOICE: usize = 2 << 20;

/// An uploaded file; only the robot that uploaded it may send it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Media {
    robot: String,
    name: String,
    bytes: usize,
    ends_ms: i64,
}

impl Wecom {
    pub fn upload(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        let robot = check_key(cx, request)?;
        let kind = request.arg("type").to_owned();
        let largest = match kind.as_str() {
            "file" => LARGEST_FILE,
            "voice" => LARGEST_VOICE,
            _ => return Err(Refusal::new(40_004, "invalid media type")),
        };
        let missing = || Refusal::new(41_005, "media data missing");
        let (name, bytes) = uploaded(&request.content_type, &request.body).ok_or_else(missing)?;
        if bytes < SMALLEST || bytes > largest {
            return Err(Refusal::new(40_006, "invalid media size"));
        }
        let id = self.new_id(cx, "media");
        self.media.insert(id.clone(), Media { robot, name, bytes, ends_ms: cx.now_ms + KEPT_MS });
        let created_at = (cx.now_ms / 1000).to_string();
        let body = json!({"errcode": 0, "errmsg": "ok", "type": kind, "media_id": id, "created_at": created_at});
        Ok(Reply::json("0", &body).written())
    }

    /// A medium that a robot's message names must be its own and not too old.
    pub fn check_media(&self, cx: Cx<'_>, body: &Value, robot: Option<&str>) -> Result<(), Refusal> {
        let kind = body.get("msgtype").and_then(Value::as_str).unwrap_or_default();
        let Some(id) = body.pointer(&format!("/{kind}/media_id")).and_then(Value::as_str) else {
            return Ok(());
        };
        let usable = self
            .media
            .get(id)
            .is_some_and(|media| media.ends_ms > cx.now_ms && robot.is_none_or(|robot| robot == media.robot));
        if usable { Ok(()) } else { Err(Refusal::new(40_007, "invalid media_id")) }
    }
}

/// Name and size of the part `media` of a multipart body.
fn uploaded(content_type: &str, body: &[u8]) -> Option<(String, usize)> {
    let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?.trim_matches('"');
    let fence = format!("--{boundary}");
    let mut rest = body;
    while let Some(start) = find(rest, fence.as_bytes()) {
        let part = rest.get(start + fence.len()..)?;
        let head_end = find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(part.get(..head_end)?).into_owned();
        let content = part.get(head_end + 4..)?;
        let end = find(content, format!("\r\n{fence}").as_bytes())?;
        if head.contains("name=\"media\"") {
            let name = head.split("filename=\"").nth(1)?.split('"').next()?;
            return Some((name.to_owned(), end));
        }
        rest = content.get(end + 2..)?;
    }
    None
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|window| window == wanted)
}
