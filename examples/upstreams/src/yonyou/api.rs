//! Which request goes where?

use serde_json::{Map, Value, json};

use super::{Kind, Yonyou, master, refusal::Refusal};
use crate::{
    message::{Reply, Request},
    world::Cx,
};

pub fn is_write(verb: &str) -> bool {
    matches!(verb, "add" | "edit" | "delete" | "verify" | "unverify" | "open" | "close")
}

impl Yonyou {
    pub fn handle(&mut self, cx: Cx<'_>, request: &Request) -> Reply {
        self.settle(cx);
        self.route(cx, request).unwrap_or_else(|refusal| refusal.reply())
    }

    fn route(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        match request.path.as_str() {
            "/system/token" => self.token(cx, request),
            "/system/tradeid" => self.trade_id(cx, request),
            "/system/result" => self.result(request),
            path => {
                let unknown = || Refusal::unknown_api(path);
                let rest = path.strip_prefix("/api/").ok_or_else(unknown)?;
                let (resource, verb) = rest.split_once('/').ok_or_else(unknown)?;
                self.api(cx, request, resource, verb)
            }
        }
    }

    fn api(&mut self, cx: Cx<'_>, request: &Request, resource: &str, verb: &str) -> Result<Reply, Refusal> {
        if request.arg("to_account") != cx.settings.u8_to_account {
            return Err(Refusal::credentials("to_account"));
        }
        self.check_app(cx, request)?;
        if !self.limiter.admit("calls", cx.settings.u8_per_second, 1000, cx.now_ms) {
            return Err(Refusal::frequency());
        }
        if cx.settings.agent_offline {
            return Err(Refusal::offline());
        }
        let unknown = || Refusal::unknown_api(&request.path);
        if let Some(kind) = Kind::of(resource) {
            return match verb {
                "get" => self.get(kind, request.arg("id")),
                _ if is_write(verb) => self.write(cx, request, kind, verb),
                _ => Err(unknown()),
            };
        }
        if verb != "batch_get" {
            return Err(unknown());
        }
        let rows = match resource.strip_suffix("list").and_then(Kind::of) {
            Some(kind) => self.rows(kind, request),
            None if resource == "currentstock" => self.master.stock_rows(request),
            None => self.master.rows(resource, request).ok_or_else(unknown)?,
        };
        page(resource, rows, request)
    }

    fn get(&self, kind: Kind, id: &str) -> Result<Reply, Refusal> {
        if id.is_empty() {
            return Err(Refusal::missing("id"));
        }
        let document = self.find(kind, id).ok_or_else(Refusal::no_data)?;
        let mut body = json!({"errcode": "0", "errmsg": ""});
        body[kind.resource()] = document.full(master::name_of(&self.master.customers, &document.customer));
        Ok(Reply::json("0", &body))
    }
}

/// One page of a list; the paging values are strings.
fn page(key: &str, rows: Vec<Map<String, Value>>, request: &Request) -> Result<Reply, Refusal> {
    let number = |name: &str, default: usize| match request.arg(name) {
        "" => Ok(default),
        text => text.parse().ok().filter(|n| *n > 0).ok_or_else(|| Refusal::invalid(name, "必须是正整数")),
    };
    let (index, size) = (number("page_index", 1)?, number("rows_per_page", 20)?);
    let count = rows.len();
    let shown: Vec<_> = rows.into_iter().skip((index - 1).saturating_mul(size)).take(size).collect();
    if shown.is_empty() {
        return Err(Refusal::no_data());
    }
    let mut body = json!({
        "errcode": "0", "errmsg": "", "page_index": index.to_string(), "rows_per_page": size.to_string(),
        "row_count": count.to_string(), "page_count": count.div_ceil(size).to_string(),
    });
    body[key] = json!(shown);
    Ok(Reply::json("0", &body))
}
