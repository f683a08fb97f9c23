//! Tables of leads through the doors and by the command line.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::two_stores;
use crate::support::{Answer, Server, send};

async fn upload(server: &Server, name: &str, bytes: &[u8]) -> Answer {
    let head = format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
    let request = server.request(Method::POST, "/lead-imports");
    send(request.header("content-type", "multipart/form-data; boundary=cut").body(body)).await
}

async fn ended(server: &Server, id: i64) -> Value {
    for _ in 0..600 {
        let import = server.get(&format!("/lead-imports/{id}")).await.body;
        if import["state"] != "running" {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import {id} does not end")
}

async fn import(server: &Server, bytes: &[u8], plan: Value) -> Value {
    let uploaded = upload(server, "leads.csv", bytes).await;
    assert_eq!(uploaded.status, 201, "{}", uploaded.body);
    let id = uploaded.body["import"]["id"].as_i64().unwrap();
    let started = server.post(&format!("/lead-imports/{id}/start"), plan).await;
    assert_eq!(started.status, 202, "{}", started.body);
    ended(server, id).await
}

const TABLE: &str = "编号,姓名,手机,公司,门店,年龄\n\
                     K1,张伟,138-1234-5678,甲机械有限公司,S1,40\n\
                     K2,李娜,13900000002,,S1,\n\
                     K3,王芳,12345,,S1,\n\
                     K4,赵敏,13900000004,,S9,\n\
                     K5,张总,13812345678,,S1,41\n";

#[tokio::test]
async fn a_table_is_looked_at_then_imported() {
    let server = two_stores().await;
    let uploaded = upload(&server, "客户.csv", TABLE.as_bytes()).await;
    assert_eq!(uploaded.status, 201, "{}", uploaded.body);
    insta::assert_json_snapshot!(uploaded.body["preview"]["columns"], @r#"
    [
      {
        "field": "external_id"
      },
      {
        "field": "name"
      },
      {
        "field": "phone"
      },
      {
        "field": "company"
      },
      {
        "field": "store"
      },
      {
        "attribute": "年龄"
      }
    ]
    "#);
    let rows = uploaded.body["preview"]["rows"].as_array().unwrap().clone();
    let reasons: Vec<_> = rows.iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert_eq!((reasons[0], reasons[3]), ("", "store: there is no store \"S9\""));
    assert_eq!(server.get("/leads").await.body["items"], json!([]), "nothing yet");
    let id = uploaded.body["import"]["id"].as_i64().unwrap();
    assert_eq!(server.post(&format!("/lead-imports/{id}/start"), json!({})).await.status, 202);
    let done = ended(&server, id).await;
    assert_eq!(
        (&done["state"], &done["rows"], &done["created"], &done["merged"], &done["refused"]),
        (&json!("done"), &json!(5), &json!(2), &json!(1), &json!(2)),
        "{done}"
    );
    insta::assert_json_snapshot!(server.get(&format!("/lead-imports/{id}/refused")).await.body, @r#"
    {
      "items": [
        {
          "row": 3,
          "reason": "details.contacts[0].phone: is no telephone number; write it as 138 1234 5678 or +86 21 6000 1234"
        },
        {
          "row": 4,
          "reason": "store: there is no store \"S9\""
        }
      ],
      "next": null
    }
    "#);
    assert_eq!(server.post(&format!("/lead-imports/{id}/start"), json!({})).await.status, 409);
    let found = server.get("/leads?search=13812345678").await.body;
    assert_eq!(found["items"][0]["external_ids"], json!(["K1", "K5"]));
    assert_eq!(found["items"][0]["attributes"], json!([["年龄", "40"]]));
    // Personal data do not lie about.
    let left = std::fs::read_dir(server.folder.path().join("attachments")).unwrap().count();
    assert_eq!(left, 0);
    let no_table = upload(&server, "x.csv", b"").await;
    assert_eq!(no_table.status, 422, "{}", no_table.body);
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_same_table_in_any_letters_is_the_same() {
    let server = two_stores().await;
    let gbk = encoding_rs::GBK.encode(TABLE).0.into_owned();
    let bom = ["\u{feff}", TABLE].concat();
    let counts = |done: &Value| ["rows", "created", "merged", "refused"].map(|field| done[field].as_i64().unwrap());
    assert_eq!(counts(&import(&server, &gbk, json!({})).await), [5, 2, 1, 2]);
    assert_eq!(counts(&import(&server, bom.as_bytes(), json!({})).await), [5, 0, 3, 2]);
    assert_eq!(counts(&import(&server, TABLE.as_bytes(), json!({})).await), [5, 0, 3, 2]);
    assert_eq!(server.get("/leads").await.body["items"].as_array().unwrap().len(), 2);
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_import_is_stopped() {
    let server = two_stores().await;
    let id = upload(&server, "leads.csv", TABLE.as_bytes()).await.body["import"]["id"].as_i64().unwrap();
    let stopped = server.post(&format!("/lead-imports/{id}/stop"), json!({})).await;
    assert_eq!((stopped.status, &stopped.body["state"]), (200, &json!("failed")), "{}", stopped.body);
    assert_eq!(stopped.body["failure"], "stopped by admin");
    assert_eq!(server.post(&format!("/lead-imports/{id}/start"), json!({})).await.status, 409);
    assert_eq!(server.post(&format!("/lead-imports/{id}/stop"), json!({})).await.status, 409);
    assert_eq!(std::fs::read_dir(server.folder.path().join("attachments")).unwrap().count(), 0);

    // While it runs: what is imported stays, the rest is not.
    let id = upload(&server, "leads.csv", generated(20_000).as_bytes()).await.body["import"]["id"].as_i64().unwrap();
    assert_eq!(server.post(&format!("/lead-imports/{id}/start"), json!({})).await.status, 202);
    let stopped = server.post(&format!("/lead-imports/{id}/stop"), json!({})).await;
    assert_eq!(stopped.status, 200, "{}", stopped.body);
    let folder = server.folder.path().join("attachments");
    for _ in 0..600 {
        if std::fs::read_dir(&folder).unwrap().count() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "it has ended");
    let import = server.get(&format!("/lead-imports/{id}")).await.body;
    assert_eq!((&import["state"], &import["failure"]), (&json!("failed"), &json!("stopped by admin")));
    assert!(import["rows"].as_i64().unwrap() < 20_000, "{import}");
    server.running.shutdown().await;
}

async fn by_command(arguments: &[&str]) -> String {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_mortise"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MORTISE_")) {
        command.env_remove(name);
    }
    let output = command.args(["lead", "import"]).args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn report(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A generated table: broken on purpose in every tenth row, by every way that a row can be broken.
fn generated(rows: usize) -> String {
    let mut table = "Prospect ID,Name,Phone,Note\n".to_owned();
    for at in 1..=rows {
        let phone = 13_800_000_000_u64 + at as u64;
        table += &match (at % 10 == 0).then_some(at / 10 % 5) {
            None => format!("P{at},人{at},{phone},\"说，\"\"好\"\"\n第二行\"\n"),
            Some(0) => format!("P{at},人{at},123,x\n"),
            Some(1) => format!("P{at},人{at}\n"),
            Some(2) => format!("\"P{at},人{at},{phone},x\n"),
            Some(3) => format!("P{at},人{at},{phone},x,y,z\n"),
            Some(_) => ",,,x\n".to_owned(),
        };
    }
    table
}

#[tokio::test]
async fn by_command_with_and_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let (table, out) = (folder.path().join("leads.csv"), folder.path().join("out.json"));
    std::fs::write(&table, generated(1_000)).unwrap();
    let data = folder.path().join("data");
    let paths = [table.to_str().unwrap(), "--report", out.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let direct = [&paths[..], &["--listen", "127.0.0.1:9"]].concat();
    by_command(&direct).await;
    let first = report(&out);
    let counts = |report: &Value| {
        (report["rows"].as_i64().unwrap(), report["created"].as_i64().unwrap(), report["merged"].as_i64().unwrap())
    };
    assert_eq!(counts(&first), (1_000, 900, 0));
    assert_eq!(first["refused"].as_array().unwrap().len(), 100);
    assert!(first["refused"].as_array().unwrap().iter().all(|row| row["row"].as_i64().unwrap() % 10 == 0));
    by_command(&direct).await;
    assert_eq!(counts(&report(&out)), (1_000, 0, 900));

    let server = Server::start().await;
    let data = server.folder.path().to_str().unwrap().to_owned();
    let said = by_command(&[paths[0], "--report", paths[2], "--data", &data, "--server", &server.running.url]).await;
    insta::assert_snapshot!(said, @"
    1000 rows: 900 created, 0 merged, 100 refused
      row 10: has 2 cells where the headings are 4
      row 20: has a quotation mark that is not closed, or a line break in a row of another width
      row 30: has 6 cells where the headings are 4
      row 40: details: says nobody: give a name, a company, a telephone number, an e-mail address or an external id
      row 50: details.contacts[0].phone: is not a number that the numbering plan of its country has; check its digits
      row 60: has 2 cells where the headings are 4
      row 70: has a quotation mark that is not closed, or a line break in a row of another width
      row 80: has 6 cells where the headings are 4
      row 90: details: says nobody: give a name, a company, a telephone number, an e-mail address or an external id
      row 100: details.contacts[0].phone: is not a number that the numbering plan of its country has; check its digits
      and 90 more; --report FILE has them all
    ");
    assert_eq!(report(&out), first, "the same by either way");
    server.running.shutdown().await;
}
