//! What a vendor is asked, and what it answers.

use std::collections::BTreeMap;

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    U8,
    Amap,
    Wecom,
}

impl Vendor {
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::Amap => "amap",
            Self::Wecom => "wecom",
        }
    }
}

/// A request to a vendor.
#[derive(Debug, Clone)]
pub struct Request {
    pub vendor: Vendor,
    pub method: String,
    /// Without the vendor's prefix: `/api/saleorder/add`.
    pub path: String,
    pub raw_query: String,
    pub query: BTreeMap<String, String>,
    pub host: String,
    pub content_type: String,
    pub body: Bytes,
}

impl Request {
    /// An argument of the query; empty where it is missing.
    pub fn arg(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Does it change something at the vendor?
    pub fn is_write(&self) -> bool {
        match self.vendor {
            Vendor::U8 => crate::yonyou::is_write(self),
            Vendor::Wecom => self.method == "POST",
            Vendor::Amap => false,
        }
    }

    pub fn carries_token(&self) -> bool {
        match self.vendor {
            Vendor::U8 => self.query.contains_key("token"),
            Vendor::Wecom => self.query.contains_key("access_token"),
            Vendor::Amap => false,
        }
    }
}

/// A vendor's answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
    /// The vendor's own code.
    pub code: String,
    /// Something was written.
    pub wrote: bool,
}

impl Reply {
    pub fn json(code: &str, body: &Value) -> Self {
        let content_type = "application/json; charset=utf-8";
        Self { status: 200, content_type, body: body.to_string(), code: code.to_owned(), wrote: false }
    }

    pub fn page(status: u16, html: &str) -> Self {
        Self { status, content_type: "text/html", body: html.into(), code: status.to_string(), wrote: false }
    }

    pub fn written(mut self) -> Self {
        self.wrote = true;
        self
    }

    pub fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(self.content_type));
        response
    }
}
