//! A client that shows what really came over the wire, a broken connection included.

use std::{net::SocketAddr, time::Duration};

use mortise_upstreams::{Config, Settings, Upstreams};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The running upstreams and how to ask them.
pub struct Sim {
    pub up: Upstreams,
    pub token: String,
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

pub const APP: &str = "from_account=mortise&to_account=company&app_key=opa0000000000000";

impl Sim {
    pub async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(config: Config) -> Self {
        let settings = Settings { hang_ms: 150, late_commit_ms: 150, slow_ms: 100, u8_async_ms: 0, ..config.settings };
        let up = Upstreams::start(Config { settings, ..config }).await.unwrap();
        let mut sim = Self { up, token: String::new() };
        sim.token = sim.new_token().await;
        sim
    }

    pub async fn new_token(&self) -> String {
        let answer = self.get(&format!("/u8/system/token?{APP}&app_secret=u8-secret")).await;
        answer.json()["token"]["id"].as_str().unwrap().to_owned()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.try_send("GET", path, "").await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_send("POST", path, &body.to_string()).await.unwrap()
    }

    /// None: the connection closed without an answer.
    pub async fn try_send(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        exchange(self.up.address(), method, path, "application/json", body.as_bytes()).await
    }

    pub fn u8_path(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("/u8/api/{path}{mark}{APP}&token={}", self.token)
    }

    pub async fn u8_get(&self, path: &str) -> Value {
        self.get(&self.u8_path(path)).await.json()
    }

    /// A synchronous write with a biz_id.
    pub async fn u8_post(&self, path: &str, biz_id: &str, body: &Value) -> Value {
        self.post(&self.u8_path(&format!("{path}?biz_id={biz_id}&sync=1")), body).await.json()
    }

    pub async fn add_order(&self, code: &str, number: &str) -> Value {
        self.u8_post("saleorder/add", &format!("biz-{number}"), &order(code, number)).await
    }

    pub async fn wait_idle(&self) {
        for _ in 0..200 {
            if self.up.in_flight() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("requests are still in flight");
    }
}

pub fn order(code: &str, number: &str) -> Value {
    json!({"saleorder": {"code": code, "date": "2024-01-01", "custcode": "C0001", "taxrate": 13, "define1": number,
        "entry": [{"rowno": 1, "inventorycode": "A001", "quantity": 10, "taxunitprice": 11.3, "taxrate": 13}]}})
}

pub async fn exchange(to: SocketAddr, method: &str, path: &str, kind: &str, body: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let path: String = path
        .bytes()
        .map(|b| if b.is_ascii_graphic() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").filter(|_| read.is_ok())?;
    Some(Answer { status: head.split(' ').nth(1)?.parse().ok()?, text: body.to_owned() })
}
