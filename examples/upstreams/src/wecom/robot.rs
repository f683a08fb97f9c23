//! A group robot: the key is the secret, twenty messages a minute, no de-duplication.

use serde_json::{Value, json};

use super::{
    Wecom, content,
    refusal::{Refusal, over_limit},
};
use crate::{
    message::{Reply, Request},
    world::Cx,
};

const MINUTE_MS: i64 = 60_000;

impl Wecom {
    pub fn robot_send(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        let key = check_key(cx, request)?;
        let body = request.json().ok_or_else(|| Refusal::new(47_001, "data format error"))?;
        content::check(&body, false)?;
        self.check_media(cx, &body, Some(&key))?;
        if !self.limiter.admit(&format!("robot/{key}"), cx.settings.robot_limit, MINUTE_MS, cx.now_ms) {
            return Err(over_limit());
        }
        let mentioned = ["mentioned_list", "mentioned_mobile_list"].into_iter().filter_map(|list| {
            let list = body.pointer(&format!("/text/{list}"))?.as_array()?;
            Some(list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect::<Vec<_>>())
        });
        let to = mentioned.flatten().collect();
        self.keep(cx, "robot", &key, to, body);
        Ok(Reply::json("0", &json!({"errcode": 0, "errmsg": "ok"})).written())
    }
}

pub fn check_key(cx: Cx<'_>, request: &Request) -> Result<String, Refusal> {
    let key = request.arg("key");
    if request.method == "POST" && cx.settings.wecom_robot_keys.iter().any(|known| known == key) {
        Ok(key.to_owned())
    } else {
        Err(Refusal::new(93_000, "invalid webhook url"))
    }
}
