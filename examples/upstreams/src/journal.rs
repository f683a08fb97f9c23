//! The raw log: every request as it came, every answer as it went.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    faults::Plan,
    message::{Reply, Request},
};

const KEPT: usize = 2000;

/// JSON lines in a file (flushed one by one), and the last of them in memory.
#[derive(Debug, Default)]
pub struct Journal {
    file: Option<File>,
    last: VecDeque<Value>,
}

/// Characters of an answer that are kept; a list of stock has hundreds of kilobytes.
const BODY_KEPT: usize = 4_000;

impl Journal {
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { file, last: VecDeque::new() })
    }

    /// Written on arrival, so that a request is on record even if nothing comes after it.
    pub fn request(&mut self, seq: u64, now_ms: i64, request: &Request, plan: Option<&Plan>) {
        let mut line = json!({
            "event": "request", "seq": seq, "at_ms": now_ms, "vendor": request.vendor, "method": request.method,
            "path": request.path, "query": request.raw_query, "fault": plan.map(|plan| plan.fault),
        });
        match std::str::from_utf8(&request.body) {
            Ok(text) => line["body"] = text.into(),
            Err(_) => line["body_base64"] = STANDARD.encode(&request.body).into(),
        }
        self.write(line);
    }

    /// `told`: the caller received it.
    pub fn answer(&mut self, seq: u64, now_ms: i64, reply: &Reply, told: bool) {
        self.write(json!({
            "event": "answer", "seq": seq, "at_ms": now_ms, "status": reply.status, "code": reply.code,
            "wrote": reply.wrote, "told": told,
            "body": reply.body.chars().take(BODY_KEPT).collect::<String>(), "body_bytes": reply.body.len(),
        }));
    }

    pub fn last(&self, limit: usize) -> Vec<Value> {
        self.last.iter().skip(self.last.len().saturating_sub(limit)).cloned().collect()
    }

    pub fn clear(&mut self) {
        self.last.clear();
    }

    fn write(&mut self, line: Value) {
        if let Some(file) = &mut self.file {
            let text = format!("{line}\n");
            if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.flush()) {
                tracing::warn!(%error, "the request log cannot be written");
                self.file = None;
            }
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}
