//! Grades, gates and timers through the doors.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{entry, number, two_stores};
use crate::support::{Answer, Server, send};

async fn move_to(server: &Server, path: &str, stage: &str) -> Answer {
    server.post(&format!("{path}/stage"), json!({ "to": stage })).await
}

async fn attach(server: &Server, path: &str, name: &str, kind: &str) -> Answer {
    let head = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), b"%PDF-1.7", b"\r\n--cut--\r\n"].concat();
    let request = server.request(Method::POST, &format!("{path}/attachments"));
    send(request.header("content-type", "multipart/form-data; boundary=cut").body(body)).await
}

fn missing(answer: &Answer) -> Vec<&str> {
    answer.body["errors"].as_array().unwrap().iter().map(|error| error["message"].as_str().unwrap()).collect()
}

async fn touch(server: &Server, path: &str, touch: Value) {
    let answer = server.post(&format!("{path}/touches"), touch).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn gates_name_exactly_what_is_missing() {
    let server = two_stores().await;
    let path = format!("/leads/{}", number(&server.post("/leads", entry("张伟", "13812345678")).await));
    let demo = move_to(&server, &path, "demo-done").await;
    assert_eq!(demo.status, 409);
    insta::assert_json_snapshot!(demo.body, @r#"
    {
      "type": "urn:mortise:problem:gate",
      "title": "Something is missing for this stage",
      "status": 409,
      "detail": "LD-00000001 cannot move to demo-done: The form of the first call (three worries, what was promised, next contact) is missing: fill it in with a call.",
      "text": {
        "zh": "缺少首次通话表（三项最担心的问题、承诺、下次联系时间），请在通话记录中填写",
        "en": "The form of the first call (three worries, what was promised, next contact) is missing: fill it in with a call"
      },
      "errors": [
        {
          "field": "first-call-form",
          "message": "The form of the first call (three worries, what was promised, next contact) is missing: fill it in with a call"
        }
      ],
      "remedy": "Add what is missing and move it again."
    }
    "#);
    let form =
        json!({ "worries": ["价格", "交期"], "promised": "明天发样", "next_contact_at": "2026-02-02T08:00:00Z" });
    let incomplete = server.post(&format!("{path}/touches"), json!({ "kind": "call", "first_call": form })).await;
    assert_eq!((incomplete.status, &incomplete.body["errors"][0]["field"]), (422, &json!("first_call.worries")));
    let form = json!({ "worries": ["价格", "交期", "质量"], "promised": "明天发样", "next_contact_at": "2026-02-02T08:00:00Z" });
    touch(&server, &path, json!({ "kind": "call", "first_call": form })).await;
    assert_eq!(move_to(&server, &path, "demo-done").await.status, 200);
    assert_eq!(move_to(&server, &path, "proposal-sent").await.status, 200);

    let refused = move_to(&server, &path, "negotiation").await;
    assert_eq!(missing(&refused).len(), 2, "{}", refused.body);
    touch(&server, &path, json!({ "kind": "inbound", "note": "价格多少" })).await;
    assert_eq!(
        missing(&move_to(&server, &path, "negotiation").await),
        ["A PDF attachment whose name contains “报价单” is missing: upload it"]
    );
    assert_eq!(attach(&server, &path, "报价单.txt", "text/plain").await.status, 201);
    assert_eq!(move_to(&server, &path, "negotiation").await.status, 409, "no PDF");
    server.advance(Duration::from_hours(73));
    assert_eq!(attach(&server, &path, "2026 报价单 v2.pdf", "application/pdf").await.status, 201);
    let late = move_to(&server, &path, "negotiation").await;
    assert_eq!(
        missing(&late),
        ["The quote was not uploaded within 72 hours of the customer's last message: upload it anew"]
    );
    touch(&server, &path, json!({ "kind": "inbound", "note": "收到" })).await;
    let open = server.get(&format!("{path}/stages")).await.body;
    let negotiation = open["open"].as_array().unwrap().iter().find(|stage| stage["stage"] == "negotiation").unwrap();
    assert_eq!(negotiation["unmet"], json!([]));
    assert_eq!(move_to(&server, &path, "negotiation").await.status, 200);

    assert_eq!(move_to(&server, &path, "won").await.status, 409, "no way around the approval");
    let approved = server.post(&format!("{path}/approval"), json!({ "note": "9 折" })).await;
    assert_eq!(approved.status, 204);
    server.advance(Duration::from_hours(25));
    assert_eq!(move_to(&server, &path, "contract-pending").await.status, 409, "it is a day old");
    server.post(&format!("{path}/approval"), json!({ "note": "9 折" })).await;
    assert_eq!(move_to(&server, &path, "contract-pending").await.status, 200);
    assert_eq!(server.post(&format!("{path}/customer"), json!({ "customer": "C1" })).await.status, 409);
    assert_eq!(move_to(&server, &path, "won").await.status, 200);
    let converted = server.post(&format!("{path}/customer"), json!({ "customer": "C1" })).await;
    assert_eq!((converted.status, &converted.body["customer"]), (200, &json!("C1")), "{}", converted.body);
    let unknown = move_to(&server, &path, "nowhere").await;
    assert_eq!((unknown.status, &unknown.body["errors"][0]["field"]), (422, &json!("to")));
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_second_visit_raises_the_grade() {
    let server = two_stores().await;
    let path = format!("/leads/{}", number(&server.post("/leads", entry("张伟", "13812345678")).await));
    touch(&server, &path, json!({ "kind": "visit" })).await;
    server.advance(Duration::from_hours(8 * 24));
    touch(&server, &path, json!({ "kind": "visit" })).await;
    assert_eq!(server.get(&path).await.body["grade"], "C", "eight days apart");
    server.advance(Duration::from_hours(6 * 24));
    touch(&server, &path, json!({ "kind": "visit" })).await;
    assert_eq!(server.get(&path).await.body["grade"], "B");
    let story = server.get(&format!("{path}/timeline")).await.body;
    let graded =
        story["items"].as_array().unwrap().iter().find(|entry| entry["event"] == "lead.graded").unwrap().clone();
    assert_eq!(graded["data"], json!({ "grade": "B", "rule": "second-visit" }));
    server.running.shutdown().await;
}

#[tokio::test]
async fn rules_are_checked_tried_and_published() {
    let server = two_stores().await;
    let path = format!("/leads/{}", number(&server.post("/leads", entry("张伟", "13812345678")).await));
    let mut rules = server.get("/lead-rules").await.body;
    assert_eq!(rules["version"], 0);
    let rule = |when: &str| json!({ "code": "from-expo", "title": { "zh": "展会", "en": "From the expo" }, "when": when, "grade": "A" });
    rules["rules"]["grading"] = json!([rule("lead.source == ")]);
    let broken = server.put("/lead-rules", rules.clone()).await;
    assert_eq!(
        (broken.status, &broken.body["errors"][0]["field"]),
        (422, &json!("grading[0].when")),
        "{}",
        broken.body
    );
    rules["rules"]["grading"] = json!([rule("lead.source == 'expo'")]);
    let tried = server.post("/lead-rules/try", json!({ "rules": rules["rules"] })).await;
    assert_eq!((tried.status, &tried.body["items"][0]["grade"]), (200, &json!("A")), "{}", tried.body);
    assert_eq!(server.get(&path).await.body["grade"], "C");
    let published = server.put("/lead-rules", rules.clone()).await;
    assert_eq!((published.status, &published.body["version"]), (200, &json!(1)), "{}", published.body);
    assert_eq!(server.put("/lead-rules", rules.clone()).await.status, 409, "somebody published meanwhile");
    server.running.app.work.leads().run_until_idle().await.unwrap();
    assert_eq!(server.get(&path).await.body["grade"], "A");
    rules["version"] = json!(1);
    rules["rules"]["stages"].as_array_mut().unwrap().remove(0);
    let occupied = server.put("/lead-rules", rules).await;
    assert_eq!(occupied.status, 422, "{}", occupied.body);
    server.running.shutdown().await;
}

#[tokio::test]
async fn what_nobody_does_is_noticed_once() {
    let server = two_stores().await;
    let path = format!("/leads/{}", number(&server.post("/leads", entry("张伟", "13812345678")).await));
    let timers = async |server: &Server| {
        let story = server.get(&format!("{path}/timeline?limit=500")).await.body;
        let fired = story["items"].as_array().unwrap().iter().filter(|entry| entry["event"] == "lead.timer");
        fired.map(|entry| entry["data"]["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let work = server.running.app.work.leads();
    // 16:00 in Shanghai on a day with working hours until 18:00.
    for (hours, fired) in [(1, vec![]), (1, vec!["first-call-2h"]), (5, vec!["first-call-2h"])] {
        server.advance(Duration::from_hours(hours));
        work.run_until_idle().await.unwrap();
        work.run_until_idle().await.unwrap();
        assert_eq!(timers(&server).await, fired, "{hours}");
    }
    let tasks = server.get("/lead-tasks?assignee=supervisors:S1").await.body;
    assert_eq!(tasks["items"].as_array().unwrap().len(), 1, "{tasks}");
    server.advance(Duration::from_hours(24 * 40));
    work.run_until_idle().await.unwrap();
    assert_eq!(timers(&server).await, ["first-call-2h", "c-untouched-15d"]);
    // A touch begins it anew; the end of the lead stops it.
    touch(&server, &path, json!({ "kind": "message" })).await;
    server.advance(Duration::from_hours(24 * 14));
    work.run_until_idle().await.unwrap();
    assert_eq!(timers(&server).await.len(), 2);
    assert_eq!(move_to(&server, &path, "lost").await.status, 200);
    server.advance(Duration::from_hours(24 * 100));
    work.run_until_idle().await.unwrap();
    assert_eq!(timers(&server).await.len(), 2);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_lead_is_given_to_whoever_is_best_and_taken_from_whoever_does_not_answer() {
    let server = two_stores().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    server.sign_up("bob", &["sales"], &["S1"]).await;
    server.sign_up("far", &["sales"], &["S2"]).await;
    let work = server.running.app.work.leads();
    let path = format!("/leads/{}", number(&server.post("/leads", entry("张伟", "13812345678")).await));
    work.run_until_idle().await.unwrap();
    assert_eq!(server.get(&path).await.body["owner"], "user:anna", "alike, so by name");
    let second = format!("/leads/{}", number(&server.post("/leads", entry("李娜", "13900000002")).await));
    work.run_until_idle().await.unwrap();
    assert_eq!(server.get(&second).await.body["owner"], "user:bob", "who has fewer");
    let touched = server.by(&anna, Method::POST, &format!("{path}/touches")).json(&json!({ "kind": "call" }));
    assert_eq!(send(touched).await.status, 201);
    // 16:00 in Shanghai; two working hours later it is 18:00, when nobody works any more; it is given anew at 9:00.
    server.advance(Duration::from_hours(2));
    work.run_until_idle().await.unwrap();
    assert_eq!(server.get(&path).await.body["owner"], "user:anna", "has answered");
    assert_eq!(server.get(&second).await.body["owner"], "", "taken away");
    server.advance(Duration::from_hours(15));
    work.run_until_idle().await.unwrap();
    assert_eq!(server.get(&second).await.body["owner"], "user:anna", "not to whoever missed it");
    let story = server.get(&format!("{second}/timeline")).await.body;
    let last =
        story["items"].as_array().unwrap().iter().rfind(|entry| entry["event"] == "lead.assigned").unwrap().clone();
    assert_eq!(last["data"]["parts"].as_array().unwrap().len(), 3, "{last}");
    let mut away = entry("远方", "13900000003");
    away["store"] = json!("");
    let lone = format!("/leads/{}", number(&server.post("/leads", away).await));
    work.run_until_idle().await.unwrap();
    assert_eq!(server.get(&lone).await.body["owner"], "", "no store, nobody");
    let shares = server.get("/lead-insight/assignments").await.body;
    let counts: Vec<_> = shares["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["owner"], &one["assigned"], &one["answered"], &one["lost"]))
        .collect();
    assert_eq!(
        counts,
        [(&json!("user:anna"), &json!(2), &json!(1), &json!(0)), (&json!("user:bob"), &json!(1), &json!(0), &json!(1)),],
        "{shares}"
    );
    server.running.shutdown().await;
}
