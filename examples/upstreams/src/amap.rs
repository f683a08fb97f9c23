//! AMap's web service: always HTTP 200, everything a string, `[]` where there is nothing.

mod answer;
mod chinese;
mod gazetteer;
mod geocode;
mod latin;
mod level;
mod place;

pub use gazetteer::Gazetteer;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    clock,
    limiter::Limiter,
    message::{Reply, Request},
    world::Cx,
};

/// How much of the quota is used.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    limiter: Limiter,
    day: String,
    today: u32,
}

impl Usage {
    pub fn handle(&mut self, cx: Cx<'_>, request: &Request) -> Reply {
        let answer = self.admit(cx, request).and_then(|()| match request.path.as_str() {
            "/v3/geocode/geo" => geocode::geo(cx.gazetteer, request),
            "/v3/geocode/regeo" => geocode::regeo(cx.gazetteer, request),
            "/v3/place/text" => place::text(cx.gazetteer, request),
            _ => Err(Failure("10002", "SERVICE_NOT_AVAILABLE")),
        });
        match answer {
            Ok(mut body) => {
                body["status"] = json!("1");
                body["info"] = json!("OK");
                body["infocode"] = json!("10000");
                Reply::json("10000", &body)
            }
            Err(failure) => failure.reply(),
        }
    }

    fn admit(&mut self, cx: Cx<'_>, request: &Request) -> Result<(), Failure> {
        let settings = cx.settings;
        if request.arg("key") != settings.amap_key {
            return Err(Failure("10001", "INVALID_USER_KEY"));
        }
        if !settings.amap_private_key.is_empty() && request.arg("sig") != signature(request, &settings.amap_private_key)
        {
            return Err(Failure("10007", "INVALID_USER_SIGNATURE"));
        }
        if !self.limiter.admit("calls", settings.amap_per_second, 1000, cx.now_ms) {
            return Err(OVER_RATE);
        }
        let today = clock::day(cx.now_ms);
        if self.day != today {
            self.today = 0;
            self.day = today;
        }
        self.today += 1;
        if settings.amap_per_day > 0 && self.today > settings.amap_per_day {
            return Err(Failure("10003", "DAILY_QUERY_OVER_LIMIT"));
        }
        Ok(())
    }
}

/// Info code and its name.
#[derive(Debug, Clone, Copy)]
pub struct Failure(&'static str, &'static str);

const OVER_RATE: Failure = Failure("10021", "CUQPS_HAS_EXCEEDED_THE_LIMIT");

impl Failure {
    const MISSING: Self = Self("20001", "MISSING_REQUIRED_PARAMS");
    const INVALID: Self = Self("20000", "INVALID_PARAMS");
    const ENGINE: Self = Self("30001", "ENGINE_RESPONSE_DATA_ERROR");

    fn reply(self) -> Reply {
        Reply::json(self.0, &json!({"status": "0", "info": self.1, "infocode": self.0}))
    }
}

pub fn rate_limited() -> Reply {
    OVER_RATE.reply()
}

/// MD5 over the sorted raw arguments and the private key.
fn signature(request: &Request, private_key: &str) -> String {
    let signed: Vec<String> = request
        .query
        .iter()
        .filter(|(name, _)| *name != "sig")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    hex::encode(Md5::digest(format!("{}{private_key}", signed.join("&"))))
}

/// AMap has no empty strings.
fn text_or_list(text: &str) -> Value {
    if text.is_empty() { json!([]) } else { json!(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_documented_algorithm() {
        let query =
            [("output", "JSON"), ("city", "北京"), ("address", "北京市朝阳区阜通东大街6号"), ("key", "AMAPKEY")];
        let request = Request {
            vendor: crate::message::Vendor::Amap,
            method: "GET".into(),
            path: String::new(),
            raw_query: String::new(),
            query: query.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            host: String::new(),
            content_type: String::new(),
            body: axum::body::Bytes::new(),
        };
        assert_eq!(signature(&request, "PRIVATEKEY"), "20a87149b28e78043a1e808eafb03aa5");
    }
}
