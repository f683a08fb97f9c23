//! The plugin against the simulated AMap: signatures, levels, limits.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers included")]

#[path = "../../u8/tests/simulator/wire.rs"]
mod wire;

use std::io::Write;
use std::time::Duration;

use md5::{Digest, Md5};
use mortise_sdk::geocoder::{Level, Located, Query};
use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::secrets::Part;
use mortise_sdk::{CoordinateSystem, Error, Point, Result};
use mortise_upstreams::{Config, Fault, Rule, Upstreams};
use plugin_amap::host::Host;
use plugin_amap::{Settings, locate, reverse};
use serde_json::json;

const PRIVATE_KEY: &str = "private-key-of-the-test";

struct Wire {
    key: &'static str,
}

impl Host for Wire {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        wire::send(&request)
    }

    fn key(&mut self) -> Result<String> {
        Ok(self.key.into())
    }

    fn signs(&mut self) -> Result<bool> {
        Ok(true)
    }

    fn digest(&mut self, parts: &[Part]) -> Result<Vec<u8>> {
        let mut digest = Md5::new();
        for part in parts {
            match part {
                Part::Bytes(bytes) => digest.update(bytes),
                Part::Credential(slot) => digest.update(if slot == "key" { self.key } else { PRIVATE_KEY }),
            }
        }
        Ok(digest.finalize().to_vec())
    }

    fn recall(&mut self, _: &str) -> Option<(String, Located)> {
        None
    }

    fn remember(&mut self, _: &str, _: &(String, Located), _: Duration) {}
}

async fn start() -> (Upstreams, Settings) {
    let mut places = tempfile::NamedTempFile::new().unwrap();
    writeln!(places, "name,address,city,province_code,postcode,phone,longitude,latitude").unwrap();
    writeln!(places, "茶馆一店,\"朝阳区, 建国路88号\",北京市,11,100000,,116.47,39.91").unwrap();
    writeln!(places, "茶馆二店,\"海淀区, 中关村大街27号\",北京市,11,100000,,116.31,39.98").unwrap();
    let config = Config { addresses: Some(places.path().to_owned()), ..Config::default() };
    let upstreams = Upstreams::start(config).await.unwrap();
    upstreams.configure(&json!({"amap_private_key": PRIVATE_KEY, "hang_ms": 50})).unwrap();
    let settings = Settings { base_url: upstreams.amap_url(), ..Settings::default() };
    (upstreams, settings)
}

fn ask(settings: &Settings, key: &'static str, text: &str) -> Result<Located> {
    let query = Query { text: text.into(), city: "北京市".into(), ..Query::default() };
    tokio::task::block_in_place(|| locate(&mut Wire { key }, settings, &query))
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_as_precise_as_they_say() {
    let (_upstreams, settings) = start().await;
    let level = |text: &str| {
        let located = ask(&settings, "amap-key", text).unwrap();
        (located.best.level, located.candidates.len())
    };
    assert_eq!(level("朝阳区建国路88号"), (Level::Point, 0));
    for (vague, expected) in [("建国路", Level::Road), ("朝阳区", Level::Area), ("建国路88号附近", Level::Road)]
    {
        let (level, candidates) = level(vague);
        assert!(level == expected && (1..=5).contains(&candidates), "{vague}: {level:?}, {candidates} candidates");
    }
    let at = Point { longitude: 116.47, latitude: 39.91, system: CoordinateSystem::Gcj02 };
    let found = tokio::task::block_in_place(|| reverse(&mut Wire { key: "amap-key" }, &settings, at)).unwrap();
    assert_eq!((found.best.level, found.best.division.city.as_str()), (Level::Point, "北京市"));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_decisions() {
    let (upstreams, settings) = start().await;
    assert!(matches!(ask(&settings, "other-key", "建国路88号"), Err(Error::Unauthorized(_))));
    let asked = || ask(&settings, "amap-key", "建国路88号");
    for (fault, told) in [
        (Fault::Http500, "the upstream answered with HTTP 500: Internal Server Error"),
        (Fault::Http502Html, "the upstream answered with HTTP 502: 502 Bad Gateway"),
        (Fault::BadJson, "ends in the middle"),
        (Fault::TimeoutBeforeCommit, "what became of the request is not known"),
    ] {
        upstreams.fault(Rule::once(fault, "geocode/geo"));
        let failed = asked();
        assert!(matches!(&failed, Err(Error::Retry(pause)) if pause.reason.en.contains(told)), "{fault:?}: {failed:?}");
    }
    upstreams.fault(Rule::once(Fault::RateLimited, "geocode/geo"));
    assert!(matches!(asked(), Err(Error::RateLimited(pause)) if pause.after == Some(1000)));
    upstreams.configure(&json!({"amap_per_day": 1})).unwrap();
    assert!(matches!(asked(), Err(Error::RateLimited(pause))
        if pause.after == Some(3_600_000) && pause.reason.en.contains("DAILY_QUERY_OVER_LIMIT (infocode 10003)")));
    upstreams.configure(&json!({"amap_private_key": "changed"})).unwrap();
    assert!(matches!(asked(), Err(Error::Unauthorized(_))));
}
