//! What did WeCom answer? It answers 200 to everything; the code in the body tells.

use std::time::Duration;

use mortise_sdk::http::Response;
use mortise_sdk::{Error, Result, log};
use serde::Deserialize;

/// The one-minute window of the robot's limit.
const WINDOW: Duration = Duration::from_mins(1);

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub errcode: i64,
    pub errmsg: String,
    pub msgid: String,
    /// Members whom the message did not reach, with bars between.
    pub invaliduser: String,
    pub unlicenseduser: String,
}

impl Answer {
    /// Is it the token that is not taken, so that a new one may help?
    pub fn is_about_token(&self) -> bool {
        matches!(self.errcode, 40_001 | 40_014 | 41_001 | 42_001)
    }

    /// The decision for the host; none: all is well.
    pub fn error(&self) -> Option<Error> {
        let (code, told) = (self.errcode, self.told());
        let (zh, en) = (format!("企业微信拒绝：{told}（{code}）"), format!("WeCom refuses: {told} ({code})"));
        Some(match code {
            0 => return None,
            // The next attempt asks for a token of its own.
            -1 | 40_014 | 41_001 | 42_001 => Error::retry(),
            45_009 => Error::rate_limited(Some(WINDOW)),
            45_033 => Error::rate_limited(Some(Duration::from_secs(1))),
            40_001 | 40_013 | 48_002 | 60_020 | 93_000 | 301_002 => Error::unauthorized(zh, en),
            40_056 => Error::invalid("settings.agent-id", zh, en),
            40_066 => Error::invalid("settings.base-url", zh, en),
            40_004..=40_009 | 40_035 | 40_058 | 44_004 | 45_002 | 45_008 | 47_001 | 301_019 => {
                Error::invalid("message", zh, en)
            }
            60_011 | 60_111 | 81_013 | 84_061 => Error::rejected(zh, en),
            _ => {
                log::warn!(errcode = code, "WeCom failed: {told}");
                Error::retry()
            }
        })
    }

    /// The message without its trace of addresses and links.
    fn told(&self) -> &str {
        self.errmsg.split(", hint:").next().unwrap_or_default()
    }
}

/// Reads an answer. A gateway's page or a broken body tells nothing about what happened behind it.
pub fn read(response: &Response) -> Result<Answer> {
    if response.status == 429 {
        return Err(Error::rate_limited(Some(WINDOW)));
    }
    let answer = serde_json::from_slice(&response.body).ok().filter(|_| response.is_success());
    answer.ok_or_else(|| {
        log::warn!(status = response.status, "WeCom's answer is none");
        Error::retry()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(errcode: i64) -> Option<Error> {
        Answer { errcode, errmsg: "why, hint: [1_2], from ip: 1.2.3.4".into(), ..Answer::default() }.error()
    }

    #[test]
    fn every_code_is_a_decision() {
        assert_eq!(code(0), None);
        for passing in [-1, 40_014, 42_001, 41_001, 99_999] {
            assert_eq!(code(passing), Some(Error::Retry(None)), "{passing}");
        }
        assert_eq!(code(45_009), Some(Error::RateLimited(Some(60_000))));
        assert_eq!(code(45_033), Some(Error::RateLimited(Some(1000))));
        for stop in [93_000, 40_001, 40_013, 48_002, 60_020, 301_002] {
            let Some(Error::Unauthorized(text)) = code(stop) else { panic!("{stop}") };
            assert_eq!(text.en, format!("WeCom refuses: why ({stop})"));
        }
        for wrong in [40_058, 40_008, 44_004, 45_002, 45_008] {
            assert!(matches!(code(wrong), Some(Error::Invalid(invalid)) if invalid.field == "message"), "{wrong}");
        }
        assert!(matches!(code(40_056), Some(Error::Invalid(invalid)) if invalid.field == "settings.agent-id"));
        for no in [81_013, 60_111, 60_011, 84_061] {
            assert!(matches!(code(no), Some(Error::Rejected(_))), "{no}");
        }
    }

    #[test]
    fn what_is_no_answer_is_tried_again() {
        let answer = |status: u16, body: &str| read(&Response { status, headers: Vec::new(), body: body.into() });
        for (status, body) in [(502, "<html>"), (200, "<html>"), (200, r#"{"errcode":0,"err"#), (500, "{}")] {
            assert_eq!(answer(status, body), Err(Error::Retry(None)));
        }
        assert_eq!(answer(200, r#"{"errcode":0,"errmsg":"ok"}"#).unwrap().errcode, 0);
        assert_eq!(answer(429, ""), Err(Error::RateLimited(Some(60_000))));
    }
}
