//! What did U8 answer? It answers 200 to nearly everything; the body tells.

use mortise_sdk::http::Response;
use mortise_sdk::{Error, Result};
use serde_json::Value;

use crate::body::text;
use crate::refusal::Refusal;

/// An answer that was understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// `errcode` `"0"`, with the body.
    Done(Value),
    /// `20002`: nothing matches.
    NoData,
    Refused(Refusal),
}

impl Reply {
    /// The body, where there is data; every refusal is an error.
    pub fn data(self) -> Result<Option<Value>> {
        match self {
            Self::Done(body) => Ok(Some(body)),
            Self::NoData => Ok(None),
            Self::Refused(refusal) => Err(refusal.error(&[])),
        }
    }
}

/// Reads an answer. A gateway's page or a broken body tells nothing about what happened behind it: tried again, and looked
/// up first where it was a write.
pub fn read(response: &Response) -> Result<Reply> {
    let status = response.status;
    let told = |zh: &str, en: &str| (format!("{zh}（HTTP {status}）"), format!("{en} (HTTP {status})"));
    match status {
        200..300 => {}
        401 | 403 => {
            let (zh, en) = told("用友开放平台拒绝访问", "the Yonyou platform denies access");
            return Err(Error::unauthorized(zh, en));
        }
        429 => return Err(Error::rate_limited(Some(std::time::Duration::from_secs(1)))),
        500.. => {
            mortise_sdk::log::warn!(status = status, "the Yonyou platform failed");
            return Err(Error::retry());
        }
        _ => {
            let (zh, en) = told("用友开放平台返回意外状态", "the Yonyou platform answered with an unexpected status");
            return Err(Error::unavailable(zh, en));
        }
    }
    let body: Option<Value> = serde_json::from_slice(&response.body).ok().filter(Value::is_object);
    let Some(body) = body else {
        mortise_sdk::log::warn!(bytes = response.body.len(), "the answer is no JSON object");
        return Err(Error::retry());
    };
    Ok(match text(&body, "errcode").as_str() {
        "0" => Reply::Done(body),
        "20002" => Reply::NoData,
        code => Reply::Refused(Refusal { code: code.to_owned(), message: text(&body, "errmsg") }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Reply> {
        read(&Response { status, headers: Vec::new(), body: body.into() })
    }

    #[test]
    fn the_body_decides() {
        assert!(matches!(answer(200, r#"{"errcode":"0","id":"1"}"#), Ok(Reply::Done(_))));
        assert!(matches!(answer(200, r#"{"errcode":0}"#), Ok(Reply::Done(_))));
        assert_eq!(answer(200, r#"{"errcode":"20002","errmsg":"没有符合条件的数据"}"#), Ok(Reply::NoData));
        let Ok(Reply::Refused(refusal)) = answer(200, r#"{"errcode":"20010","errmsg":"token 无效"}"#) else {
            panic!()
        };
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("20010", "token 无效"));
    }

    #[test]
    fn pages_and_broken_bodies_are_tried_again() {
        for (status, body) in
            [(200, "<html>"), (200, r#"{"errcode":"0","sale"#), (200, "[]"), (500, ""), (502, "<html>")]
        {
            assert_eq!(answer(status, body), Err(Error::Retry(None)), "{status} {body}");
        }
        assert!(matches!(answer(403, ""), Err(Error::Unauthorized(_))));
        assert!(matches!(answer(404, ""), Err(Error::Unavailable(_))));
        assert_eq!(answer(429, ""), Err(Error::RateLimited(Some(1000))));
    }
}
