//! The application: a token, named recipients, and WeCom's own check for repeats. That compares whole messages, so a repeat is
//! written exactly like the message before.

use mortise_sdk::http::Request;
use mortise_sdk::notifier::{Message, Receipt};
use mortise_sdk::{Error, Result, attributes, log};
use serde_json::{Value, json};

use crate::answer::{Answer, read};
use crate::content::{Look, write};
use crate::host::Host;
use crate::recipients;
use crate::settings::{Format, Settings};

const TOKEN: &str = "access-token";
/// Recipients that one message may have.
const MOST_RECIPIENTS: usize = 1000;
const LONGEST_CHECK: u32 = 4 * 3600;

pub fn send(host: &mut dyn Host, settings: &Settings, message: &Message) -> Result<Receipt> {
    let named = if message.recipients.is_empty() { &settings.recipients } else { &message.recipients };
    let (mut users, mut refused) = recipients::usable(named);
    if named.is_empty() {
        users.push("@all".into());
    }
    if users.is_empty() || users.len() > MOST_RECIPIENTS {
        return Err(Error::invalid(
            "recipients",
            format!("收件人应为 1 至 {MOST_RECIPIENTS} 个成员账号"),
            format!("a message goes to 1 to {MOST_RECIPIENTS} members by their ids"),
        ));
    }
    let locale = host.locale();
    let look = Look {
        format: settings.format,
        locale: &locale,
        most_bytes: settings.most_bytes(),
        repeats: &[],
        mentions: &[],
    };
    let kind = if settings.format == Format::Markdown { "markdown" } else { "text" };
    let body = json!({
        "touser": users.join("|"),
        "msgtype": kind,
        "agentid": settings.agent_id,
        (kind): {"content": write(message, &look)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": settings.duplicate_seconds.clamp(1, LONGEST_CHECK),
    });
    let token = token(host, settings)?;
    let mut answer = post(host, settings, &token, &body)?;
    if answer.is_about_token() {
        log::info!("the token is not taken any more, a new one is asked for");
        host.forget(TOKEN)?;
        let token = self::token(host, settings)?;
        answer = post(host, settings, &token, &body)?;
    }
    if let Some(error) = answer.error() {
        return Err(error);
    }
    for list in [&answer.invaliduser, &answer.unlicenseduser] {
        refused.extend(list.split('|').filter(|member| !member.is_empty()).map(ToOwned::to_owned));
    }
    let external_id = Some(answer.msgid).filter(|id| !id.is_empty());
    Ok(Receipt { external_id, refused, attributes: attributes([("format", kind)]) })
}

fn post(host: &mut dyn Host, settings: &Settings, token: &str, body: &Value) -> Result<Answer> {
    let request = Request::post(settings.url("/cgi-bin/message/send")).query("access_token", token).json(body);
    read(host.send(request)?)
}

/// The token there is, or a new one. Wrong secrets are not tried again: WeCom locks the address out for an hour.
fn token(host: &mut dyn Host, settings: &Settings) -> Result<String> {
    if let Some(token) = host.credential(TOKEN)? {
        return Ok(token);
    }
    let secret = host.credential("corp-secret")?.ok_or_else(|| {
        Error::unauthorized("未填写应用的 Secret（corp-secret）", "the credential corp-secret is empty")
    })?;
    let request =
        Request::get(settings.url("/cgi-bin/gettoken")).query("corpid", &settings.corp_id).query("corpsecret", secret);
    // The host takes the token out of the answer before the guest sees it.
    match read(host.send(request)?)?.error() {
        Some(error) => Err(error),
        None => host
            .credential(TOKEN)?
            .ok_or_else(|| Error::retry("企业微信的应答中没有令牌", "WeCom answered without an access token")),
    }
}
