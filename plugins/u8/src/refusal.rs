//! What does U8 mean when it refuses? Of its error table only `20002` is documented, so its words decide.

use std::time::Duration;

use mortise_sdk::Error;
use mortise_sdk::http::excerpt;

/// Its limits are by the second.
const BUSY_WAIT: Duration = Duration::from_secs(1);

/// An answer with an `errcode` other than `"0"` and `"20002"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub message: String,
}

/// What a refusal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The access token has expired or was never valid.
    Token,
    /// The one-time id of a write is used up.
    TradeId,
    /// A document with this code exists.
    Exists,
    /// The company's agent does not answer.
    Offline,
    Busy,
    /// The application's own account or secret.
    Credential,
    /// What the document is in, or the ERP's own rules, forbid it.
    Business,
    /// A field, by our own path of it.
    Field(&'static str),
    Unknown,
}

const EXISTS: [&str; 4] = ["重复", "已存在", "already exist", "duplicate"];
const OFFLINE: [&str; 6] = ["不在线", "离线", "offline", "未启动", "未连接", "agent"];
const BUSY: [&str; 5] = ["频繁", "限流", "too many", "frequen", "超过限制"];
const ACCOUNT: [&str; 4] = ["from_account", "to_account", "app_key", "app_secret"];
const BUSINESS: [&str; 13] = [
    "已审核",
    "未审核",
    "已关闭",
    "未关闭",
    "下游单据",
    "信用",
    "额度",
    "停用",
    "冻结",
    "锁定",
    "已结账",
    "可用量",
    "不足",
];

/// U8's words for a field, and where it stands with us.
const FIELDS: [(&str, &str); 32] = [
    ("custcode", "customer.code"),
    ("cust_vendor_code", "customer.code"),
    ("customercode", "customer.code"),
    ("inventorycode", "lines[].sku"),
    ("inventory_code", "lines[].sku"),
    ("invcode", "lines[].sku"),
    ("warehouse_code", "warehouse"),
    ("warehousecode", "warehouse"),
    ("whcode", "warehouse"),
    ("unitcode", "lines[].unit"),
    ("unit_code", "lines[].unit"),
    ("unitrate", "lines[].unit-rate"),
    ("quantity", "lines[].quantity"),
    ("taxunitprice", "lines[].unit-price"),
    ("unitprice", "lines[].unit-price"),
    ("taxrate", "lines[].tax-rate"),
    ("deptcode", "settings.department-code"),
    ("personcode", "settings.person-code"),
    ("typecode", "settings.sale-type-code"),
    ("businesstype", "settings.business-type"),
    ("ds_sequence", "settings.ds-sequence"),
    ("socode", "order-document"),
    ("currency_name", "currency"),
    ("entry", "lines"),
    ("amount", "gross"),
    ("date", "business-date"),
    ("客户", "customer.code"),
    ("存货", "lines[].sku"),
    ("仓库", "warehouse"),
    ("部门", "settings.department-code"),
    ("业务员", "settings.person-code"),
    ("税率", "lines[].tax-rate"),
];

impl Refusal {
    pub fn meaning(&self) -> Meaning {
        let words = self.message.to_lowercase();
        let says = |list: &[&str]| list.iter().any(|word| words.contains(word));
        if says(&EXISTS) {
            Meaning::Exists
        } else if says(&["tradeid"]) {
            Meaning::TradeId
        } else if says(&["token"]) {
            Meaning::Token
        } else if says(&OFFLINE) {
            Meaning::Offline
        } else if says(&BUSY) {
            Meaning::Busy
        } else if says(&ACCOUNT) {
            Meaning::Credential
        } else if says(&BUSINESS) {
            Meaning::Business
        } else {
            field(&words).map_or(Meaning::Unknown, Meaning::Field)
        }
    }

    /// The decision for the host. `codes`: the ERP's codes of the lines, to tell which line is meant.
    pub fn error(&self, codes: &[String]) -> Error {
        let told = excerpt(format!("{} (errcode {})", self.message, self.code));
        let (zh, en) = (format!("U8 返回错误：{told}"), format!("U8 answered with an error: {told}"));
        match self.meaning() {
            // Whoever gets here has renewed the token once, or has none to look up; the next attempt starts afresh.
            Meaning::Token | Meaning::TradeId | Meaning::Unknown => Error::retry(zh, en),
            Meaning::Offline => Error::unavailable(zh, en),
            Meaning::Busy => Error::rate_limited(zh, en).after(BUSY_WAIT),
            Meaning::Credential => Error::unauthorized(zh, en),
            Meaning::Exists | Meaning::Business => Error::rejected(zh, en),
            Meaning::Field(path) => Error::invalid(self.which(path, codes), zh, en),
        }
    }

    /// The line whose code the message names.
    fn which(&self, path: &str, codes: &[String]) -> String {
        let line = codes.iter().position(|code| !code.is_empty() && self.names(code));
        match (path.split_once("[]"), line) {
            (Some((list, rest)), Some(line)) => format!("{list}[{line}]{rest}"),
            (Some((list, rest)), None) => format!("{list}{rest}"),
            (None, _) => path.to_owned(),
        }
    }

    /// Does the message name this code, and not a longer one that contains it?
    fn names(&self, code: &str) -> bool {
        self.message.match_indices(code).any(|(at, _)| {
            let whole = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
            whole(self.message[..at].chars().next_back()) && whole(self.message[at + code.len()..].chars().next())
        })
    }
}

/// The field that stands first in the message.
fn field(words: &str) -> Option<&'static str> {
    let whole = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
    let stands = |name: &str| {
        words.match_indices(name).map(|(at, _)| at).find(|at| {
            !name.is_ascii()
                || (whole(words[..*at].chars().next_back()) && whole(words[at + name.len()..].chars().next()))
        })
    };
    FIELDS.iter().filter_map(|(name, path)| stands(name).map(|at| (at, *path))).min().map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(message: &str) -> Refusal {
        Refusal { code: "20009".into(), message: message.into() }
    }

    #[test]
    fn the_words_decide() {
        for (message, meaning) in [
            ("token 无效或已过期 (invalid or expired token)", Meaning::Token),
            ("Invalid TOKEN", Meaning::Token),
            ("tradeid 已使用", Meaning::TradeId),
            ("code 单据编号重复: SO-token 已存在", Meaning::Exists),
            ("用友开放平台客户端不在线，请稍后再试 (agent offline)", Meaning::Offline),
            ("调用过于频繁，请稍后再试 (too many requests)", Meaning::Busy),
            ("app_secret 不正确", Meaning::Credential),
            ("code SO-1 已审核，不能修改或删除，请先弃审", Meaning::Business),
            ("socode SO-1 已关闭", Meaning::Business),
            ("客户信用额度超限", Meaning::Business),
            ("custcode 在档案中找不到: C9", Meaning::Field("customer.code")),
            ("存货编码不存在", Meaning::Field("lines[].sku")),
            ("taxunitprice 不是数字", Meaning::Field("lines[].unit-price")),
            ("系统内部错误", Meaning::Unknown),
            ("update failed", Meaning::Unknown),
        ] {
            assert_eq!(refusal(message).meaning(), meaning, "{message}");
        }
    }

    #[test]
    fn each_meaning_is_a_decision() {
        let decide = |message: &str| refusal(message).error(&[]);
        for again in ["系统内部错误", "token 无效", "tradeid 已使用"] {
            let Error::Retry(pause) = decide(again) else { panic!("{again}") };
            assert_eq!(pause.reason.zh, format!("U8 返回错误：{again} (errcode 20009)"));
            assert_eq!(pause.reason.en, format!("U8 answered with an error: {again} (errcode 20009)"));
        }
        assert!(matches!(decide("too many requests"), Error::RateLimited(pause)
            if pause.after == Some(1000) && pause.reason.en.contains("too many requests")));
        assert!(matches!(decide("agent offline"), Error::Unavailable(pause)
            if pause.after.is_none() && pause.reason.zh.contains("agent offline")));
        assert!(matches!(decide("from_account 不正确"), Error::Unauthorized(_)));
        assert!(matches!(decide("code 1 已关闭"), Error::Rejected(text) if text.en.contains("20009")));
    }

    #[test]
    fn the_line_is_found_by_its_code() {
        let codes = ["A1".to_owned(), "A10".to_owned()];
        let field = |message: &str| match refusal(message).error(&codes) {
            Error::Invalid(invalid) => invalid.field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field("inventorycode 在档案中找不到: A10"), "lines[1].sku");
        assert_eq!(field("inventorycode 在档案中找不到: A1"), "lines[0].sku");
        assert_eq!(field("inventorycode 不能为空"), "lines.sku");
    }
}
