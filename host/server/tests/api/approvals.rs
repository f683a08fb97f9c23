//! Approvals through the doors: those who are asked decide, nobody else, and once.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::evaluation::{Conclusion, Decision, Evaluation};
use mortise_domain::hold::{HoldKind, Need, Reason};
use mortise_domain::instant::Instant;
use mortise_domain::ports::approvals::{Links as _, Ticket};
use mortise_domain::ports::memory::Orders as _;
use mortise_domain::text::Text;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, Server, cookie, key, send, submission};

/// A held order of Sam's with its approval: number and the approval's id.
async fn held(server: &Server, sam: &Person) -> (String, i64) {
    let order = send(server.by(sam, Method::POST, "/orders").json(&submission())).await;
    let number = order.body["number"].as_str().unwrap_or_else(|| panic!("{}", order.body)).to_owned();
    let approval = judge(server, &number, ApprovalRoutes::default()).await;
    (number, approval)
}

/// Holds the order for its amount by these routes; answers the approval's id.
async fn judge(server: &Server, number: &str, routes: ApprovalRoutes) -> i64 {
    let store = &server.running.app.store;
    let stored = store.order_by_number(number, &Reach::All).await.unwrap().unwrap();
    let mut reason = Reason {
        code: "amount-over-limit".into(),
        kind: HoldKind::Business,
        text: Text::new("金额超限", "amount over the limit"),
        needs: vec![Need { kind: "attachment".into(), role: String::new(), text: Text::same("authorisation") }],
        detail: json!({}),
        approval: None,
    };
    let scene = mortise_domain::approval::Scene { gross: None, store: "S1", region: "EAST" };
    reason.approval = routes.terms(&reason, scene);
    let decision = Decision {
        order_id: stored.summary.id,
        version: stored.summary.version,
        order: None,
        evaluation: Box::new(Evaluation::default()),
        verdict: Conclusion::Hold { reasons: vec![reason], again_at: Instant::NEVER, deliveries: vec![] },
        at: server.running.app.now(),
        story: vec![],
    };
    store.decide(&[decision]).await.unwrap();
    let listed = server.get(&format!("/approvals?order={number}")).await.body;
    listed["items"][0]["id"].as_i64().unwrap_or_else(|| panic!("{listed}"))
}

async fn attach(server: &Server, number: &str) {
    let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"authorisation.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n";
    let request = server.request(Method::POST, &format!("/orders/{number}/attachments"));
    let answer = send(request.header("content-type", "multipart/form-data; boundary=b").body(form)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

struct Office {
    server: Server,
    sam: Person,
    dora: Person,
    fred: Person,
}

async fn office() -> Office {
    let server = Server::start().await.with_catalog().await;
    let sam = server.sign_up("sam", &["sales", "finance"], &["S1"]).await;
    let dora = server.sign_up("dora", &["supervisor"], &["S1"]).await;
    let fred = server.sign_up("fred", &["finance"], &[]).await;
    Office { server, sam, dora, fred }
}

impl Office {
    async fn decide(&self, person: &Person, approval: i64, how: &str, body: Value) -> Answer {
        send(self.server.by(person, Method::POST, &format!("/approvals/{approval}/{how}")).json(&body)).await
    }

    async fn end(self) {
        self.server.running.shutdown().await;
    }

    fn link(&self, approval: i64, step: u32, person: &str, seconds: u64) -> String {
        let app = &self.server.running.app;
        let ticket = Ticket {
            approval: mortise_domain::ids::ApprovalId(approval),
            step,
            person: person.into(),
            expires_at: app.now().after(Duration::from_secs(seconds)),
        };
        app.links.deciding(&ticket).split_once('#').unwrap().1.to_owned()
    }

    async fn by_link(&self, path: &str, body: Value) -> Answer {
        send(self.server.open(Method::POST, &format!("/approval-links/{path}")).json(&body)).await
    }
}

#[tokio::test]
async fn both_must_agree_with_the_file_and_nobody_for_themselves() {
    let office = office().await;
    let (number, approval) = held(&office.server, &office.sam).await;
    let agree = json!({ "note": "fine" });
    let own = office.decide(&office.sam, approval, "approve", agree.clone()).await;
    assert_eq!(
        (own.status, own.body["detail"].as_str().unwrap()),
        (403, "you handed this order in or corrected it yourself, so somebody else decides about it")
    );
    let early = office.decide(&office.fred, approval, "approve", agree.clone()).await;
    assert_eq!(early.status, 409, "{}", early.body);
    insta::assert_json_snapshot!(early.body, @r#"
    {
      "type": "urn:mortise:problem:file-missing",
      "title": "A required file is missing",
      "status": 409,
      "detail": "a required file is missing: attach it to the order, then approve",
      "text": {
        "zh": "缺少必需的附件，请先上传到订单再批准",
        "en": "a required file is missing: attach it to the order, then approve"
      },
      "remedy": "Send the file to POST /orders/{number}/attachments."
    }
    "#);
    let before = send(office.server.by(&office.fred, Method::GET, "/approvals?mine=true")).await.body;
    assert_eq!(before["items"][0]["lacks_file"], json!(true), "{before}");
    attach(&office.server, &number).await;
    let mine = send(office.server.by(&office.fred, Method::GET, "/approvals?mine=true")).await.body;
    let first = &mine["items"][0];
    assert_eq!(
        (&first["mine"], &first["needs_file"], &first["lacks_file"]),
        (&json!([2]), &json!(true), &json!(false))
    );
    let first = office.decide(&office.fred, approval, "approve", agree.clone()).await;
    assert_eq!((first.status, &first.body["state"]), (200, &json!("open")), "{}", first.body);
    let twice = office.decide(&office.fred, approval, "approve", agree.clone()).await;
    assert_eq!(twice.status, 403, "{}", twice.body);
    let release = format!("/holds/{}/release", first.body["hold"]);
    let around = office.server.post(&release, json!({ "note": "hurry" })).await;
    assert_eq!(around.status, 409, "the fuse holds: {}", around.body);
    let second = office.decide(&office.dora, approval, "approve", agree).await;
    assert_eq!((second.status, &second.body["state"]), (200, &json!("approved")), "{}", second.body);
    let order = office.server.get(&format!("/orders/{number}")).await.body;
    assert_eq!(
        (&order["holds"][1]["code"], &order["holds"][1]["released_by"]),
        (&json!("amount-over-limit"), &json!("user:dora"))
    );
    let story = office.server.get(&format!("/orders/{number}/timeline")).await.body;
    let events: Vec<String> = story["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["event"].as_str().unwrap(), one["actor"].as_str().unwrap()))
        .collect();
    for expected in ["approval.approved user:fred", "approval.approved user:dora", "hold.released user:dora"] {
        assert!(events.iter().any(|one| one == expected), "{events:?}");
    }
    let audit = office.server.get("/audit?action=approvals.decide").await.body;
    assert_eq!(audit["items"].as_array().unwrap().len(), 5, "{audit}");
    office.end().await;
}

#[tokio::test]
async fn a_rejection_ends_the_order_and_needs_a_reason() {
    let office = office().await;
    let (number, approval) = held(&office.server, &office.sam).await;
    let mute = office.decide(&office.dora, approval, "reject", json!({ "note": " " })).await;
    assert_eq!((mute.status, mute.body["errors"][0]["field"].as_str()), (422, Some("note")));
    let rejected = office.decide(&office.dora, approval, "reject", json!({ "note": "too risky" })).await;
    assert_eq!((rejected.status, &rejected.body["state"]), (200, &json!("rejected")), "{}", rejected.body);
    let order = office.server.get(&format!("/orders/{number}")).await.body;
    assert_eq!(order["state"], "rejected");
    assert_eq!(order["rejection"]["en"], "not approved (Large amounts) by user:dora: too risky", "{order}");
    let late = office.decide(&office.fred, approval, "approve", json!({})).await;
    assert_eq!(late.status, 409, "{}", late.body);
    office.end().await;
}

#[tokio::test]
async fn whoever_corrects_an_order_asks_everybody_anew_and_decides_nothing() {
    let office = office().await;
    let (number, first) = held(&office.server, &office.sam).await;
    let key = office.link(first, 2, "fred", 3_600);
    let mut changed = submission();
    changed["note"] = json!("as agreed by telephone");
    let put = office.server.by(&office.dora, Method::PUT, &format!("/orders/{number}"));
    let corrected = send(put.json(&json!({ "submission": changed }))).await;
    assert_eq!(corrected.status, 200, "{}", corrected.body);
    let late = office.decide(&office.fred, first, "approve", json!({})).await;
    assert_eq!(late.status, 409, "he looked at another order: {}", late.body);
    assert_eq!(office.by_link("look", json!({ "key": key })).await.status, 404);
    let anew = judge(&office.server, &number, ApprovalRoutes::default()).await;
    assert_ne!(anew, first);
    attach(&office.server, &number).await;
    let own = office.decide(&office.dora, anew, "approve", json!({})).await;
    assert_eq!(own.status, 403, "she corrected it: {}", own.body);
    office.end().await;
}

#[tokio::test]
async fn whoever_leads_another_region_decides_where_the_route_asks_them() {
    let office = office().await;
    let order = send(office.server.by(&office.sam, Method::POST, "/orders").json(&submission())).await;
    let number = order.body["number"].as_str().unwrap().to_owned();
    let mut routes = ApprovalRoutes::default();
    routes.routes[0].approvers = vec!["supervisor@HQ".parse().unwrap()];
    let approval = judge(&office.server, &number, routes).await;
    attach(&office.server, &number).await;
    office.server.put("/catalog/regions", json!({ "items": [{ "code": "HQ", "name": "总部" }] })).await;
    let boss = json!({ "name": "boss", "roles": ["supervisor"], "regions": ["HQ"] });
    let invited = office.server.post("/users", boss).await;
    let accepted = office.server.accept(&key(&invited), PASSWORD).await;
    let boss = Person { name: "boss".into(), cookie: cookie(&accepted) };
    let mine = send(office.server.by(&boss, Method::GET, "/approvals?mine=true")).await.body;
    assert_eq!(mine["items"][0]["id"], json!(approval), "{mine}");
    assert_eq!(send(office.server.by(&boss, Method::GET, &format!("/orders/{number}"))).await.status, 404);
    let decided = office.decide(&boss, approval, "approve", json!({})).await;
    assert_eq!((decided.status, &decided.body["state"]), (200, &json!("approved")), "{}", decided.body);
    office.end().await;
}

#[tokio::test]
async fn strangers_see_and_decide_nothing() {
    let office = office().await;
    let (_, approval) = held(&office.server, &office.sam).await;
    let west = office.server.sign_up("west", &["supervisor"], &[]).await;
    assert_eq!(office.decide(&west, approval, "approve", json!({})).await.status, 404);
    let seller = office.server.sign_up("seller", &["sales"], &["S1"]).await;
    assert_eq!(office.decide(&seller, approval, "approve", json!({})).await.status, 403);
    assert_eq!(send(office.server.by(&seller, Method::GET, &format!("/approvals/{approval}"))).await.status, 200);
    office.end().await;
}

#[tokio::test]
async fn a_link_shows_and_decides_one_step_once() {
    let office = office().await;
    let (number, approval) = held(&office.server, &office.sam).await;
    attach(&office.server, &number).await;
    let key = office.link(approval, 1, "dora", 3_600);
    let look = office.by_link("look", json!({ "key": key })).await;
    assert_eq!(look.status, 200, "{}", look.body);
    assert_eq!((&look.body["essentials"]["number"], &look.body["display_name"]), (&json!(number), &json!("dora")));
    assert_eq!(look.body["essentials"]["files"], json!(["authorisation.pdf"]));
    let again = office.by_link("look", json!({ "key": key })).await;
    assert_eq!(again.status, 200, "looking decides nothing");
    let decided = office.by_link("decide", json!({ "key": key, "approve": true })).await;
    assert_eq!((decided.status, &decided.body["state"]), (200, &json!("open")), "{}", decided.body);
    for path in ["look", "decide"] {
        let body = if path == "look" { json!({ "key": key }) } else { json!({ "key": key, "approve": true }) };
        let used = office.by_link(path, body).await;
        assert_eq!((used.status, used.body["type"].as_str()), (404, Some("urn:mortise:problem:void-link")), "{path}");
    }
    let stolen = office.link(approval, 2, "dora", 3_600);
    let not_asked = office.by_link("decide", json!({ "key": stolen, "approve": true })).await;
    assert_eq!(not_asked.status, 403, "{}", not_asked.body);
    let story = office.server.get(&format!("/orders/{number}/timeline")).await.body.to_string();
    assert!(story.contains("\"by\":\"link\"") && !story.contains(&key), "{story}");
    let audit = office.server.get("/audit?action=approvals.by-link").await.body;
    assert_eq!(
        audit["items"].as_array().unwrap().iter().filter(|one| one["actor"] == "user:dora").count(),
        2,
        "{audit}"
    );
    assert!(!audit.to_string().contains("mra_"));
    office.end().await;
}

#[tokio::test]
async fn a_link_is_of_no_use_when_it_is_forged_late_or_of_somebody_who_left() {
    let office = office().await;
    let (_, approval) = held(&office.server, &office.sam).await;
    let key = office.link(approval, 1, "dora", 60);
    let forged = format!("{}A", &key[..key.len() - 1]);
    for bad in [forged.as_str(), "", "mra_", "mri_abc"] {
        assert_eq!(office.by_link("look", json!({ "key": bad })).await.status, 404, "{bad:?}");
    }
    let foreign = office.server.open(Method::POST, "/approval-links/decide").header("sec-fetch-site", "cross-site");
    let foreign = send(foreign.json(&json!({ "key": key, "approve": false, "note": "x" }))).await;
    assert_eq!(foreign.status, 403, "another site's page: {}", foreign.body);
    office.server.advance(Duration::from_secs(61));
    assert_eq!(office.by_link("look", json!({ "key": key })).await.status, 404, "its time is over");
    let key = office.link(approval, 1, "dora", 60);
    office.server.post("/users/dora/disable", json!({})).await;
    assert_eq!(office.by_link("look", json!({ "key": key })).await.status, 404, "she may not come in");
    office.end().await;
}

#[tokio::test]
async fn the_page_of_a_link_is_served() {
    let server = Server::start().await;
    for (path, kind) in [("/approve", "text/html"), ("/approve.js", "text/javascript")] {
        let answer = server.client.get(format!("{}{path}", server.running.url)).send().await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind));
        assert!(answer.headers().contains_key("content-security-policy"));
    }
    server.running.shutdown().await;
}
