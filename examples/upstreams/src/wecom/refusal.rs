//! With which codes does WeCom refuse?

use serde_json::json;

use crate::{dice, message::Reply};

/// Code and the beginning of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: i64,
    message: String,
}

impl Refusal {
    pub fn new(code: i64, message: &str) -> Self {
        Self { code, message: message.into() }
    }

    pub fn reply(&self, now_ms: i64) -> Reply {
        let hint = format!("{}_1_{:06x}", now_ms / 1000, dice::hash(&self.message) & 0xff_ffff);
        let errmsg = format!(
            "{}, hint: [{hint}], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e={}",
            self.message, self.code
        );
        Reply::json(&self.code.to_string(), &json!({"errcode": self.code, "errmsg": errmsg}))
    }
}

pub fn over_limit() -> Refusal {
    Refusal::new(45_009, "api freq out of limit")
}

pub fn rate_limited() -> Reply {
    over_limit().reply(0)
}
