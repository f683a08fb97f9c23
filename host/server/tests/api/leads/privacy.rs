//! What whoever has no right to it learns of a lead: nothing, by whichever way.

use std::time::{Duration, SystemTime};

use reqwest::Method;
use serde_json::{Value, json};

use super::{entry, get, number, two_stores};
use crate::support::{Answer, Person, Server, send};

async fn enter(server: &Server, person: &Person, entry: &Value) -> Answer {
    send(server.by(person, Method::POST, "/leads").json(entry)).await
}

fn with_company(mut entry: Value, store: &str, company: &str) -> Value {
    entry["store"] = json!(store);
    entry["details"]["company"] = json!(company);
    entry
}

#[tokio::test]
async fn nobody_joins_what_they_do_not_see() {
    let server = two_stores().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let victim = number(&server.post("/leads", with_company(entry("李娜", "13900000002"), "S2", "受害公司")).await);
    let own = number(&enter(&server, &anna, &entry("张伟", "13812345678")).await);
    let both = enter(&server, &anna, &with_company(entry("张伟", "13812345678"), "S1", "受害公司")).await;
    assert_eq!((both.status, &both.body["outcome"]), (200, &json!("merged")), "{}", both.body);
    assert!(!both.body.to_string().contains("13900000002"), "{}", both.body);
    let history = get(&server, &anna, &format!("/leads/{own}/history")).await.1;
    assert!(!history.to_string().contains("13900000002"), "{history}");
    assert_eq!(server.get(&format!("/leads/{victim}")).await.body["number"], victim.as_str(), "still its own");
    let tasks = get(&server, &anna, &format!("/leads/{own}/tasks")).await.1;
    assert!(tasks["items"][0]["action"].as_str().unwrap().contains(&victim), "{tasks}");

    // The public form.
    let form = json!({ "name": "某人", "phone": "13812345678", "company": "受害公司", "consent": true });
    let sent = send(server.open(Method::POST, "/forms/S1").json(&form)).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    assert_eq!(server.get(&format!("/leads/{victim}")).await.body["number"], victim.as_str());
    server.running.shutdown().await;
}

#[tokio::test]
async fn no_gate_is_passed_by_entering() {
    let server = two_stores().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let mut late = entry("张伟", "13812345678");
    late["stage"] = json!("won");
    let refused = enter(&server, &anna, &late).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("stage")), "{}", refused.body);
    late["stage"] = json!("not-contacted");
    assert_eq!(enter(&server, &anna, &late).await.status, 201);
    server.running.shutdown().await;
}

async fn attach(server: &Server, path: &str, name: &str) -> i64 {
    let head = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/pdf\r\n\r\n"
    );
    let body = [head.as_bytes(), b"%PDF-1.7", b"\r\n--cut--\r\n"].concat();
    let request = server.request(Method::POST, &format!("{path}/attachments"));
    let answer = send(request.header("content-type", "multipart/form-data; boundary=cut").body(body)).await;
    answer.body["id"].as_i64().unwrap_or_else(|| panic!("{}", answer.body))
}

/// Every text of a lead with a number and an address in it.
async fn talkative(server: &Server) -> String {
    let said = "打 138 1234 5678 或 anna@secret.example";
    let contact = json!({ "name": said, "title": said, "phone": "13812345678", "email": "anna@secret.example", "wechat": "13812345678" });
    let profile =
        json!({ "industry": said, "purchase_band": said, "main_supplier": said, "decision_rank": said, "pain": said });
    let details = json!({
        "name": said, "company": said, "contacts": [contact], "province": said, "city": said, "district": said, "address": said,
        "profile": profile, "tags": [said], "note": said, "attributes": [[said, said]], "consent": { "source": said },
    });
    let lead = json!({ "store": "S1", "external_id": "13812345678", "source": said, "details": details });
    let path = format!("/leads/{}", number(&server.post("/leads", lead).await));
    let form = json!({ "worries": [said, said, said], "promised": said, "next_contact_at": "2026-02-02T08:00:00Z" });
    let touch =
        json!({ "kind": "call", "city": said, "note": said, "competitor": said, "need": said, "first_call": form });
    let task = json!({ "action": said, "obstacle": said, "due_at": "2026-02-02T08:00:00Z" });
    for (what, body) in [("touches", touch), ("tasks", task), ("approval", json!({ "note": said }))] {
        let answer = server.post(&format!("{path}/{what}"), body).await;
        assert!(answer.status < 300, "{what}: {}", answer.body);
    }
    let moved = server.post(&format!("{path}/stage"), json!({ "to": "demo-done", "note": said })).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    attach(server, &path, "名片 138 1234 5678.pdf").await;
    path
}

#[tokio::test]
async fn finance_sees_no_number_anywhere() {
    let server = two_stores().await;
    let fred = server.sign_up("fred", &["finance"], &[]).await;
    let path = talkative(&server).await;
    let below = ["", "/history", "/timeline", "/touches", "/tasks", "/stages", "/attachments"];
    let whole =
        ["/leads", "/lead-tasks", "/lead-insight/heat-map", "/lead-insight/funnel", "/lead-insight/assignments"];
    let pages = below.iter().map(|part| format!("{path}{part}")).chain(whole.iter().map(ToString::to_string));
    for page in pages {
        let (status, body) = get(&server, &fred, &page).await;
        let text = body.to_string();
        assert_eq!(status, 200, "{page}: {text}");
        for secret in ["138 1234", "1234 5678", "1381234", "12345678", "anna@"] {
            assert!(!text.contains(secret), "{page} tells {secret}: {text}");
        }
    }
    let whole = server.get(&path).await.body.to_string();
    assert!(whole.contains("+8613812345678") && whole.contains("138 1234 5678"), "an admin does: {whole}");
    // Nor by asking whether there is one.
    for search in ["13812345678", "anna@secret.example", "138 1234", "1234"] {
        let found = get(&server, &fred, &format!("/leads/counts?search={search}")).await.1;
        assert_eq!(found["items"], json!([]), "{search}");
        assert_ne!(server.get(&format!("/leads/counts?search={search}")).await.body["items"], json!([]));
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn files_of_a_forgotten_person_go_on_every_node() {
    let server = two_stores().await;
    let path = format!("/leads/{}", number(&server.post("/leads", entry("陈秘密", "13812345678")).await));
    let id = attach(&server, &path, "名片.pdf").await;
    let folder = server.folder.path().join("attachments");
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    assert_eq!(mortise::files::sweep(&server.running.app).await.unwrap(), 0);
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 204);
    assert!(!file.exists());
    // As it lies on a node that did not answer.
    std::fs::write(&file, "%PDF-1.7").unwrap();
    assert_eq!(server.get(&format!("{path}/attachments/{id}")).await.status, 404);
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(server.running.app.now().0.try_into().unwrap());
    let opened = std::fs::File::options().append(true).open(&file).unwrap();
    opened.set_modified(now - Duration::from_hours(25)).unwrap();
    assert_eq!(mortise::files::sweep(&server.running.app).await.unwrap(), 1);
    assert!(!file.exists());
    server.running.shutdown().await;
}
