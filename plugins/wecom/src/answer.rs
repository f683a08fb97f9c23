//! What did WeCom answer? It answers 200 to everything; the code in the body tells.

use std::time::Duration;

use mortise_sdk::http::{Response, excerpt};
use mortise_sdk::{Error, Result};
use serde::Deserialize;

/// The one-minute window of the robot's limit.
const WINDOW: Duration = Duration::from_mins(1);

/// An answer. One without a code is none of WeCom's, and no success.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Answer {
    pub errcode: i64,
    #[serde(default)]
    pub errmsg: String,
    #[serde(default)]
    pub msgid: String,
    /// Members whom the message did not reach, with bars between.
    #[serde(default)]
    pub invaliduser: String,
    #[serde(default)]
    pub unlicenseduser: String,
}

impl Answer {
    /// Is it the token that is not taken, so that a new one may help?
    pub fn is_about_token(&self) -> bool {
        matches!(self.errcode, 40_001 | 40_014 | 41_001 | 42_001)
    }

    /// The decision for the host; none: all is well.
    pub fn error(&self) -> Option<Error> {
        let code = self.errcode;
        let told = excerpt(format!("{} (errcode {code})", self.told()));
        let (zh, en) = (format!("企业微信返回错误：{told}"), format!("WeCom answered with an error: {told}"));
        Some(match code {
            0 => return None,
            // The next attempt asks for a token of its own.
            -1 | 40_014 | 41_001 | 42_001 => Error::retry(zh, en),
            45_009 => Error::rate_limited(zh, en).after(WINDOW),
            45_033 => Error::rate_limited(zh, en).after(Duration::from_secs(1)),
            40_001 | 40_013 | 48_002 | 60_020 | 93_000 | 301_002 => Error::unauthorized(zh, en),
            40_056 => Error::invalid("settings.agent-id", zh, en),
            40_066 => Error::invalid("settings.base-url", zh, en),
            40_004..=40_009 | 40_035 | 40_058 | 44_004 | 45_002 | 45_008 | 47_001 | 301_019 => {
                Error::invalid("message", zh, en)
            }
            60_011 | 60_111 | 81_013 | 84_061 => Error::rejected(zh, en),
            _ => Error::retry(zh, en),
        })
    }

    /// The message without its trace of addresses and links.
    fn told(&self) -> &str {
        self.errmsg.split(", hint:").next().unwrap_or_default()
    }
}

/// Reads an answer. A gateway's page or a broken body tells nothing about what happened behind it.
pub fn read(response: Response) -> Result<Answer> {
    match response.error_for_gateway() {
        Err(Error::RateLimited(limit)) if limit.after.is_none() => Err(Error::RateLimited(limit).after(WINDOW)),
        other => other?.json(),
    }
}

#[cfg(test)]
mod tests {
    use mortise_sdk::{Pause, Text};

    use super::*;

    fn code(errcode: i64) -> Option<Error> {
        Answer { errcode, errmsg: "why, hint: [1_2], from ip: 1.2.3.4".into(), ..Answer::default() }.error()
    }

    #[test]
    fn every_code_is_a_decision() {
        let told = |code: i64, after| {
            let (zh, en) = (format!("企业微信返回错误：why (errcode {code})"), told(code));
            Pause { after, reason: Text { zh, en } }
        };
        assert_eq!(code(0), None);
        for passing in [-1, 40_014, 42_001, 41_001, 99_999] {
            assert_eq!(code(passing), Some(Error::Retry(told(passing, None))));
        }
        assert_eq!(code(45_009), Some(Error::RateLimited(told(45_009, Some(60_000)))));
        assert_eq!(code(45_033), Some(Error::RateLimited(told(45_033, Some(1000)))));
        for stop in [93_000, 40_001, 40_013, 48_002, 60_020, 301_002] {
            let Some(Error::Unauthorized(text)) = code(stop) else { panic!("{stop}") };
            assert_eq!(text.en, self::told(stop));
        }
        for wrong in [40_058, 40_008, 44_004, 45_002, 45_008] {
            assert!(matches!(code(wrong), Some(Error::Invalid(invalid)) if invalid.field == "message"), "{wrong}");
        }
        assert!(matches!(code(40_056), Some(Error::Invalid(invalid)) if invalid.field == "settings.agent-id"));
        for no in [81_013, 60_111, 60_011, 84_061] {
            assert!(matches!(code(no), Some(Error::Rejected(_))), "{no}");
        }
    }

    fn told(code: i64) -> String {
        format!("WeCom answered with an error: why (errcode {code})")
    }

    #[test]
    fn what_is_no_answer_is_tried_again_and_told() {
        let answer = |status: u16, body: &str| read(Response { status, headers: Vec::new(), body: body.into() });
        let page = "<html><title>Bad Gateway</title></html>";
        assert!(matches!(answer(502, page), Err(Error::Retry(pause))
            if pause.reason.en == "the upstream answered with HTTP 502: Bad Gateway"));
        assert!(matches!(answer(503, page), Err(Error::Unavailable(_))));
        assert!(matches!(answer(408, ""), Err(Error::Retry(_))));
        assert!(matches!(answer(500, "{}"), Err(Error::Retry(_))));
        assert!(
            matches!(answer(200, page), Err(Error::Unavailable(pause)) if pause.reason.en.ends_with("Bad Gateway"))
        );
        assert!(matches!(answer(200, r#"{"errcode":0,"err"#), Err(Error::Retry(_))));
        assert!(matches!(answer(200, r#"{"message":"ok"}"#), Err(Error::Unavailable(pause))
            if pause.reason.en.contains("errcode")));
        assert_eq!(answer(200, r#"{"errcode":0,"errmsg":"ok"}"#).unwrap().errcode, 0);
    }

    #[test]
    fn a_gateways_limit_is_as_long_as_it_says_or_as_wecoms_own() {
        let limited = |headers: &[(&str, &str)]| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            match read(Response { status: 429, headers, body: Vec::new() }) {
                Err(Error::RateLimited(pause)) => pause.after,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((limited(&[("Retry-After", "5")]), limited(&[])), (Some(5_000), Some(60_000)));
    }
}
