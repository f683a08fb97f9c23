//! What did U8 answer? It answers 200 to nearly everything; the body tells.

use mortise_sdk::Result;
use mortise_sdk::http::Response;
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
pub fn read(response: Response) -> Result<Reply> {
    let body = Value::Object(response.error_for_gateway()?.json()?);
    Ok(match text(&body, "errcode").as_str() {
        "0" => Reply::Done(body),
        "20002" => Reply::NoData,
        code => Reply::Refused(Refusal { code: code.to_owned(), message: text(&body, "errmsg") }),
    })
}

#[cfg(test)]
mod tests {
    use mortise_sdk::Error;

    use super::*;

    fn answer(status: u16, body: &str) -> Result<Reply> {
        read(Response { status, headers: Vec::new(), body: body.into() })
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
    fn pages_and_broken_bodies_are_tried_again_and_told() {
        let page = "<html><title>Bad Gateway</title></html>";
        for (status, body, told) in [
            (500, "", "the upstream answered with HTTP 500"),
            (502, page, "the upstream answered with HTTP 502: Bad Gateway"),
            (504, "", "the upstream answered with HTTP 504"),
            (408, "", "the upstream answered with HTTP 408"),
            (200, r#"{"errcode":"0","sale"#, "the upstream's answer (HTTP 200) ends in the middle, after 20 bytes"),
        ] {
            assert!(matches!(answer(status, body), Err(Error::Retry(pause)) if pause.reason.en == told), "{told}");
        }
        for (status, body) in [(503, page), (404, page), (200, page), (200, "[]")] {
            assert!(matches!(answer(status, body), Err(Error::Unavailable(_))), "{status} {body}");
        }
        assert!(matches!(answer(403, ""), Err(Error::Unauthorized(_))));
    }

    #[test]
    fn a_gateways_limit_says_for_how_long() {
        let headers = vec![("Retry-After".to_owned(), "30".to_owned())];
        let limited = read(Response { status: 429, headers, body: Vec::new() });
        assert!(matches!(limited, Err(Error::RateLimited(pause)) if pause.after == Some(30_000)));
    }
}
