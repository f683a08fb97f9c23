//! What whoever is not to call people sees of a lead: no telephone number and no e-mail address, wherever somebody may have written one.

use std::collections::BTreeSet;

use super::stage::Stay;
use super::task::Task;
use super::touch::Touch;
use super::{Contact, Details, Lead, LeadEntry, Profile};

/// From so many digits on a text reads like a telephone number.
const DIGITS: usize = 7;
/// From so many on it is not searched for.
const ASKED: usize = 4;

/// What can be shown without telephone numbers and e-mail addresses.
pub trait Masked {
    /// Leaves of them what tells them from others.
    fn mask(&mut self);
}

impl Masked for String {
    fn mask(&mut self) {
        *self = masked_words(self);
    }
}

impl Masked for Contact {
    fn mask(&mut self) {
        let Self { name, title, phone, email, wechat } = self;
        name.mask();
        title.mask();
        *phone = masked_phone(phone);
        *email = masked_email(email);
        *wechat = masked_phone(wechat);
    }
}

impl Masked for Details {
    fn mask(&mut self) {
        // All fields by name: a new one must say what becomes of it.
        let Self {
            name,
            company,
            contacts,
            province,
            city,
            district,
            address,
            profile,
            tags,
            note,
            attributes,
            consent,
            unrecorded: _,
        } = self;
        let Profile { industry, purchase_band, main_supplier, decision_rank, pain } = profile;
        for text in [name, company, province, city, district, address, note] {
            text.mask();
        }
        for text in [industry, purchase_band, main_supplier, decision_rank, pain] {
            text.mask();
        }
        contacts.iter_mut().for_each(Masked::mask);
        *tags = std::mem::take(tags).into_iter().map(|tag| masked_words(&tag)).collect::<BTreeSet<_>>();
        for (name, value) in attributes {
            name.mask();
            value.mask();
        }
        if let Some(consent) = consent {
            consent.source.mask();
        }
    }
}

impl Masked for Lead {
    fn mask(&mut self) {
        self.details.mask();
        self.source.mask();
        self.external_ids.iter_mut().for_each(Masked::mask);
    }
}

impl Masked for LeadEntry {
    fn mask(&mut self) {
        self.details.mask();
        self.source.mask();
        self.external_id.mask();
    }
}

impl Masked for Task {
    fn mask(&mut self) {
        self.what.action.mask();
        self.what.obstacle.mask();
    }
}

impl Masked for Stay {
    fn mask(&mut self) {
        self.note.mask();
    }
}

impl Masked for Touch {
    fn mask(&mut self) {
        let what = &mut self.what;
        for text in [&mut what.city, &mut what.note, &mut what.competitor, &mut what.need] {
            text.mask();
        }
        if let Some(form) = &mut what.first_call {
            form.worries.iter_mut().for_each(Masked::mask);
            form.promised.mask();
        }
    }
}

/// The number with all but its last two characters hidden; a short one hidden whole. More of it would be guessed by trying.
fn masked_phone(phone: &str) -> String {
    let length = phone.chars().count();
    let shown = if length < DIGITS { 0 } else { 2 };
    phone.chars().enumerate().map(|(at, c)| if at + shown >= length { c } else { '*' }).collect()
}

fn masked_email(email: &str) -> String {
    match email.split_once('@') {
        Some((local, host)) => {
            let host = if digits(host) < DIGITS { host.to_owned() } else { masked_phone(host) };
            format!("{}***@{host}", local.chars().next().filter(|c| !c.is_numeric()).unwrap_or('*'))
        }
        None => masked_phone(email),
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

/// The text with every run that reads like a telephone number or an e-mail address masked. Digits of a number may stand apart: single
/// spaces, dots and the like between digits belong to the run.
pub fn masked_words(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    for (at, c) in characters.iter().enumerate() {
        let next_to = |other: Option<&char>| other.is_some_and(|c| c.is_numeric() || "()+".contains(*c));
        let parts =
            next_to(at.checked_sub(1).and_then(|before| characters.get(before))) && next_to(characters.get(at + 1));
        // Full-width digits are digits; ideographs that stand for numbers are words.
        let digit = c.is_numeric() && !c.is_alphabetic();
        if c.is_ascii_alphanumeric() || digit || "+-@._()".contains(*c) || (parts && !c.is_alphabetic() && *c != '\n') {
            run.push(*c);
        } else {
            shown.push_str(&masked_run(std::mem::take(&mut run)));
            shown.push(*c);
        }
    }
    shown + &masked_run(run)
}

/// Would an answer to whether there is such a text tell of a number or an address? A few digits of a number are enough to find the next.
pub fn may_tell(text: &str) -> bool {
    text.contains('@') || digits(text) >= ASKED
}

fn masked_run(run: String) -> String {
    if run.contains('@') {
        masked_email(&run)
    } else if digits(&run) >= DIGITS {
        masked_phone(&run)
    } else {
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_cannot_be_called() {
        for (number, masked) in [
            ("+8613812345678", "************78"),
            ("13812345678", "*********78"),
            ("+862160001234", "***********34"),
            ("+85221234567", "**********67"),
            ("12345", "*****"),
            ("wx1234ab", "******ab"),
        ] {
            assert_eq!(masked_phone(number), masked);
            let open = masked.chars().filter(|c| *c != '*').count();
            assert!(open * 3 <= number.len(), "{masked}: at most a third of it");
        }
        assert_eq!(masked_email("anna@example.com"), "a***@example.com");
        assert_eq!(masked_email("13812345678@qq.com"), "****@qq.com");
    }

    #[test]
    fn nothing_is_found_out_by_asking() {
        for text in ["13812345678", "1381", "8 12 34", "anna@", "１３８１"] {
            assert!(may_tell(text), "{text}");
        }
        for text in ["甲机械", "K12", "58同城", "anna"] {
            assert!(!may_tell(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_found_as_people_write_them() {
        for (text, masked) in [
            ("电话13812345678，或 anna@x.cn；3 楼", "电话*********78，或 a***@x.cn；3 楼"),
            ("打 138 1234 5678 找李总", "打 ***********78 找李总"),
            ("021.6000.1234", "***********34"),
            ("138–1234–5678", "***********78"),
            ("138/1234/5678", "***********78"),
            ("１３８１２３４５６７８", "*********７８"),
            ("(021) 6000 1234", "*************34"),
            ("50–100 万，3 楼 20 人", "50–100 万，3 楼 20 人"),
            ("anna@13812345678", "a***@*********78"),
            ("2 台\n3 台", "2 台\n3 台"),
        ] {
            assert_eq!(masked_words(text), masked, "{text}");
        }
    }
}
