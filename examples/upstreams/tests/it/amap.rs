//! The map: levels from any text, coordinates from any gazetteer.

use std::{fs, path::Path};

use mortise_upstreams::{Config, Settings};
use serde_json::{Value, json};

use crate::client::Sim;

const ROWS: &str = "name,address,city,province_code,postcode,phone,longitude,latitude\n\
    绵阳凯德店,\"涪城区, 机场路18号\",绵阳市,51,621000,,104.74,31.46\n\
    绵阳南街店,\"游仙区, 机场路南街大厦一层\",绵阳市,51,621000,,104.80,31.48\n\
    broken,\"涪城区, 机场路19号\",绵阳市,51,621000,,east,31.46\n\
    too short,x\n\
    老码头店,\"黄浦区, 老码头, 南京西路1266号\",上海市,31,200010,,121.51,31.22\n\
    Leeds City,\"12 Station Road, Leeds\",Leeds,,LS1,,-1.55,53.79\n";

async fn map(folder: &Path, settings: Settings) -> Sim {
    let addresses = folder.join("addresses.csv");
    fs::write(&addresses, ROWS).unwrap();
    Sim::with(Config { addresses: Some(addresses), settings, ..Config::default() }).await
}

async fn geo(sim: &Sim, address: &str, city: &str) -> Value {
    let answer = sim.get(&format!("/amap/v3/geocode/geo?key=amap-key&address={address}&city={city}")).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

#[tokio::test]
async fn the_level_comes_from_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let sim = map(folder.path(), Settings { amap_per_second: 0, ..Settings::default() }).await;
    for (address, city, level) in [
        ("涪城区, 机场路18号", "绵阳市", "门牌号"),
        ("四川省绵阳市涪城区机场路 18 号", "", "门牌号"),
        ("涪城区机场路18号3栋2单元201室", "绵阳", "单元号"),
        ("涪城区, 凯德广场, 一层", "绵阳", "兴趣点"),
        ("黄浦区, 老码头", "上海市", "兴趣点"),
        ("机场路", "绵阳", "道路"),
        ("涪城区, 机场路", "绵阳", "道路"),
        ("涪城区机场路附近", "绵阳", "道路"),
        ("涪城区, 机场路18号附近", "绵阳", "道路"),
        ("机场路与南街交叉口", "绵阳", "道路交叉路口"),
        ("机场路路口附近", "绵阳", "道路交叉路口"),
        ("凯德广场对面", "绵阳", "道路"),
        ("涪城区", "绵阳", "区县"),
        ("绵阳市", "", "市"),
        ("四川省", "", "省"),
        ("高新技术产业开发区", "绵阳", "开发区"),
        ("石岐街道", "", "乡镇"),
        ("12 Station Road, Leeds", "Leeds", "门牌号"),
        ("Flat 3, 12 Station Road", "Leeds", "单元号"),
        ("Station Road, Leeds", "Leeds", "道路"),
        ("Leeds General Hospital", "Leeds", "兴趣点"),
        ("Leeds", "", "市"),
        ("near Station Road", "Leeds", "道路"),
        ("corner of Station Road and Mill Lane", "Leeds", "道路交叉路口"),
        ("Hauptstraße 12", "Berlin", "门牌号"),
        ("NO.351 Mingyue street", "", "门牌号"),
    ] {
        let answer = geo(&sim, address, city).await;
        assert_eq!(answer["geocodes"][0]["level"], level, "{address}: {answer}");
        let vague = ["附近", "对面", "口", "near", "corner"].iter().any(|word| address.contains(word));
        let count = answer["geocodes"].as_array().unwrap().len();
        assert_eq!(count > 1, vague, "{address}");
        assert_eq!(answer["count"], count.to_string());
    }
    for unknown in ["喵喵喵喵", "asdfghjkl", "我也不知道", "附近"] {
        let answer = geo(&sim, unknown, "").await;
        assert_eq!(
            (&answer["status"], &answer["count"], &answer["geocodes"]),
            (&json!("1"), &json!("0"), &json!([])),
            "{unknown}"
        );
    }
    assert_eq!(geo(&sim, "???", "").await["infocode"], "30001");
    assert_eq!(geo(&sim, "", "").await["infocode"], "20001");
}

#[tokio::test]
async fn coordinates_come_from_the_gazetteer_and_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let sim = map(folder.path(), Settings::default()).await;
    let exact = geo(&sim, "涪城区, 机场路18号", "绵阳市").await["geocodes"][0].clone();
    assert_eq!(exact["location"], "104.740000,31.460000");
    assert_eq!(exact["formatted_address"], "四川省绵阳市涪城区机场路18号");
    assert_eq!(
        (&exact["street"], &exact["number"], &exact["district"]),
        (&json!("机场路"), &json!("18号"), &json!("涪城区"))
    );
    assert_eq!(exact["township"], json!([]));
    assert!(exact["adcode"].as_str().unwrap().starts_with("51"));
    let other = geo(&sim, "涪城区, 临园路77号", "绵阳市").await["geocodes"][0].clone();
    assert_eq!(other["location"], geo(&sim, "涪城区, 临园路77号", "绵阳市").await["geocodes"][0]["location"]);
    assert!(other["location"].as_str().unwrap().starts_with("104.7"), "{other}");
    assert_eq!(geo(&sim, "长安街1号", "某市").await["count"], "1");

    let back = sim.get("/amap/v3/geocode/regeo?key=amap-key&location=121.511,31.221&extensions=all").await.json();
    let component = &back["regeocode"]["addressComponent"];
    assert_eq!((&component["province"], &component["city"]), (&json!("上海市"), &json!([])));
    assert_eq!(back["regeocode"]["pois"][0]["name"], "老码头店");
    let sea = sim.get("/amap/v3/geocode/regeo?key=amap-key&location=0,0").await.json();
    assert_eq!(sea["regeocode"]["formatted_address"], json!([]));
    let wrong = sim.get("/amap/v3/geocode/regeo?key=amap-key&location=here").await.json();
    assert_eq!(wrong["infocode"], "20000");

    let places = sim.get("/amap/v3/place/text?key=amap-key&keywords=机场路附近&city=绵阳&citylimit=true").await.json();
    assert_eq!(places["count"], "2", "{places}");
    assert_eq!(places["pois"][0]["cityname"], "绵阳市");
    let none = sim.get("/amap/v3/place/text?key=amap-key&keywords=喵喵&city=绵阳").await.json();
    assert_eq!(none["pois"], json!([]));
}

#[tokio::test]
async fn keys_signatures_and_limits_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { amap_per_second: 2, amap_per_day: 4, ..Settings::default() };
    let sim = map(folder.path(), settings).await;
    let code = async |query: &str| {
        sim.get(&format!("/amap/v3/geocode/geo?address=机场路&{query}")).await.json()["infocode"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(code("key=guess").await, "10001");
    sim.post("/__sim/clock", &json!({"now": 1_700_000_000, "frozen": true})).await;
    assert_eq!(code("key=amap-key").await, "10000");
    assert_eq!(code("key=amap-key").await, "10000");
    assert_eq!(code("key=amap-key").await, "10021");
    sim.post("/__sim/clock", &json!({"advance": 1})).await;
    assert_eq!(code("key=amap-key").await, "10000");
    assert_eq!(code("key=amap-key").await, "10000");
    sim.post("/__sim/clock", &json!({"advance": 1})).await;
    assert_eq!(code("key=amap-key").await, "10003");
    sim.post("/__sim/clock", &json!({"advance": 86_400})).await;
    assert_eq!(code("key=amap-key").await, "10000");

    sim.up
        .configure(
            &json!({"amap_private_key": "PRIVATEKEY", "amap_key": "AMAPKEY", "amap_per_second": 0, "amap_per_day": 0}),
        )
        .unwrap();
    let signed = "key=AMAPKEY&output=JSON&address=北京市朝阳区阜通东大街6号&city=北京&sig=";
    for (sig, infocode) in [("20a87149b28e78043a1e808eafb03aa5", "10000"), ("0", "10007")] {
        let answer = sim.get(&format!("/amap/v3/geocode/geo?{signed}{sig}")).await.json();
        assert_eq!(answer["infocode"], infocode);
    }
}
