//! Leads through the doors: entered, merged and told apart, moved through gates, masked, exported, forgotten.

mod form;
mod import;
mod privacy;
mod rules;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, send};

/// Two stores in two regions.
pub async fn two_stores() -> Server {
    let server = Server::start().await.with_catalog().await;
    server.put("/catalog/regions", json!({ "items": [{ "code": "WEST", "name": "华西" }] })).await;
    let store = json!({ "code": "S2", "name": "二店", "region": "WEST", "currency": "CNY" });
    server.put("/catalog/stores", json!({ "items": [store] })).await;
    server
}

pub fn entry(name: &str, phone: &str) -> Value {
    json!({ "store": "S1", "source": "expo", "details": { "name": name, "contacts": [{ "name": name, "phone": phone }] } })
}

pub fn number(answer: &Answer) -> String {
    answer.body["lead"]["number"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

async fn get(server: &Server, person: &Person, path: &str) -> (u16, Value) {
    let answer = send(server.by(person, Method::GET, path)).await;
    (answer.status, answer.body)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one long example")]
async fn a_lead_is_entered_once() {
    let server = two_stores().await;
    let first = server.post("/leads", entry("张伟", "138-1234-5678")).await;
    assert_eq!(first.status, 201, "{}", first.body);
    insta::assert_json_snapshot!(first.body, @r#"
    {
      "outcome": "created",
      "lead": {
        "number": "LD-00000001",
        "version": 1,
        "store": "S1",
        "owner": "",
        "source": "expo",
        "grade": "C",
        "stage": "not-contacted",
        "stage_at": "2026-01-31T08:00:00Z",
        "name": "张伟",
        "company": "",
        "contacts": [
          {
            "name": "张伟",
            "title": "",
            "phone": "+8613812345678",
            "email": "",
            "wechat": ""
          }
        ],
        "province": "",
        "city": "",
        "district": "",
        "address": "",
        "profile": {
          "industry": "",
          "purchase_band": "",
          "main_supplier": "",
          "decision_rank": "",
          "pain": ""
        },
        "tags": [],
        "note": "",
        "attributes": [],
        "consent": null,
        "unrecorded": [],
        "external_ids": [],
        "customer": "",
        "created_at": "2026-01-31T08:00:00Z",
        "created_by": "admin",
        "updated_at": "2026-01-31T08:00:00Z",
        "touched_at": null,
        "answered_at": null,
        "assigned_at": null,
        "erased_at": null
      }
    }
    "#);
    let number = number(&first);
    let mut second = entry("张先生", "+86 138 1234 5678");
    second["details"]["company"] = json!("甲机械有限公司");
    let second = server.post("/leads", second).await;
    assert_eq!((second.status, &second.body["outcome"]), (200, &json!("merged")));
    assert_eq!(second.body["lead"]["company"], "甲机械有限公司");
    let third = server.post("/leads", entry("张伟", "138-1234-5678")).await;
    assert_eq!((third.status, &third.body["outcome"]), (200, &json!("known")));
    let broken = server.post("/leads", entry("李娜", "12345")).await;
    assert_eq!(broken.status, 422);
    insta::assert_json_snapshot!(broken.body, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "details.contacts[0].phone: is no telephone number; write it as 138 1234 5678 or +86 21 6000 1234",
      "errors": [
        {
          "field": "details.contacts[0].phone",
          "message": "is no telephone number; write it as 138 1234 5678 or +86 21 6000 1234"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);

    let history = server.get(&format!("/leads/{number}/history")).await.body;
    let added = history["entries"][0]["id"].as_i64().unwrap();
    let own = server.post(&format!("/leads/{number}/entries/{added}/undo"), json!({})).await;
    assert_eq!((own.status, &own.body["name"]), (200, &json!("张先生")), "{}", own.body);
    assert_eq!(server.get(&format!("/leads/{number}")).await.body["company"], "");
    let other = own.body["number"].as_str().unwrap();
    let merged = server.post(&format!("/leads/{number}/merge"), json!({ "other": other })).await;
    assert_eq!((merged.status, &merged.body["company"]), (200, &json!("甲机械有限公司")), "{}", merged.body);
    assert_eq!(server.get(&format!("/leads/{other}")).await.body["number"], number.as_str());
    let merge = server.get(&format!("/leads/{number}/history")).await.body["merges"][0]["id"].as_i64().unwrap();
    let apart = server.post(&format!("/leads/{number}/merges/{merge}/undo"), json!({})).await;
    assert_eq!((apart.status, &apart.body["number"]), (200, &json!(other)));
    let again = server.post(&format!("/leads/{number}/merges/{merge}/undo"), json!({})).await;
    assert_eq!(again.status, 409, "{}", again.body);
    let story = server.get(&format!("/leads/{number}/timeline")).await.body;
    let events: Vec<_> =
        story["items"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["lead.created", "lead.added-to", "lead.told-apart", "lead.joined", "lead.told-apart"]);
    assert!(!story.to_string().contains("张"), "{story}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn each_sees_and_enters_their_own() {
    let server = two_stores().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let fred = server.sign_up("fred", &["finance"], &[]).await;
    let own = send(server.by(&anna, Method::POST, "/leads").json(&entry("张伟", "13812345678"))).await;
    assert_eq!((own.status, &own.body["lead"]["owner"]), (201, &json!("user:anna")));
    let mut away = entry("李娜", "13900000002");
    away["store"] = json!("S2");
    let foreign = server.post("/leads", away.clone()).await;
    let foreign = number(&foreign);
    assert_eq!(get(&server, &anna, &format!("/leads/{foreign}")).await.0, 404);
    assert_eq!(get(&server, &anna, "/leads").await.1["items"].as_array().unwrap().len(), 1);
    let refused = send(server.by(&anna, Method::POST, "/leads").json(&away)).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    // Whom another store knows is added there; nothing of theirs is shown.
    let known = send(server.by(&anna, Method::POST, "/leads").json(&entry("李", "13900000002"))).await;
    assert_eq!((known.status, known.body), (200, json!({ "outcome": "merged", "lead": null })));

    let path = format!("/leads/{}", number(&own));
    let (whole, masked) = (get(&server, &anna, &path).await.1, get(&server, &fred, &path).await.1);
    assert_eq!(whole["contacts"][0]["phone"], "+8613812345678");
    assert_eq!(masked["contacts"][0]["phone"], "************78");
    for path in [path.clone(), format!("{path}/history"), format!("{path}/timeline"), "/leads".into()] {
        let (status, body) = get(&server, &fred, &path).await;
        assert!(status == 200 && !body.to_string().contains("13812345678"), "{path}: {body}");
    }
    let work = server.by(&fred, Method::POST, &format!("{path}/touches")).json(&json!({ "kind": "call" }));
    assert_eq!(send(work).await.status, 403);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_person_is_exported_and_forgotten() {
    let server = two_stores().await;
    let number = number(&server.post("/leads", entry("陈秘密", "13812345678")).await);
    let path = format!("/leads/{number}");
    let touched =
        server.post(&format!("{path}/touches"), json!({ "kind": "visit", "city": "上海", "note": "秘密" })).await;
    assert_eq!(touched.status, 201, "{}", touched.body);
    let all = server.get(&format!("{path}/export")).await;
    assert_eq!(all.status, 200);
    assert_eq!(all.body["touches"][0]["note"], "秘密");
    assert_eq!(all.body["history"]["entries"][0]["content"]["details"]["name"], "陈秘密");
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 204);
    let gone = server.get(&format!("{path}/export")).await;
    assert!(gone.status == 200 && !gone.body.to_string().contains("秘密"), "{}", gone.body);
    assert_eq!(server.get("/leads").await.body["items"], json!([]));
    assert_eq!(server.post(&format!("{path}/touches"), json!({ "kind": "call" })).await.status, 409);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_change_by_hand_takes_no_number_of_another() {
    let server = two_stores().await;
    let first = server.post("/leads", entry("张伟", "13812345678")).await;
    let second = server.post("/leads", entry("李娜", "13900000002")).await;
    let path = format!("/leads/{}", number(&second));
    let update = |version: &Value, phone: &str| json!({ "version": version, "store": "S1", "owner": "", "grade": "B", "details": { "name": "李娜", "contacts": [{ "phone": phone }] } });
    let version = &second.body["lead"]["version"];
    let taken = server.put(&path, update(version, "13812345678")).await;
    assert_eq!(taken.status, 409);
    assert_eq!(
        taken.body["detail"],
        format!("{} has this telephone number already: merge the two leads", number(&first))
    );
    let changed = server.put(&path, update(version, "13900000003")).await;
    assert_eq!((changed.status, &changed.body["grade"]), (200, &json!("B")), "{}", changed.body);
    assert_eq!(server.put(&path, update(version, "13900000004")).await.status, 409, "an old version");
    // The number that was given up is free.
    assert_eq!(server.post("/leads", entry("王芳", "13900000002")).await.status, 201);
    server.running.shutdown().await;
}
