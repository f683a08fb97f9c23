//! What is known of the person or company behind a lead. All personal data of a lead stand here and nowhere else.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::touch::TouchKind;
use crate::instant::Instant;
use crate::text::Attributes;

/// What is known of the person or company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Details {
    /// Name of the person, or of the shop.
    pub name: String,
    /// Name of the company.
    pub company: String,
    /// How they are reached; the first is the main one.
    pub contacts: Vec<Contact>,
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
    /// District.
    pub district: String,
    /// Street and house, or the whole address as it was written.
    pub address: String,
    /// The five elements.
    pub profile: Profile,
    /// Words to find and assign it by.
    #[schema(value_type = Vec<String>)]
    pub tags: BTreeSet<String>,
    /// Free words.
    pub note: String,
    /// Free fields.
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
    /// On what ground personal data are kept; null: not known.
    pub consent: Option<Consent>,
    /// Kinds of contact that are not recorded, because the person wants it so.
    #[schema(value_type = Vec<TouchKind>)]
    pub unrecorded: BTreeSet<TouchKind>,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// Who.
    pub name: String,
    /// What they are there.
    pub title: String,
    /// Telephone number, in the form `+8613812345678` once it was checked.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Name or id in WeChat.
    pub wechat: String,
}

/// The five elements of a customer's file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = LeadProfile)]
pub struct Profile {
    /// Line of business.
    pub industry: String,
    /// What they buy in a year, as a band such as `50–100 万`.
    pub purchase_band: String,
    /// From whom they buy now.
    pub main_supplier: String,
    /// Rank of whoever decides.
    pub decision_rank: String,
    /// What hurts them most when they buy.
    pub pain: String,
}

/// On what ground personal data are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// How it was given, such as `form checkbox`, `business card`.
    pub source: String,
    /// When; null: not known.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Profile {
    /// The five with their names.
    pub fn elements(&self) -> [(&'static str, &str); 5] {
        [
            ("industry", &self.industry),
            ("purchase_band", &self.purchase_band),
            ("main_supplier", &self.main_supplier),
            ("decision_rank", &self.decision_rank),
            ("pain", &self.pain),
        ]
    }
}

impl Contact {
    /// Is nothing in it?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Details {
    /// Leaves of telephone numbers and e-mail addresses what tells them from others, for those who are not to use them.
    /// Free words and fields may hold such too and are masked where they look like it.
    pub fn mask(&mut self) {
        for contact in &mut self.contacts {
            contact.phone = masked_phone(&contact.phone);
            contact.email = masked_email(&contact.email);
            contact.wechat = masked_phone(&contact.wechat);
        }
        self.note = masked_words(&self.note);
        self.address = masked_words(&self.address);
        self.name = masked_words(&self.name);
        for (_, value) in &mut self.attributes {
            *value = masked_words(value);
        }
    }
}

/// The number with its middle hidden: the last four digits stay, and of a Chinese mobile number its first three.
pub fn masked_phone(phone: &str) -> String {
    let length = phone.chars().count();
    let head = if phone.starts_with('+') { 6 } else { 3 };
    let shown = |at: usize| length >= head + 5 && (at < head || at + 4 >= length);
    phone.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

fn masked_email(email: &str) -> String {
    match email.split_once('@') {
        Some((local, host)) => format!("{}***@{host}", local.chars().next().unwrap_or('*')),
        None => masked_phone(email),
    }
}

/// The text with every run that reads like a telephone number or an e-mail address masked.
pub fn masked_words(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().map(Some).chain([None]) {
        let belongs = c.is_some_and(|c| c.is_ascii_alphanumeric() || "+-@._()".contains(c));
        if let Some(c) = c.filter(|_| belongs) {
            run.push(c);
            continue;
        }
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        shown.push_str(&if run.contains('@') {
            masked_email(&run)
        } else if digits >= 7 {
            masked_phone(&run)
        } else {
            std::mem::take(&mut run)
        });
        run.clear();
        shown.extend(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_cannot_be_called() {
        assert_eq!(masked_phone("+8613812345678"), "+86138****5678");
        assert_eq!(masked_phone("13812345678"), "138****5678");
        assert_eq!(masked_phone("12345"), "*****");
        assert_eq!(masked_email("anna@example.com"), "a***@example.com");
        assert_eq!(masked_words("电话13812345678，或 anna@x.cn；3 楼"), "电话138****5678，或 a***@x.cn；3 楼");
        let contact = Contact { phone: "+8613812345678".into(), email: "a@b.cn".into(), ..Contact::default() };
        let mut details = Details {
            contacts: vec![contact],
            note: "打 139-1234-5678".into(),
            attributes: vec![("备用".into(), "13987654321".into())],
            ..Details::default()
        };
        details.mask();
        let text = serde_json::to_string(&details).unwrap();
        for secret in ["13812345678", "a@b.cn", "1234-5678", "13987654321"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
