//! How is U8 called? Account and token on every call, a one-time id or our own key on every write.

use std::time::Duration;

use mortise_sdk::http::Request;
use mortise_sdk::{Error, Result, log};

use crate::answer::{self, Reply};
use crate::body::{Fields, text};
use crate::host::Host;
use crate::refusal::Meaning;
use crate::settings::{Settings, WriteMode};
use crate::time;

/// Slots of the credentials in the manifest.
const SECRET: &str = "app-secret";
const TOKEN: &str = "token";

/// How long an asynchronous write usually takes, and how long its address is worth asking.
const ASYNC_WAIT: Duration = Duration::from_secs(3);
const ASYNC_LIFETIME: Duration = Duration::from_hours(24);

/// What makes a repeated write harmless.
#[derive(Debug, Clone, Copy)]
pub enum Handle<'a> {
    /// U8 knows one document per key.
    BizId(&'a str),
    /// Spent by one write.
    TradeId,
}

pub struct Client<'a> {
    pub host: &'a mut dyn Host,
    pub settings: &'a Settings,
}

impl Client<'_> {
    /// A read.
    pub fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Result<Reply> {
        self.with_token(|client, token| {
            let request = query
                .iter()
                .fold(client.addressed(Request::get(client.settings.url(path)), token), |request, (name, value)| {
                    request.query(name, value)
                });
            client.exchange(request)
        })
    }

    /// A write. `Done` holds the final answer; one that U8 works on in the background is `retry`, and the next attempt asks for
    /// its outcome before anything else.
    pub fn write(&mut self, path: &str, handle: Handle<'_>, body: &Fields) -> Result<Reply> {
        let note = self.outcome_note(path);
        if self.settings.write_mode == WriteMode::Async
            && let Some(reply) = self.outcome(&note)?
        {
            return Ok(reply);
        }
        time::for_write(self.host)?;
        let reply = self.with_token(|client, token| {
            let request = client.addressed(Request::post(client.settings.url(path)), token);
            let request = match handle {
                Handle::BizId(key) => request.query("biz_id", key),
                Handle::TradeId => match client.trade_id(token)? {
                    Ok(id) => request.query("tradeid", id),
                    Err(refused) => return Ok(refused),
                },
            };
            let request = match client.settings.write_mode {
                WriteMode::Sync => request.query("sync", 1),
                WriteMode::Async => request.query("sync", 0),
            };
            client.exchange(request.json(body))
        })?;
        match reply {
            Reply::Done(body) if text(&body, "id").is_empty() && !text(&body, "url").is_empty() => {
                self.host.note(&note, &text(&body, "url"), ASYNC_LIFETIME);
                self.outcome(&note)?.ok_or_else(|| {
                    Error::retry(
                        "U8 在后台写入，但查不到结果（20002）",
                        "U8 writes in the background and knows no outcome of it (errcode 20002)",
                    )
                })
            }
            other => Ok(other),
        }
    }

    /// The write was found to be done: nobody asks for its outcome any more.
    pub fn drop_outcome(&mut self, path: &str) {
        let note = self.outcome_note(path);
        self.host.drop_note(&note);
    }

    fn outcome_note(&self, path: &str) -> String {
        format!("async/{}/{path}", self.host.key())
    }

    /// What became of a write that went on in the background. None: there was none, or U8 no longer knows.
    fn outcome(&mut self, note: &str) -> Result<Option<Reply>> {
        let Some(url) = self.host.recall(note) else { return Ok(None) };
        let base = self.settings.url("");
        // The address came from outside: only the proxy that was granted is asked.
        let Some(path) = path_below(&url, &base) else {
            self.host.drop_note(note);
            return Err(Error::retry(
                "U8 在后台写入，但查询结果的地址不在 base-url 的主机上，未查询",
                "U8 writes in the background, and the address of its outcome lies outside the host of base-url: not asked",
            )
            .after(ASYNC_WAIT));
        };
        let reply = self.exchange(Request::get(path))?;
        match reply {
            Reply::Done(body) if text(&body, "id").is_empty() => {
                Err(Error::retry("U8 仍在后台写入", "U8 is still writing in the background").after(ASYNC_WAIT))
            }
            Reply::NoData => {
                self.host.drop_note(note);
                Ok(None)
            }
            other => {
                self.host.drop_note(note);
                Ok(Some(other))
            }
        }
    }

    /// Calls with the token there is; where U8 no longer takes it, once more with a new one.
    fn with_token(&mut self, mut call: impl FnMut(&mut Self, &str) -> Result<Reply>) -> Result<Reply> {
        let token = self.token()?;
        match call(self, &token)? {
            Reply::Refused(refusal) if refusal.meaning() == Meaning::Token => {
                log::info!("the token is not taken any more, a new one is asked for");
                self.host.forget(TOKEN)?;
                let token = self.token()?;
                call(self, &token)
            }
            other => Ok(other),
        }
    }

    fn token(&mut self) -> Result<String> {
        if let Some(token) = self.host.credential(TOKEN)? {
            return Ok(token);
        }
        let secret = self.host.credential(SECRET)?.ok_or_else(|| {
            Error::unauthorized("未填写 U8 应用密钥（app-secret）", "the credential app-secret is empty")
        })?;
        let request = Request::get(self.settings.url("/system/token"))
            .query("from_account", &self.settings.from_account)
            .query("app_key", &self.settings.app_key)
            .query("app_secret", secret);
        // The host takes the token out of the answer before the guest sees it.
        match self.exchange(request)? {
            Reply::Done(_) => self
                .host
                .credential(TOKEN)?
                .ok_or_else(|| Error::retry("U8 的应答中没有令牌", "U8 answered without a token")),
            Reply::NoData => Err(Error::unauthorized("U8 不认识该应用", "U8 does not know the application")),
            Reply::Refused(refusal) => Err(refusal.error(&[])),
        }
    }

    fn trade_id(&mut self, token: &str) -> Result<Result<String, Reply>> {
        let request = Request::get(self.settings.url("/system/tradeid"))
            .query("from_account", &self.settings.from_account)
            .query("app_key", &self.settings.app_key)
            .query("token", token);
        Ok(match self.exchange(request)? {
            Reply::Done(body) => {
                let id = body.get("trade").map(|trade| text(trade, "id")).unwrap_or_default();
                if id.is_empty() { Err(Reply::NoData) } else { Ok(id) }
            }
            other => Err(other),
        })
    }

    fn addressed(&self, request: Request, token: &str) -> Request {
        let settings = self.settings;
        let request = request
            .query("from_account", &settings.from_account)
            .query("to_account", &settings.to_account)
            .query("app_key", &settings.app_key)
            .query("token", token);
        if settings.ds_sequence == 0 { request } else { request.query("ds_sequence", settings.ds_sequence) }
    }

    fn exchange(&mut self, request: Request) -> Result<Reply> {
        answer::read(self.host.send(request)?)
    }
}

/// The address, if it is one of the granted proxy's. The path may begin anew at the host.
fn path_below(url: &str, base: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let host = rest.split('/').next()?;
    let origin = format!("{scheme}://{host}");
    let path = url.strip_prefix(&origin)?;
    path.starts_with('/').then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::path_below;

    #[test]
    fn only_the_granted_proxy_is_asked() {
        let base = "https://api.yonyouup.com/u8";
        assert!(path_below("https://api.yonyouup.com/system/result?requestid=1", base).is_some());
        for url in ["https://api.yonyouup.com.evil.net/x", "http://api.yonyouup.com/x", "https://evil.net/", "/x", ""] {
            assert_eq!(path_below(url, base), None, "{url}");
        }
    }
}
