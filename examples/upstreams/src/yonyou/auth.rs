//! Who may call? Tokens and one-time ids.
//!
//! Whether an older token survives a newer one is not documented; here it does, unless `u8_single_token` is on.

use serde_json::json;

use super::{Yonyou, refusal::Refusal};
use crate::{
    dice,
    message::{Reply, Request},
    world::Cx,
};

impl Yonyou {
    pub fn token(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        let settings = cx.settings;
        let wanted = [
            ("from_account", &settings.u8_from_account),
            ("app_key", &settings.u8_app_key),
            ("app_secret", &settings.u8_app_secret),
        ];
        for (name, right) in wanted {
            if request.arg(name) != right {
                return Err(Refusal::credentials(name));
            }
        }
        if settings.u8_single_token {
            self.tokens.clear();
        }
        let id = self.new_id(cx, "token");
        self.tokens.retain(|_, ends| *ends > cx.now_ms);
        self.tokens.insert(id.clone(), cx.now_ms + settings.u8_token_seconds * 1000);
        let token = json!({"appkey": settings.u8_app_key, "expiresIn": settings.u8_token_seconds, "id": id});
        Ok(Reply::json("0", &json!({"errcode": "0", "errmsg": "", "token": token})))
    }

    pub fn trade_id(&mut self, cx: Cx<'_>, request: &Request) -> Result<Reply, Refusal> {
        self.check_app(cx, request)?;
        let id = self.new_id(cx, "trade");
        self.trades.insert(id.clone(), false);
        Ok(Reply::json("0", &json!({"errcode": "0", "errmsg": "", "trade": {"id": id}})))
    }

    pub fn check_app(&self, cx: Cx<'_>, request: &Request) -> Result<(), Refusal> {
        for name in ["from_account", "app_key", "token"] {
            if request.arg(name).is_empty() {
                return Err(Refusal::missing(name));
            }
        }
        if request.arg("from_account") != cx.settings.u8_from_account {
            return Err(Refusal::credentials("from_account"));
        }
        if request.arg("app_key") != cx.settings.u8_app_key {
            return Err(Refusal::credentials("app_key"));
        }
        let alive = self.tokens.get(request.arg("token")).is_some_and(|ends| *ends > cx.now_ms);
        if alive { Ok(()) } else { Err(Refusal::token()) }
    }

    /// A one-time id is used up by the write that brings it, whatever becomes of the write.
    pub fn spend_trade(&mut self, id: &str) -> Result<(), Refusal> {
        match self.trades.get_mut(id) {
            None => Err(Refusal::trade("无效")),
            Some(used) if *used => Err(Refusal::trade("已使用")),
            Some(used) => {
                *used = true;
                Ok(())
            }
        }
    }

    pub fn new_id(&mut self, cx: Cx<'_>, kind: &str) -> String {
        self.issued += 1;
        dice::id(cx.settings.seed, kind, self.issued, cx.now_ms)
    }
}
