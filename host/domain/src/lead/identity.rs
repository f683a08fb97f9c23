//! By what two leads are the same: ids of other systems, telephone numbers, e-mail addresses, companies.

use super::Details;

/// By what something is the same; the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The same id in the same other system.
    External,
    /// The same number.
    Phone,
    /// The same address.
    Email,
    /// The same name of a company.
    Company,
}

impl KeyKind {
    /// All kinds, the strongest first.
    pub const ALL: [Self; 4] = [Self::External, Self::Phone, Self::Email, Self::Company];

    /// Its word in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Company => "company",
        }
    }

    /// The kind of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

/// One thing by which leads are the same. Keys order by strength.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// By what.
    pub kind: KeyKind,
    /// In its normal form.
    pub value: String,
}

/// All keys, the strongest first, each once. Numbers and addresses must be in their normal forms already.
pub fn keys(details: &Details, external_id: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut push = |kind, value: &str| {
        if !value.is_empty() {
            keys.push(Key { kind, value: value.to_owned() });
        }
    };
    push(KeyKind::External, external_id);
    for contact in &details.contacts {
        push(KeyKind::Phone, &contact.phone);
        push(KeyKind::Email, &contact.email);
    }
    push(KeyKind::Company, &company(&details.company));
    keys.sort();
    keys.dedup();
    keys
}

/// An e-mail address in its normal form; none where it is none. The part before the sign is lowered too: no mail service in use tells
/// `Anna@` from `anna@`.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    crate::user::is_email(text).then(|| text.to_lowercase())
}

/// What is said instead of a company's name.
const NO_COMPANY: [&str; 16] = [
    "无",
    "暂无",
    "没有",
    "个人",
    "个体",
    "个体户",
    "自由职业",
    "未知",
    "不详",
    "公司",
    "保密",
    "none",
    "na",
    "null",
    "unknown",
    "test",
];

/// Legal forms and the like at the end of a company's name: with or without them it is the same company.
const LEGAL_FORMS: [&str; 12] = [
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "incorporated",
    "corporation",
    "limited",
    "coltd",
    "gmbh",
    "inc",
    "ltd",
    "llc",
];

/// The name of a company by which it is known again; empty where the text names none. White space, punctuation, case, full width and
/// legal form do not count.
pub fn company(text: &str) -> String {
    let wide = |c: char| match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let plain: String = text.chars().map(wide).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut short = plain.as_str();
    while let Some(rest) = LEGAL_FORMS.iter().find_map(|form| short.strip_suffix(form)) {
        short = rest;
    }
    // What is left of "股份有限公司" alone names nobody; two letters are too few to know a company by.
    if short.chars().count() < 2 || NO_COMPANY.contains(&short) || (short.is_ascii() && short.len() < 3) {
        return String::new();
    }
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::Contact;

    #[test]
    fn a_company_is_known_again() {
        assert_eq!(company("上海 甲乙（机械）有限公司"), company("上海甲乙(机械)有限责任公司"));
        assert_eq!(company("ACME Co., Ltd."), "acme");
        assert_eq!(company("Acme"), "acme");
        for none in ["", "无", "N/A", "个人", "有限公司", "-", "AB", "—"] {
            assert_eq!(company(none), "", "{none:?}");
        }
    }

    #[test]
    fn an_address_has_one_form() {
        assert_eq!(email(" Anna@Example.com ").as_deref(), Some("anna@example.com"));
        for bad in ["", "anna", "a@b", "a b@c.de"] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_strongest_key_comes_first() {
        let contact =
            |phone: &str, email: &str| Contact { phone: phone.into(), email: email.into(), ..Contact::default() };
        let details = Details {
            company: "甲公司".into(),
            contacts: vec![contact("+861", "a@b.cn"), contact("+861", "")],
            ..Details::default()
        };
        let kinds: Vec<_> = keys(&details, "X1").into_iter().map(|key| key.kind).collect();
        assert_eq!(kinds, KeyKind::ALL);
    }
}
