//! The plugin's decisions against written answers, without a host.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers included")]

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use mortise_sdk::geocoder::{Level, Located, Query};
use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::secrets::Part;
use mortise_sdk::{AttributesExt, CoordinateSystem, Error, Point, Result};
use plugin_amap::host::Host;
use plugin_amap::{Settings, locate, reverse};
use serde_json::{Value, json};

#[derive(Default)]
struct Desk {
    script: VecDeque<(&'static str, String)>,
    asked: Vec<String>,
    signs: bool,
    signed: String,
    memory: BTreeMap<String, (String, Located)>,
}

impl Desk {
    fn then(mut self, url: &'static str, answer: &Value) -> Self {
        let mut answer = answer.clone();
        if answer.get("status").is_none() {
            answer["status"] = json!("1");
            answer["infocode"] = json!("10000");
        }
        self.script.push_back((url, answer.to_string()));
        self
    }
}

impl Host for Desk {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        let (expected, body) = self.script.pop_front().unwrap_or_else(|| panic!("nobody expects {}", request.url()));
        assert!(request.url().contains(expected), "{} is not {expected}", request.url());
        self.asked.push(request.url().to_owned());
        Ok(Response { status: 200, headers: Vec::new(), body: body.into_bytes() })
    }

    fn key(&mut self) -> Result<String> {
        Ok("KEY".into())
    }

    fn signs(&mut self) -> Result<bool> {
        Ok(self.signs)
    }

    fn digest(&mut self, parts: &[Part]) -> Result<Vec<u8>> {
        assert_eq!(parts.len(), 4, "the manifest's shape");
        for part in parts {
            match part {
                Part::Bytes(bytes) => self.signed.push_str(std::str::from_utf8(bytes).unwrap()),
                Part::Credential(slot) => self.signed.extend(["<", slot, ">"]),
            }
        }
        Ok(vec![0xab, 0xcd])
    }

    fn recall(&mut self, key: &str) -> Option<(String, Located)> {
        self.memory.get(key).cloned()
    }

    fn remember(&mut self, key: &str, found: &(String, Located), _: Duration) {
        assert!(key.len() <= 256);
        self.memory.insert(key.to_owned(), found.clone());
    }
}

fn geocode(address: &str, level: &str, district: &str) -> Value {
    json!({"formatted_address": address, "country": "中国", "province": "北京市", "citycode": "010", "city": "北京市",
        "district": district, "township": [], "adcode": format!("1101{district}"), "street": [], "number": [],
        "location": "116.482086,39.990496", "level": level})
}

fn pois(names: &[&str]) -> Value {
    let pois: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({"name": name, "address": "x路1号", "location": "116.3,39.9", "pname": "北京市", "cityname": "北京市",
                "adname": "海淀区", "adcode": "110108"})
        })
        .collect();
    json!({"count": "1", "pois": pois})
}

fn ask(desk: &mut Desk, text: &str, city: &str) -> Result<Located> {
    locate(desk, &Settings::default(), &Query { text: text.into(), city: city.into(), ..Query::default() })
}

#[test]
fn a_house_number_is_a_point() {
    let answer = json!({"geocodes": [geocode("北京市朝阳区阜通东大街6号", "门牌号", "朝阳区")]});
    let mut desk = Desk::default().then("/v3/geocode/geo?", &answer);
    let located = ask(&mut desk, "北京市朝阳区阜通东大街6号", "北京").unwrap();
    assert_eq!(located.best.level, Level::Point);
    let point = located.best.point.unwrap();
    assert_eq!((point.longitude, point.latitude, point.system), (116.482_086, 39.990_496, CoordinateSystem::Gcj02));
    assert_eq!((located.candidates.len(), located.attributes.value("level")), (0, Some("门牌号")));
    assert!(
        desk.asked[0].starts_with("https://restapi.amap.com/v3/geocode/geo?address=%E5%8C%97"),
        "{}",
        desk.asked[0]
    );
    assert!(desk.asked[0].ends_with("&key=KEY&output=JSON"));
}

#[test]
fn a_vague_address_is_never_a_point_and_has_candidates() {
    let answer =
        json!({"geocodes": [geocode("第一医院", "兴趣点", "朝阳区"), geocode("第一医院东院", "兴趣点", "海淀区")]});
    let mut desk = Desk::default()
        .then("/v3/geocode/geo?", &answer)
        .then("/v3/place/text?city=", &pois(&["甲", "乙", "丙", "甲", "丁", "戊"]));
    let located = ask(&mut desk, "第一医院对面", "北京市").unwrap();
    assert_eq!((located.best.level, located.attributes.value("doubt")), (Level::Road, Some("vague")));
    let names: Vec<&str> = located.candidates.iter().map(|one| one.formatted.as_str()).collect();
    assert_eq!(names.len(), 5);
    assert_eq!(names[..2], ["第一医院", "第一医院东院"]);
    assert!(desk.asked[1].contains("citylimit=true") && desk.asked[1].contains(&mortise_sdk::http::encode("第一医院")));
    assert!(!desk.asked[1].contains(&mortise_sdk::http::encode("对面")));
}

#[test]
fn roads_areas_and_nothing_are_told_apart() {
    for (word, level) in
        [("道路", Level::Road), ("道路交叉路口", Level::Road), ("区县", Level::Area), ("未知", Level::Area)]
    {
        let answer = json!({"geocodes": [geocode("x", word, "朝阳区")]});
        let mut desk = Desk::default().then("/geo?", &answer).then("/v3/place/text?", &pois(&["甲"]));
        let located = ask(&mut desk, "长安街", "").unwrap();
        assert_eq!((located.best.level, located.candidates.len()), (level, 1), "{word}");
    }
    for nothing in [json!({"geocodes": []}), json!({"status": "0", "info": "E", "infocode": "30001"})] {
        let mut desk = Desk::default().then("/geo?", &nothing).then("/v3/place/text?", &pois(&[]));
        let located = ask(&mut desk, "qwxz", "").unwrap();
        assert_eq!((located.best.level, located.best.point), (Level::None, None));
        assert!(desk.memory.is_empty(), "what is not found today may be found tomorrow");
    }
}

#[test]
fn another_city_and_equal_rivals_are_doubtful() {
    let answer = json!({"geocodes": [geocode("a", "门牌号", "朝阳区")]});
    let mut desk = Desk::default().then("/geo?", &answer).then("/v3/place/text?", &pois(&[]));
    let located = ask(&mut desk, "人民路1号", "上海市").unwrap();
    assert_eq!((located.best.level, located.attributes.value("doubt")), (Level::Area, Some("other-city")));
    assert_eq!(located.candidates[0].level, Level::Point);
    let answer = json!({"geocodes": [geocode("a", "门牌号", "朝阳区"), geocode("b", "门牌号", "海淀区")]});
    let mut desk = Desk::default().then("/geo?", &answer).then("/v3/place/text?", &pois(&[]));
    assert_eq!(ask(&mut desk, "人民路1号", "").unwrap().attributes.value("doubt"), Some("ambiguous"));
}

#[test]
fn candidates_are_an_offer_and_faults_are_not() {
    let busy = json!({"status": "0", "info": "CUQPS_HAS_EXCEEDED_THE_LIMIT", "infocode": "10021"});
    let road = json!({"geocodes": [geocode("x", "道路", "朝阳区")]});
    let mut desk = Desk::default().then("/geo?", &road).then("/v3/place/text?", &busy);
    assert_eq!(ask(&mut desk, "长安街", "").unwrap().best.level, Level::Road);
    let mut desk = Desk::default().then("/geo?", &busy);
    let Err(Error::RateLimited(pause)) = ask(&mut desk, "长安街", "") else { panic!("the question itself failed") };
    assert_eq!(
        (pause.after, pause.reason.en.as_str()),
        (Some(1000), "AMap answered with an error: CUQPS_HAS_EXCEEDED_THE_LIMIT (infocode 10021)")
    );
    assert!(matches!(ask(&mut Desk::default(), " | ", ""), Err(Error::Invalid(_))));
    let abroad = Query { text: "10 Downing Street".into(), country: "GB".into(), ..Query::default() };
    assert_eq!(locate(&mut Desk::default(), &Settings::default(), &abroad).unwrap().best.level, Level::None);
}

#[test]
fn a_place_is_remembered_for_the_same_question_only() {
    let answer = json!({"geocodes": [geocode("a", "门牌号", "朝阳区")]});
    let mut desk = Desk::default().then("/geo?", &answer);
    ask(&mut desk, "人民路1号", "北京").unwrap();
    let again = ask(&mut desk, "人民路1号", "北京").unwrap();
    assert_eq!((again.best.level, again.attributes.flag("cached"), desk.asked.len()), (Level::Point, true, 1));
    let mut desk = Desk { memory: desk.memory, ..Desk::default() }.then("/geo?", &answer).then("/geo?", &answer);
    ask(&mut desk, "人民路1号", "").unwrap();
    let settings = Settings { candidates: 3, ..Settings::default() };
    locate(&mut desk, &settings, &Query { text: "人民路1号".into(), city: "北京".into(), ..Query::default() }).unwrap();
    assert_eq!(desk.asked.len(), 2);
}

#[test]
fn the_signature_covers_the_sorted_raw_arguments() {
    let answer = json!({"geocodes": [geocode("a", "门牌号", "朝阳区")]});
    let mut desk = Desk { signs: true, ..Desk::default() }.then("/geo?", &answer);
    ask(&mut desk, "北京市朝阳区阜通东大街6号", "北京").unwrap();
    assert_eq!(desk.signed, "address=北京市朝阳区阜通东大街6号&city=北京&key=<key>&output=JSON<private-key>");
    assert!(desk.asked[0].ends_with("&output=JSON&sig=abcd"));
}

#[test]
fn a_point_of_any_system_is_looked_up_in_the_maps_own() {
    let found = json!({"regeocode": {"formatted_address": "茶亭街6号", "addressComponent": {"province": "广东省",
        "city": "河源市", "district": "源城区", "adcode": "441602",
        "streetNumber": {"street": "茶亭街", "number": "6号", "location": "114.697924,23.746066"}}}});
    let point = |system| Point { longitude: 114.69, latitude: 23.74, system };
    let mut desk =
        Desk::default().then("/v3/geocode/regeo?extensions=base&key=KEY&location=114.690000%2C23.740000", &found);
    let located = reverse(&mut desk, &Settings::default(), point(CoordinateSystem::Gcj02)).unwrap();
    assert_eq!((located.best.level, located.best.division.code.as_str()), (Level::Point, "441602"));
    let mut desk = Desk::default()
        .then("/convert?coordsys=gps", &json!({"locations": "114.695000123,23.742000456"}))
        .then("location=114.695000%2C23.742000", &found);
    let located = reverse(&mut desk, &Settings::default(), point(CoordinateSystem::Wgs84)).unwrap();
    assert_eq!(located.best.point.unwrap().system, CoordinateSystem::Gcj02);
    let out = Point { longitude: f64::NAN, ..point(CoordinateSystem::Gcj02) };
    assert!(matches!(reverse(&mut Desk::default(), &Settings::default(), out), Err(Error::Invalid(_))));
}
