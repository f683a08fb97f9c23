//! Messages of an application: a token, named recipients, an optional duplicate check.

use serde_json::{Value, json};

use super::{
    Wecom, content,
    refusal::{Refusal, over_limit},
};
use crate::{
    message::{Reply, Request},
    world::Cx,
};

const MINUTE_MS: i64 = 60_000;
const DEFAULT_WINDOW_S: i64 = 1800;
const LONGEST_WINDOW_S: i64 = 4 * 3600;
const MOST_RECIPIENTS: usize = 1000;

impl Wecom {
    /// The same token for as long as it is valid.
    pub fn get_token(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        if request.arg("corpid") != cx.settings.wecom_corp_id {
            return Err(Refusal::new(40_013, "invalid corpid"));
        }
        if request.arg("corpsecret") != cx.settings.wecom_secret {
            return Err(Refusal::new(40_001, "invalid credential"));
        }
        let valid = self.token.clone().filter(|(_, ends)| *ends > cx.now_ms);
        let (token, ends) = valid.unwrap_or_else(|| {
            self.expire_tokens();
            let fresh = (self.new_id(cx, "access"), cx.now_ms + cx.settings.wecom_token_seconds * 1000);
            self.token = Some(fresh.clone());
            fresh
        });
        let expires_in = (ends - cx.now_ms) / 1000;
        let body = json!({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": expires_in});
        Ok(Reply::json("0", &body))
    }

    pub fn app_send(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        self.check_token(cx, request.arg("access_token"))?;
        let body = request.json().ok_or_else(|| Refusal::new(47_001, "data format error"))?;
        let agent = body.get("agentid").and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok()));
        match agent {
            None => return Err(Refusal::new(40_056, "invalid agentid")),
            Some(id) if id != cx.settings.wecom_agent_id => {
                return Err(Refusal::new(301_002, "not allow operate another agent with this accesstoken"));
            }
            Some(_) => {}
        }
        content::check(&body, true)?;
        if !self.limiter.admit("app", cx.settings.wecom_app_limit, MINUTE_MS, cx.now_ms) {
            return Err(over_limit());
        }
        let (reached, invalid) = recipients(cx, &body)?;
        if let Some(id) = self.repeated(cx, &body) {
            self.repeats_dropped += 1;
            return Ok(sent(&invalid, &id));
        }
        // More than a member may get in a minute is dropped without a word.
        let limit = cx.settings.wecom_member_limit;
        let to: Vec<String> = reached
            .into_iter()
            .filter(|member| self.limiter.admit(&format!("member/{member}"), limit, MINUTE_MS, cx.now_ms))
            .collect();
        let sender = cx.settings.wecom_agent_id.to_string();
        let id = self.keep(cx, "app", &sender, to, body.clone());
        self.remember(cx, &body, &id);
        Ok(sent(&invalid, &id).written())
    }

    fn check_token(&self, cx: Cx<'_>, token: &str) -> Result<(), Refusal> {
        if token.is_empty() {
            return Err(Refusal::new(41_001, "access_token missing"));
        }
        match &self.token {
            Some((valid, ends)) if valid == token && *ends > cx.now_ms => Ok(()),
            Some((valid, _)) if valid == token => Err(Refusal::new(42_001, "access_token expired")),
            _ if self.old_tokens.iter().any(|old| old == token) => Err(Refusal::new(42_001, "access_token expired")),
            _ => Err(Refusal::new(40_014, "invalid access_token")),
        }
    }

    fn repeated(&mut self, cx: Cx<'_>, body: &Value) -> Option<String> {
        self.recent.retain(|(_, ends, _)| *ends > cx.now_ms);
        if body.get("enable_duplicate_check").and_then(Value::as_i64) != Some(1) {
            return None;
        }
        let same = same_message(body);
        self.recent.iter().find(|(text, _, _)| *text == same).map(|(_, _, id)| id.clone())
    }

    fn remember(&mut self, cx: Cx<'_>, body: &Value, id: &str) {
        let window = body.get("duplicate_check_interval").and_then(Value::as_i64).unwrap_or(DEFAULT_WINDOW_S);
        let ends = cx.now_ms + window.clamp(1, LONGEST_WINDOW_S) * 1000;
        self.recent.push((same_message(body), ends, id.to_owned()));
    }
}

/// Those who are reached and those who are unknown; nobody reached is an error.
fn recipients(cx: Cx<'_>, body: &Value) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let list = |name: &str| -> Vec<String> {
        let text = body.get(name).and_then(Value::as_str).unwrap_or_default();
        text.split('|').map(str::trim).filter(|id| !id.is_empty()).map(ToOwned::to_owned).collect()
    };
    let users = list("touser");
    let groups = [list("toparty"), list("totag")].concat();
    if users.len() > MOST_RECIPIENTS {
        return Err(Refusal::new(40_058, "invalid request parameter: touser"));
    }
    let members = &cx.settings.wecom_members;
    let known = |user: &String| user == "@all" || members.is_empty() || members.contains(user);
    let (mut reached, invalid): (Vec<String>, Vec<String>) = users.into_iter().partition(known);
    reached.extend(groups);
    if reached.is_empty() {
        return Err(Refusal::new(81_013, "user & party & tag all invalid"));
    }
    Ok((reached, invalid))
}

/// What makes two messages the same: all but the check's own switches.
fn same_message(body: &Value) -> String {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !name.contains("duplicate_check"));
        fields.sort_keys();
    }
    body.to_string()
}

fn sent(invalid: &[String], id: &str) -> Reply {
    let body = json!({
        "errcode": 0, "errmsg": "ok", "invaliduser": invalid.join("|"), "invalidparty": "", "invalidtag": "",
        "unlicenseduser": "", "msgid": id, "response_code": "",
    });
    Reply::json("0", &body)
}
