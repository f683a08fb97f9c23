//! An HTTP server on the measured executor, and a client outside of it that asks all the time.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use tokio::runtime::Builder;

/// How often the server is asked.
const PAUSE: Duration = Duration::from_millis(2);
const BIG: usize = 7 << 20;

pub struct Doors {
    pub origin: String,
    waits: std::sync::Mutex<Receiver<Duration>>,
}

impl Doors {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        // Text as upstreams write it: escapes, lines, percent signs.
        let line = r#"{"name":"\u5317\u4eac","url":"https:\/\/x.example\/?a=%20b&amp;c","n":1.25},"#.to_owned() + "\n";
        let big = line.repeat(BIG / line.len());
        let app = Router::new().route("/healthz", get(async || "ok\n")).route("/big", get(async move || big));
        tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        let (told, waits) = channel();
        let url = format!("{origin}/healthz");
        std::thread::spawn(move || {
            let executor = Builder::new_current_thread().enable_all().build().expect("an executor");
            executor.block_on(async move {
                let client = reqwest::Client::builder().no_proxy().build().expect("a client");
                loop {
                    tokio::time::sleep(PAUSE).await;
                    let asked = Instant::now();
                    // At the end the server is gone first.
                    let Ok(answer) = client.get(&url).send().await else { break };
                    assert_eq!(answer.text().await.expect("a body"), "ok\n");
                    if told.send(asked.elapsed()).is_err() {
                        break;
                    }
                }
            });
        });
        Self { origin, waits: waits.into() }
    }

    /// What was measured since the last time.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().expect("one reader").try_iter().collect()
    }
}
