//! A server in this process with a movable clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use mortise::{Config, Outside, Running};
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock;
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use tempfile::TempDir;

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

pub struct Server {
    pub running: Running,
    pub folder: TempDir,
    pub client: Client,
    clock: Arc<TestClock>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::in_folder(folder.path());
        // Costs that tests can pay.
        config.access.password_memory_kib = 64;
        config.access.password_passes = 1;
        change(&mut config);
        let start: Instant = "2026-01-31T08:00:00Z".parse().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(start.0)));
        let outside = Outside { clock: Arc::<TestClock>::clone(&clock), workers: false, ..Outside::default() };
        let running = mortise::start_in(config, outside).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { running, folder, client, clock }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::Relaxed);
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.running.url)).bearer_auth(&self.running.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    /// One region, store, warehouse, customer and product.
    pub async fn with_catalog(self) -> Self {
        for (noun, items) in [
            ("regions", json!([{ "code": "EAST", "name": "华东" }])),
            ("stores", json!([{ "code": "S1", "name": "旗舰店", "region": "EAST", "currency": "CNY" }])),
            ("warehouses", json!([{ "code": "W1", "name": "上海仓", "region": "EAST" }])),
            ("customers", json!([{ "code": "C1", "name": "甲公司", "level": "A", "region": "EAST" }])),
            ("products", json!([{ "sku": "P1", "name": "轴承", "base_unit": "pc", "tax_rate": "0.13" }])),
        ] {
            let answer = self.put(&format!("/catalog/{noun}"), json!({ "items": items })).await;
            assert_eq!((answer.status, answer.body), (200, json!({ "written": 1 })), "{noun}");
        }
        self
    }
}

/// Somebody who has signed in.
pub struct Person {
    pub name: String,
    /// Of the session, as it is sent: `name=value`.
    pub cookie: String,
}

pub const PASSWORD: &str = "correct horse battery";

/// The cookie that an answer sets, as it is sent.
pub fn cookie(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// The key of the link of an invitation.
pub fn key(invited: &Answer) -> String {
    invited.body["link"].as_str().unwrap_or_else(|| panic!("{}", invited.body)).split_once('#').unwrap().1.to_owned()
}

impl Server {
    /// A request of nobody.
    pub fn open(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.running.url))
    }

    /// A request as Mortise's own pages send it.
    pub fn by(&self, person: &Person, method: Method, path: &str) -> RequestBuilder {
        let request = self.open(method, path).header("cookie", &person.cookie);
        request.header("x-requested-with", "mortise").header("sec-fetch-site", "same-origin")
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        send(self.open(Method::POST, "/sessions").json(&json!({ "name": name, "password": password }))).await
    }

    pub async fn accept(&self, key: &str, password: &str) -> Answer {
        send(self.open(Method::POST, "/invites/accept").json(&json!({ "key": key, "password": password }))).await
    }

    /// Invites a user, who sets a password and is signed in by that.
    pub async fn sign_up(&self, name: &str, roles: &[&str], stores: &[&str]) -> Person {
        let invited = self.post("/users", json!({ "name": name, "roles": roles, "stores": stores })).await;
        let accepted = self.accept(&key(&invited), PASSWORD).await;
        assert_eq!(accepted.status, 201, "{}", accepted.body);
        Person { name: name.into(), cookie: cookie(&accepted) }
    }

    /// A token with these roles; more of it as in `POST /tokens`.
    pub async fn token(&self, name: &str, roles: &[&str], more: Value) -> String {
        let mut wish = json!({ "name": name, "roles": roles });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.post("/tokens", wish).await;
        made.body["token"].as_str().unwrap_or_else(|| panic!("{}", made.body)).to_owned()
    }

    pub fn with_token(&self, token: &str, method: Method, path: &str) -> RequestBuilder {
        self.open(method, path).bearer_auth(token)
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
    Answer { status, headers, body }
}

/// The answer with "…" in the place of a field that differs from run to run.
pub fn without(body: &Value, field: &str) -> Value {
    let mut body = body.clone();
    assert!(body.get(field).is_some(), "{body}");
    body[field] = json!("…");
    body
}

pub fn submission() -> Value {
    json!({ "customer": "C1", "store": "S1", "ship_to": { "text": "上海市浦东新区世纪大道100号" }, "lines": [{ "sku": "P1", "quantity": "2" }] })
}
