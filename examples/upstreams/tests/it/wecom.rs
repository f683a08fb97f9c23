//! Robots and application messages.

use serde_json::{Value, json};

use crate::client::{Answer, Sim, exchange};

const ROBOT: &str = "/wecom/cgi-bin/webhook/send?key=robot-key";

async fn robot(sim: &Sim, body: &Value) -> i64 {
    let answer = sim.post(ROBOT, body).await;
    assert_eq!(answer.status, 200);
    answer.json()["errcode"].as_i64().unwrap()
}

fn text(content: &str) -> Value {
    json!({"msgtype": "text", "text": {"content": content, "mentioned_list": ["zhangsan"]}})
}

#[tokio::test]
async fn a_robot_checks_key_kind_and_length() {
    let sim = Sim::start().await;
    let bad = sim.post("/wecom/cgi-bin/webhook/send?key=other", &text("x")).await.json();
    assert_eq!(bad["errcode"], 93000);
    assert!(bad["errmsg"].as_str().unwrap().starts_with("invalid webhook url, hint: ["));
    let card = json!({"msgtype": "template_card", "template_card": {"card_type": "text_notice",
        "main_title": {"title": "新订单"}, "card_action": {"type": 1, "url": "https://example.com"}}});
    let mut no_action = card.clone();
    no_action["template_card"].as_object_mut().unwrap().remove("card_action");
    let news = |n: usize| json!({"msgtype": "news", "news": {"articles": vec![json!({"title": "t", "url": "u"}); n]}});
    let image = json!({"msgtype": "image", "image": {"base64": "aGVsbG8=", "md5": "5d41402abc4b2a76b9719d911017c592"}});
    let mut wrong_sum = image.clone();
    wrong_sum["image"]["md5"] = json!("0");
    for (body, code) in [
        (text("订单 SO-1001"), 0),
        (text(""), 44004),
        // 683 characters of three bytes: one byte too many.
        (text(&"订".repeat(683)), 45002),
        (text(&"订".repeat(682)), 0),
        (json!({"msgtype": "markdown", "markdown": {"content": "订".repeat(1365)}}), 0),
        (json!({"msgtype": "markdown", "markdown": {"content": "订".repeat(1366)}}), 45002),
        (json!({"msgtype": "carrier_pigeon"}), 40008),
        (card, 0),
        (no_action, 40058),
        (news(8), 0),
        (news(9), 45008),
        (image, 0),
        (wrong_sum, 40009),
        (json!({"msgtype": "file", "file": {"media_id": "unknown"}}), 40007),
    ] {
        assert_eq!(robot(&sim, &body).await, code, "{body}");
    }
    let messages = sim.up.messages();
    assert_eq!(messages["count"], 6);
    assert_eq!(messages["items"][0]["text"], "订单 SO-1001");
    assert_eq!(messages["items"][0]["to"], json!(["zhangsan"]));
}

#[tokio::test]
async fn a_robot_takes_twenty_a_minute_and_repeats_are_seen() {
    let sim = Sim::start().await;
    for _ in 0..20 {
        assert_eq!(robot(&sim, &text("same")).await, 0);
    }
    assert_eq!(robot(&sim, &text("same")).await, 45009);
    sim.up.advance_clock(61);
    assert_eq!(robot(&sim, &text("other")).await, 0);
    let messages = sim.up.messages();
    assert_eq!((&messages["count"], &messages["duplicate_count"]), (&json!(21), &json!(1)));
    sim.up.configure(&json!({"robot_limit": 1})).unwrap();
    assert_eq!(robot(&sim, &text("third")).await, 45009);
}

#[tokio::test]
async fn a_file_is_uploaded_and_sent_for_three_days() {
    let sim = Sim::start().await;
    let upload = |content: &'static str| {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"media\"; filename=\"a.pdf\"; filelength={}\r\ncontent-type: application/octet-stream\r\n\r\n{content}\r\n--b--\r\n",
            content.len()
        );
        let to = sim.up.address();
        async move {
            let path = "/wecom/cgi-bin/webhook/upload_media?key=robot-key&type=file";
            exchange(to, "POST", path, "multipart/form-data; boundary=b", body.as_bytes()).await.unwrap()
        }
    };
    let small: Answer = upload("1234").await;
    assert_eq!(small.json()["errcode"], 40006);
    let media = upload("12345").await.json();
    let file = json!({"msgtype": "file", "file": {"media_id": media["media_id"]}});
    assert_eq!(robot(&sim, &file).await, 0);
    sim.up.advance_clock(3 * 24 * 3600 + 1);
    assert_eq!(robot(&sim, &file).await, 40007);
}

async fn token(sim: &Sim) -> String {
    let path = "/wecom/cgi-bin/gettoken?corpid=ww0000000000000000&corpsecret=wecom-secret";
    sim.get(path).await.json()["access_token"].as_str().unwrap().to_owned()
}

async fn send(sim: &Sim, token: &str, change: &Value) -> Value {
    let mut body =
        json!({"touser": "zhangsan|lisi", "msgtype": "text", "agentid": 1_000_002, "text": {"content": "hello"}});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    sim.post(&format!("/wecom/cgi-bin/message/send?access_token={token}"), &body).await.json()
}

#[tokio::test]
async fn application_tokens_are_the_same_until_they_end() {
    let sim = Sim::start().await;
    let wrong = sim.get("/wecom/cgi-bin/gettoken?corpid=ww0000000000000000&corpsecret=guess").await.json();
    assert_eq!(wrong["errcode"], 40001);
    let first = token(&sim).await;
    assert_eq!(first, token(&sim).await);
    assert_eq!(send(&sim, "", &json!({})).await["errcode"], 41001);
    assert_eq!(send(&sim, "nonsense", &json!({})).await["errcode"], 40014);
    assert_eq!(send(&sim, &first, &json!({})).await["errcode"], 0);
    sim.up.advance_clock(7201);
    assert_eq!(send(&sim, &first, &json!({})).await["errcode"], 42001);
    assert_ne!(first, token(&sim).await);
    assert_eq!(send(&sim, &first, &json!({})).await["errcode"], 42001);
}

#[tokio::test]
async fn recipients_are_checked_and_repeats_dropped_where_asked() {
    let sim = Sim::start().await;
    let token = token(&sim).await;
    sim.up.configure(&json!({"wecom_members": ["zhangsan"]})).unwrap();
    let partial = send(&sim, &token, &json!({})).await;
    assert_eq!((&partial["errcode"], &partial["invaliduser"]), (&json!(0), &json!("lisi")));
    assert_eq!(send(&sim, &token, &json!({"touser": "lisi"})).await["errcode"], 81013);
    assert_eq!(send(&sim, &token, &json!({"agentid": 7})).await["errcode"], 301_002);

    let checked = json!({"touser": "zhangsan", "enable_duplicate_check": 1, "text": {"content": "once"}});
    let first = send(&sim, &token, &checked).await;
    let second = send(&sim, &token, &checked).await;
    assert_eq!(first["msgid"], second["msgid"]);
    assert_eq!(sim.up.messages()["count"], 2);
    sim.up.advance_clock(1801);
    assert_ne!(send(&sim, &token, &checked).await["msgid"], first["msgid"]);

    sim.up.configure(&json!({"wecom_app_limit": 1})).unwrap();
    sim.up.advance_clock(61);
    assert_eq!(send(&sim, &token, &json!({})).await["errcode"], 0);
    assert_eq!(send(&sim, &token, &json!({})).await["errcode"], 45009);
}
