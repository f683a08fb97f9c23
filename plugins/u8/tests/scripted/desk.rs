//! A host that answers from a script and writes down what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::records::CodeKind;
use mortise_sdk::{Error, Instant, Result};
use plugin_u8::Settings;
use plugin_u8::host::Host;

pub struct Desk {
    /// Part of the URL that the next request must have, and what is answered.
    pub script: VecDeque<(&'static str, Result<String, HttpError>)>,
    /// URL without the base, and body.
    pub asked: Vec<(String, String)>,
    pub token: Option<String>,
    pub tokens_forgotten: u32,
    pub notes: BTreeMap<String, String>,
    pub codes: BTreeMap<&'static str, &'static str>,
    pub codes_error: Option<Error>,
    pub attempt: u32,
    pub time_limit: Duration,
    pub time_left: Duration,
    /// What each request takes of the time that is left.
    pub slowness: Duration,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            script: VecDeque::new(),
            asked: Vec::new(),
            token: Some("TOKEN-1".into()),
            tokens_forgotten: 0,
            notes: BTreeMap::new(),
            codes: BTreeMap::new(),
            codes_error: None,
            attempt: 1,
            time_limit: Duration::from_secs(30),
            time_left: Duration::from_secs(30),
            slowness: Duration::ZERO,
        }
    }

    pub fn then(mut self, url: &'static str, answer: &str) -> Self {
        self.script.push_back((url, Ok(answer.to_owned())));
        self
    }

    pub fn lost(mut self, url: &'static str) -> Self {
        self.script.push_back((url, Err(HttpError::UnknownOutcome("time-out".into()))));
        self
    }

    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    pub fn body(&self, at: usize) -> serde_json::Value {
        serde_json::from_str(&self.asked[at].1).unwrap()
    }

    pub fn is_done(&self) -> bool {
        self.script.is_empty()
    }
}

impl Host for Desk {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        let url = request.url().strip_prefix("https://u8").expect("the base URL of the settings").to_owned();
        let (expected, answer) = self.script.pop_front().unwrap_or_else(|| panic!("nobody expects {url}"));
        assert!(url.contains(expected), "{url} is not {expected}");
        self.asked.push((url, request.body_text().unwrap_or_default().to_owned()));
        self.time_left = self.time_left.saturating_sub(self.slowness);
        let body = answer?;
        if expected == "/system/token" && body.contains("expiresIn") {
            self.token = Some("TOKEN-2".into());
        }
        let status = if body.starts_with('<') { 502 } else { 200 };
        Ok(Response { status, headers: Vec::new(), body: body.into_bytes() })
    }

    fn credential(&mut self, slot: &str) -> Result<Option<String>> {
        Ok(if slot == "token" { self.token.clone() } else { Some("SECRET".into()) })
    }

    fn forget(&mut self, _: &str) -> Result<()> {
        self.tokens_forgotten += 1;
        self.token = None;
        Ok(())
    }

    fn codes(&mut self, _: CodeKind, local: &[String]) -> Result<Vec<Option<String>>> {
        if let Some(error) = &self.codes_error {
            return Err(error.clone());
        }
        Ok(local.iter().map(|code| self.codes.get(code.as_str()).map(ToString::to_string)).collect())
    }

    fn local_codes(&mut self, _: CodeKind, remote: &[String]) -> Result<Vec<Option<String>>> {
        let ours =
            |code: &String| self.codes.iter().find(|(_, theirs)| *theirs == code).map(|(ours, _)| ours.to_string());
        Ok(remote.iter().map(ours).collect())
    }

    fn recall(&mut self, key: &str) -> Option<String> {
        self.notes.get(key).cloned()
    }

    fn note(&mut self, key: &str, value: &str, _: Duration) {
        self.notes.insert(key.to_owned(), value.to_owned());
    }

    fn drop_note(&mut self, key: &str) {
        self.notes.remove(key);
    }

    fn now(&self) -> Instant {
        1_700_000_000_000_000
    }

    fn time_limit(&self) -> Duration {
        self.time_limit
    }

    fn time_left(&self) -> Duration {
        self.time_left
    }

    fn attempt(&self) -> u32 {
        self.attempt
    }

    fn key(&self) -> String {
        "SO-1/order".into()
    }

    fn today(&self) -> String {
        "2024-03-01".into()
    }
}

pub fn settings() -> Settings {
    Settings {
        base_url: "https://u8/".into(),
        from_account: "us".into(),
        to_account: "them".into(),
        app_key: "opa".into(),
        ..Settings::default()
    }
}
