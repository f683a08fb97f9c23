//! With which words does U8 refuse?
//!
//! Of the error table only `20002` is confirmed. The other codes are this simulator's choice, made so that a caller
//! who goes by the text gets it right: everything about tokens says "token", everything about data names the field,
//! and a failure of the machinery says neither.

use serde_json::json;

use crate::message::Reply;

/// A refusal: HTTP 200 with a code other than `"0"`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    pub code: String,
    pub message: String,
}

impl Refusal {
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    pub fn missing(field: &str) -> Self {
        Self::new("20001", format!("{field} 不能为空"))
    }

    pub fn no_data() -> Self {
        Self::new("20002", "没有符合条件的数据")
    }

    pub fn invalid(field: &str, why: &str) -> Self {
        Self::new("20003", format!("{field} {why}"))
    }

    pub fn unknown_api(path: &str) -> Self {
        Self::new("20004", format!("API 不存在: {path}"))
    }

    pub fn exists(field: &str, code: &str) -> Self {
        Self::new("20005", format!("{field} 单据编号重复: {code} 已存在"))
    }

    pub fn unknown(field: &str, value: &str) -> Self {
        Self::new("20006", format!("{field} 在档案中找不到: {value}"))
    }

    pub fn state(code: &str, why: &str) -> Self {
        Self::new("20007", format!("code {code} {why}"))
    }

    pub fn token() -> Self {
        Self::new("20010", "token 无效或已过期 (invalid or expired token)")
    }

    pub fn credentials(field: &str) -> Self {
        Self::new("20011", format!("{field} 不正确"))
    }

    pub fn trade(why: &str) -> Self {
        Self::new("20020", format!("tradeid {why}"))
    }

    pub fn offline() -> Self {
        Self::new("20030", "用友开放平台客户端不在线，请稍后再试 (agent offline)")
    }

    pub fn frequency() -> Self {
        Self::new("20040", "调用过于频繁，请稍后再试 (too many requests)")
    }

    pub fn reply(&self) -> Reply {
        Reply::json(&self.code, &json!({"errcode": self.code, "errmsg": self.message}))
    }
}

pub fn rate_limited() -> Reply {
    Refusal::frequency().reply()
}
