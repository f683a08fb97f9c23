//! What an order is found by: its terms, and those that a question asks for. Names are found by any two neighbouring Chinese
//! characters or by whole words, codes and telephone numbers as a whole, a telephone number by its last four or eight digits too.

use std::collections::BTreeSet;

use crate::submission::Submission;

/// What a term was taken from. The same text of two kinds is two terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word = 1,
    Number = 2,
    Customer = 3,
    Sku = 4,
    Phone = 5,
}

/// An order as it is found.
#[derive(Debug, Clone, Copy)]
pub struct Findable<'a> {
    /// Its id, which is the number without its ornaments.
    pub id: i64,
    /// Its number.
    pub number: &'a str,
    /// Name of the customer.
    pub customer_name: &'a str,
    /// As it was handed in.
    pub submission: &'a Submission,
}

/// What is asked for. Each group must be met by one of its terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// Hashes of terms.
    pub groups: Vec<Vec<i64>>,
}

/// A question that finds nothing in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Vague {
    /// One character says too little.
    #[error("name at least two neighbouring characters of a name, or a whole word, code or number")]
    TooShort,
    /// More than a statement should carry.
    #[error("is too long: name the order by fewer words")]
    TooLong,
}

/// Groups of one question at most.
const MOST_GROUPS: usize = 24;

impl Findable<'_> {
    /// All terms of the order.
    pub fn terms(&self) -> BTreeSet<i64> {
        let Self { id, number, customer_name, submission } = *self;
        let mut terms = BTreeSet::new();
        terms.insert(hash(Kind::Number, &id.to_string()));
        terms.insert(hash(Kind::Number, &compact(number)));
        if !submission.reference.is_empty() {
            terms.insert(hash(Kind::Number, &compact(&submission.reference)));
        }
        terms.insert(hash(Kind::Customer, &plain(&submission.customer)));
        terms.extend(submission.lines.iter().map(|line| hash(Kind::Sku, &plain(&line.sku))));
        for name in [customer_name, &submission.ship_to.contact] {
            terms.extend(name_terms(name));
        }
        let digits = digits(&submission.ship_to.phone);
        if digits.len() >= LEAST_PHONE {
            terms.insert(hash(Kind::Phone, &digits));
            let ends = PHONE_ENDS.into_iter().filter_map(|length| digits.get(digits.len().checked_sub(length)?..));
            terms.extend(ends.map(|end| hash(Kind::Phone, end)));
        }
        terms
    }
}

/// Digits of a telephone number that can be asked for.
const LEAST_PHONE: usize = 5;
/// A number is found by so many of its last digits: without the country, without the area, by the last four.
const PHONE_ENDS: [usize; 3] = [11, 8, 4];

impl Question {
    /// Adds free words. `phones`: may the asker see telephone numbers?
    pub fn words(&mut self, text: &str, phones: bool) -> Result<(), Vague> {
        let text = plain(text);
        let only_digits = digits(&text);
        let is_number = only_digits.len() >= 4 && text.chars().all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
        let tokens: Vec<&str> = if is_number { vec![&only_digits] } else { text.split_whitespace().collect() };
        for token in tokens {
            self.token(token, phones)?;
        }
        if self.groups.len() > MOST_GROUPS { Err(Vague::TooLong) } else { Ok(()) }
    }

    fn token(&mut self, token: &str, phones: bool) -> Result<(), Vague> {
        if token.chars().any(is_ideograph) {
            let terms = query_terms(token);
            if terms.is_empty() {
                return Err(Vague::TooShort);
            }
            // All pairs of a name, or the whole of a number or code.
            let whole = [hash(Kind::Number, &compact(token)), hash(Kind::Customer, token), hash(Kind::Sku, token)];
            self.groups.extend(terms.into_iter().map(|term| std::iter::once(term).chain(whole).collect()));
            return Ok(());
        }
        let word = compact(token);
        if word.is_empty() {
            return Ok(());
        }
        let mut any = vec![
            hash(Kind::Word, &word),
            hash(Kind::Number, &word),
            hash(Kind::Customer, token),
            hash(Kind::Sku, token),
        ];
        if phones && word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            any.extend(phone_terms(&word));
        }
        self.groups.push(any);
        Ok(())
    }

    /// Adds a telephone number, or the last digits of one.
    pub fn phone(&mut self, text: &str) -> Result<(), Vague> {
        let digits = digits(text);
        if digits.len() < 4 {
            return Err(Vague::TooShort);
        }
        self.groups.push(phone_terms(&digits));
        Ok(())
    }

    /// Adds the code of an item.
    pub fn sku(&mut self, sku: &str) {
        self.groups.push(vec![hash(Kind::Sku, &plain(sku))]);
    }

    /// Adds the code of a customer.
    pub fn customer(&mut self, code: &str) {
        self.groups.push(vec![hash(Kind::Customer, &plain(code))]);
    }

    /// Does it ask for nothing?
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// Small letters; full-width forms as their plain ones.
fn plain(text: &str) -> String {
    let narrow = |c: char| match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    };
    text.trim().chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// Letters and digits alone.
fn compact(text: &str) -> String {
    plain(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn digits(text: &str) -> String {
    plain(text).chars().filter(char::is_ascii_digit).collect()
}

/// A number as it is asked for: it may have been handed in without the country.
fn phone_terms(digits: &str) -> Vec<i64> {
    let national = digits.len().checked_sub(11).filter(|from| *from > 0).and_then(|from| digits.get(from..));
    [Some(digits), national].into_iter().flatten().map(|digits| hash(Kind::Phone, digits)).collect()
}

/// Is it of a script that does not part words?
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0x20000..=0x3134F)
}

/// Runs of one kind of characters: ideographs, or letters and digits.
fn runs(text: &str) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let ideograph = is_ideograph(c);
        if !ideograph && !c.is_alphanumeric() {
            open = false;
            continue;
        }
        match runs.last_mut().filter(|(kind, _)| open && *kind == ideograph) {
            Some((_, run)) => run.push(c),
            None => runs.push((ideograph, c.to_string())),
        }
        open = true;
    }
    runs
}

fn pairs(run: &str) -> Vec<i64> {
    let chars: Vec<char> = run.chars().collect();
    chars.windows(2).map(|pair| hash(Kind::Word, &pair.iter().collect::<String>())).collect()
}

fn query_terms(text: &str) -> BTreeSet<i64> {
    let mut terms = BTreeSet::new();
    for (ideographs, run) in runs(text) {
        if ideographs {
            terms.extend(pairs(&run));
        } else {
            terms.insert(hash(Kind::Word, &run));
        }
    }
    terms
}

fn name_terms(name: &str) -> BTreeSet<i64> {
    let name = plain(name);
    let mut terms = query_terms(&name);
    // A word with a hyphen is asked for as it is written.
    let whole = name.split_whitespace().filter(|token| !token.chars().any(is_ideograph)).map(compact);
    terms.extend(whole.filter(|word| !word.is_empty()).map(|word| hash(Kind::Word, &word)));
    terms
}

/// FNV-1a of 64 bits: the same for ever, as it is stored.
fn hash(kind: Kind, text: &str) -> i64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let start = step(0xcbf2_9ce4_8422_2325, kind as u8);
    text.bytes().fold(start, step).cast_signed()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn finds(text: &str) -> bool {
        let submission: Submission = serde_json::from_value(json!({
            "reference": "PO-2026/17", "customer": "C-1001", "store": "S1",
            "ship_to": { "text": "世纪大道1号", "contact": "欧阳 Smith-Jones", "phone": "+86 138-1234-5678" },
            "lines": [{ "sku": "T-100", "quantity": "1" }],
        }))
        .unwrap();
        let order = Findable {
            id: 17,
            number: "SO-00000017",
            customer_name: "上海明远机械（ABC）有限公司",
            submission: &submission,
        };
        let terms = order.terms();
        let mut question = Question::default();
        question.words(text, true).unwrap();
        !question.is_empty() && question.groups.iter().all(|group| group.iter().any(|term| terms.contains(term)))
    }

    #[test]
    fn an_order_is_found_by_what_people_know_of_it() {
        for text in [
            "明远",
            "远机",
            "上海明远机械",
            "明远 有限公司",
            "ＡＢＣ",
            "abc有限",
            "欧阳",
            "smith-jones",
            "Jones",
            "SO-00000017",
            "so00000017",
            "17",
            "PO-2026/17",
            "c-1001",
            "t-100",
            "13812345678",
            "138 1234 5678",
            "+86 13812345678",
            "5678",
            "12345678",
            "明远 T-100 5678",
        ] {
            assert!(finds(text), "{text}");
        }
        for text in ["海上", "北京", "明机", "smith-jone", "T-10", "C1001x", "1234", "18", "明远 T-200"] {
            assert!(!finds(text), "{text}");
        }
    }

    #[test]
    fn too_little_and_too_much_are_refused() {
        let ask = |text: &str| Question::default().words(text, true);
        assert_eq!(ask("张"), Err(Vague::TooShort));
        assert_eq!(ask(&"一二三四五六七八九十".repeat(3)), Ok(()), "pairs that repeat are one");
        assert_eq!(ask(&"a ".repeat(40)), Err(Vague::TooLong));
        assert_eq!(Question::default().phone("123"), Err(Vague::TooShort));
    }

    #[test]
    fn telephone_numbers_are_not_told_to_those_who_may_not_see_them() {
        let (mut with, mut without) = (Question::default(), Question::default());
        with.words("13812345678", true).unwrap();
        without.words("13812345678", false).unwrap();
        assert_eq!((with.groups[0].len(), without.groups[0].len()), (5, 4));
    }

    #[test]
    fn hashes_stay_as_they_are_stored() {
        assert_eq!(hash(Kind::Word, "明远"), 1_582_762_102_515_408_375);
        assert_eq!(hash(Kind::Phone, "5678"), 458_284_867_039_794_772);
        assert_ne!(hash(Kind::Word, "17"), hash(Kind::Number, "17"));
    }
}
