//! Wishes in plain words, for whoever decides about them.

use super::{HostRef, Manifest, RecordKind};
use crate::text::Text;

impl RecordKind {
    /// What it is, for people.
    pub fn title(self) -> Text {
        match self {
            Self::Products => Text::new("商品", "products"),
            Self::Prices => Text::new("价目表", "price lists"),
            Self::Customers => Text::new("客户", "customers"),
            Self::Orders => Text::new("以往订单", "earlier orders"),
            Self::Codes => Text::new("编码对照", "code maps"),
        }
    }
}

impl HostRef {
    /// Which host, for people.
    pub fn title(&self) -> Text {
        match self {
            Self::Origin(origin) => Text::same(origin),
            Self::Setting(name) => {
                Text::new(format!("设置项 {name} 中的主机"), format!("the host of the setting {name}"))
            }
        }
    }
}

impl Manifest {
    /// Each wish with its reason.
    pub fn wishes_in_words(&self) -> Vec<Text> {
        let with = |what: &Text, reason: &Text| {
            Text::new(format!("{}：{}", what.zh, reason.zh), format!("{}: {}", what.en, reason.en))
        };
        let wishes = &self.wishes;
        let http = wishes.http.iter().map(|wish| {
            let host = wish.host.title();
            let what = Text::new(format!("向 {} 发送请求", host.zh), format!("send requests to {}", host.en));
            with(&what, &wish.reason)
        });
        let kv = wishes.kv.iter().map(|wish| {
            let what = Text::new(
                format!("在两次调用之间记住至多 {} 字节", wish.bytes),
                format!("remember up to {} bytes between calls", wish.bytes),
            );
            with(&what, &wish.reason)
        });
        let records = wishes.records.iter().map(|wish| {
            let kinds: Vec<Text> = wish.kinds.iter().map(|kind| kind.title()).collect();
            let zh: Vec<&str> = kinds.iter().map(|kind| kind.zh.as_str()).collect();
            let en: Vec<&str> = kinds.iter().map(|kind| kind.en.as_str()).collect();
            let what = Text::new(format!("读取{}", zh.join("、")), format!("read {}", en.join(", ")));
            with(&what, &wish.reason)
        });
        let reveal = wishes.reveal.iter().map(|wish| {
            let what = Text::new(
                format!("看到凭据 {} 的值", wish.slot),
                format!("see the value of the credential {}", wish.slot),
            );
            with(&what, &wish.reason)
        });
        http.chain(kv).chain(records).chain(reveal).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_wish_has_words() {
        let text = serde_json::json!({ "zh": "缘由", "en": "why" });
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "name": "map", "version": "1.0.0", "publisher": "test", "contract": "1.0", "title": text, "description": text,
            "wishes": {
                "http": [{ "setting": "base-url", "reason": text }, { "origin": "https://*.example.com", "reason": text }],
                "kv": { "bytes": 64, "reason": text }, "records": { "kinds": ["codes", "prices"], "reason": text },
                "reveal": [{ "slot": "key", "reason": text }],
            },
        }))
        .unwrap();
        let words: Vec<String> =
            manifest.wishes_in_words().into_iter().map(|text| format!("{} | {}", text.zh, text.en)).collect();
        assert_eq!(
            words,
            [
                "向 设置项 base-url 中的主机 发送请求：缘由 | send requests to the host of the setting base-url: why",
                "向 https://*.example.com 发送请求：缘由 | send requests to https://*.example.com: why",
                "在两次调用之间记住至多 64 字节：缘由 | remember up to 64 bytes between calls: why",
                "读取编码对照、价目表：缘由 | read code maps, price lists: why",
                "看到凭据 key 的值：缘由 | see the value of the credential key: why",
            ]
        );
    }
}
