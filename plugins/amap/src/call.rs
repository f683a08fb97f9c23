//! How is AMap asked? With the key, signed where the key wants it. It answers 200 to everything; the info code tells.

use std::time::Duration;

use mortise_sdk::http::{Request, Response, excerpt};
use mortise_sdk::secrets::{Part, hex};
use mortise_sdk::{Error, Result};
use serde_json::Value;

use crate::host::Host;
use crate::settings::Settings;

/// Quotas end with the day or the month; asking every hour is enough.
const QUOTA_WAIT: Duration = Duration::from_hours(1);
const RATE_WAIT: Duration = Duration::from_secs(1);

/// An answer; none: the service found nothing to go by.
pub fn ask(host: &mut dyn Host, settings: &Settings, path: &str, query: &[(&str, &str)]) -> Result<Option<Value>> {
    let key = host.key()?;
    // Sorted by name, as the signature wants it. `key` is never the last: `output` is behind it.
    let mut sorted: Vec<(&str, &str)> = query.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    sorted.push(("output", "JSON"));
    sorted.sort_unstable();
    let at = sorted.partition_point(|(name, _)| *name < "key");
    let (before, behind) = sorted.split_at(at);
    let url = format!("{}{path}", settings.base_url.trim_end_matches('/'));
    let add = |request: Request, pairs: &[(&str, &str)]| {
        pairs.iter().fold(request, |request, (name, value)| request.query(name, value))
    };
    let mut request = add(add(Request::get(url), before).query("key", key), behind);
    if host.signs()? {
        let raw = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        let head = if before.is_empty() { "key=".to_owned() } else { format!("{}&key=", raw(before)) };
        let parts =
            [Part::text(head), Part::slot("key"), Part::text(format!("&{}", raw(behind))), Part::slot("private-key")];
        request = request.query("sig", hex(&host.digest(&parts)?));
    }
    read(host.send(request)?)
}

fn read(response: Response) -> Result<Option<Value>> {
    let body = Value::Object(response.error_for_gateway()?.json()?);
    let (code, info) = (text(&body, "infocode"), text(&body, "info"));
    if text(&body, "status") == "1" && (code.is_empty() || code == "10000") {
        return Ok(Some(body));
    }
    refused(&code, &info)
}

fn refused(code: &str, info: &str) -> Result<Option<Value>> {
    let told = excerpt(format!("{info} (infocode {code})"));
    let (zh, en) = (format!("高德地图返回错误：{told}"), format!("AMap answered with an error: {told}"));
    Err(match code {
        "10004" | "10014" | "10019" | "10020" | "10021" => Error::rate_limited(zh, en).after(RATE_WAIT),
        "10003" | "10010" | "10029" | "10044" | "10045" | "40000" | "40003" => {
            Error::rate_limited(zh, en).after(QUOTA_WAIT)
        }
        "10001" | "10005" | "10006" | "10007" | "10008" | "10009" | "10012" | "10013" | "10026" | "10041" | "40002" => {
            Error::unauthorized(zh, en)
        }
        "10011" => Error::invalid("settings.base-url", zh, en),
        "20000" | "20001" | "20002" | "20011" | "20012" => Error::invalid("text", zh, en),
        "10002" => Error::unavailable(zh, en),
        // The engine has nothing for an address that means nothing; nor is there a road beside some points.
        "30001" | "20800" | "20801" => return Ok(None),
        _ => Error::retry(zh, en),
    })
}

/// A text of an answer; AMap writes `[]` where there is none.
pub fn text(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The items of a list; none where AMap left it out.
pub fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use mortise_sdk::{Pause, Text};

    use super::*;

    fn answer(status: u16, body: &str) -> Result<Option<Value>> {
        read(Response { status, headers: Vec::new(), body: body.into() })
    }

    fn code(code: &str) -> Result<Option<Value>> {
        answer(200, &format!(r#"{{"status":"0","info":"X","infocode":"{code}"}}"#))
    }

    #[test]
    fn every_info_code_is_a_decision() {
        let told = |code: &str, after| {
            let reason = Text::new(
                format!("高德地图返回错误：X (infocode {code})"),
                format!("AMap answered with an error: X (infocode {code})"),
            );
            Pause { after, reason }
        };
        for rate in ["10004", "10014", "10019", "10020", "10021"] {
            assert_eq!(code(rate), Err(Error::RateLimited(told(rate, Some(1000)))));
        }
        for quota in ["10003", "10044", "10010", "40000"] {
            assert_eq!(code(quota), Err(Error::RateLimited(told(quota, Some(3_600_000)))));
        }
        for key in ["10001", "10005", "10006", "10007", "10008", "10009", "10012", "10013", "10026"] {
            assert!(matches!(code(key), Err(Error::Unauthorized(text)) if text.en.contains(key)), "{key}");
        }
        for passing in ["10015", "10016", "10017", "20003", "30003", "99999", ""] {
            assert_eq!(code(passing), Err(Error::Retry(told(passing, None))));
        }
        assert_eq!(code("10002"), Err(Error::Unavailable(told("10002", None))));
        for wrong in ["20000", "20001", "20002", "20012"] {
            assert!(matches!(code(wrong), Err(Error::Invalid(invalid)) if invalid.field == "text"), "{wrong}");
        }
        assert_eq!(code("30001"), Ok(None));
    }

    #[test]
    fn what_is_no_answer_is_tried_again_and_told() {
        let told = |status, body| answer(status, body).unwrap_err();
        let page = "<html><title>Bad Gateway</title></html>";
        assert!(matches!(told(502, page), Error::Retry(pause)
            if pause.reason.en == "the upstream answered with HTTP 502: Bad Gateway"));
        assert!(matches!(told(408, ""), Error::Retry(_)));
        assert!(matches!(told(503, page), Error::Unavailable(pause) if pause.reason.en.contains("HTTP 503")));
        assert!(matches!(told(200, page), Error::Unavailable(pause) if pause.reason.en.ends_with("Bad Gateway")));
        assert!(matches!(told(200, "[]"), Error::Unavailable(_)));
        assert!(matches!(told(200, r#"{"status":"1","geo"#), Error::Retry(pause)
            if pause.reason.en.contains("ends in the middle")));
        assert!(matches!(told(403, ""), Error::Unauthorized(_)));
        assert!(answer(200, r#"{"status":"1","info":"OK","infocode":"10000","geocodes":[]}"#).unwrap().is_some());
    }

    #[test]
    fn a_gateways_limit_says_for_how_long() {
        let headers = vec![("retry-after".to_owned(), "7".to_owned())];
        let limited = read(Response { status: 429, headers, body: Vec::new() }).unwrap_err();
        assert!(matches!(limited, Error::RateLimited(pause) if pause.after == Some(7_000)));
    }

    #[test]
    fn lists_stand_for_nothing() {
        let value = serde_json::json!({"a": [], "b": " x ", "c": 7, "d": ["y"]});
        assert_eq!(["a", "b", "c", "z"].map(|name| text(&value, name)), ["", "x", "7", ""]);
        assert_eq!((list(&value, "d").len(), list(&value, "b").len()), (1, 0));
    }
}
