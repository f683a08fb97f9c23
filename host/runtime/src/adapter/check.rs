//! Answers of plugins are hostile input: texts are bounded, numbers in range, NUL is refused.

use mortise_domain::decimal::Decimal;
use mortise_domain::text::Text;

/// Longest text of an answer, in bytes.
const TEXT: usize = 64 << 10;
/// Longest id or code of an answer, in bytes.
const ID: usize = 512;
/// Most entries of a list.
const ENTRIES: usize = 20_000;
/// Most free fields of one thing.
const ATTRIBUTES: usize = 1_000;

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub(crate) struct AnswerFault {
    pub(crate) field: &'static str,
    pub(crate) problem: Text,
}

pub(super) type Checked<T> = Result<T, AnswerFault>;

pub(super) fn fault<T>(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Checked<T> {
    Err(AnswerFault { field, problem: Text::new(zh, en) })
}

fn bounded(field: &'static str, value: String, most: usize) -> Checked<String> {
    if value.len() > most {
        let found = value.len();
        return fault(field, format!("有 {found} 字节，上限为 {most}"), format!("{found} bytes, the most is {most}"));
    }
    if value.as_bytes().contains(&0) {
        return fault(field, "含有 NUL 字符", "holds a NUL character");
    }
    Ok(value)
}

/// Text for people.
pub(super) fn text(field: &'static str, value: String) -> Checked<String> {
    bounded(field, value, TEXT)
}

/// An id, a code, a name of something.
pub(super) fn id(field: &'static str, value: String) -> Checked<String> {
    bounded(field, value, ID)
}

/// An id that must be there.
pub(super) fn required_id(field: &'static str, value: String) -> Checked<String> {
    if value.is_empty() {
        return fault(field, "为空", "is empty");
    }
    id(field, value)
}

pub(super) fn decimal(field: &'static str, units: i64, scale: u8) -> Checked<Decimal> {
    Decimal::new(units, scale).or_else(|error| fault(field, "数字过大或小数位过多", error.to_string()))
}

pub(super) fn attributes(field: &'static str, all: Vec<(String, String)>) -> Checked<Vec<(String, String)>> {
    if all.len() > ATTRIBUTES {
        let found = all.len();
        return fault(
            field,
            format!("有 {found} 个自定义字段，上限为 {ATTRIBUTES}"),
            format!("{found} free fields, the most is {ATTRIBUTES}"),
        );
    }
    for (name, value) in &all {
        if name.len() > ID || value.len() > TEXT {
            return fault(field, "自定义字段过长", "a free field is too long");
        }
        if name.as_bytes().contains(&0) || value.as_bytes().contains(&0) {
            return fault(field, "自定义字段含有 NUL 字符", "a free field holds a NUL character");
        }
    }
    Ok(all)
}

/// Converts each entry of a list.
pub(super) fn list<A, B>(field: &'static str, all: Vec<A>, convert: impl FnMut(A) -> Checked<B>) -> Checked<Vec<B>> {
    if all.len() > ENTRIES {
        let found = all.len();
        return fault(
            field,
            format!("有 {found} 项，上限为 {ENTRIES}"),
            format!("{found} entries, the most is {ENTRIES}"),
        );
    }
    all.into_iter().map(convert).collect()
}
