//! Why a rule cannot be used, and what to do about it.

use mortise_sdk::Error;

use crate::language::Fault;

/// The part (`when`, `facts[0].value`, `text.en`, …) of the rule at this position.
pub fn unusable(at: usize, code: &str, part: &str, fault: &Fault) -> Error {
    let (zh, en) = match fault {
        Fault::Unreadable { line, column, message } => (
            format!("第 {line} 行第 {column} 列无法解析（{message}）：请更正表达式"),
            format!("cannot be read at line {line}, column {column} ({message}): correct the expression"),
        ),
        Fault::TooDeep => (
            "表达式嵌套过深或过长：请拆分为多条规则".to_owned(),
            "is nested too deeply or has too many parts: split it into several rules".to_owned(),
        ),
        Fault::Unevaluable { message } => (
            format!("无法求值（{message}）：请使用插件说明中列出的名称，可能缺失的字段先用 has(...) 判断"),
            format!(
                "cannot be evaluated ({message}): use the names that the plugin's README lists, and has(...) before a field that may be missing"
            ),
        ),
        Fault::NoCondition { found } => (
            format!("结果是 {found}，而不是真或假：请写成比较，例如 order.gross > 100.0"),
            format!("is {found}, not true or false: write a comparison such as order.gross > 100.0"),
        ),
        Fault::NotShowable { found } => (
            format!("结果是 {found}，无法显示：请给出文本、数字或它们的列表"),
            format!("is {found}, which cannot be shown: give a text, a number or a list of them"),
        ),
    };
    Error::invalid(
        format!("settings.rules[{at}].{part}"),
        format!("规则“{code}”的 {part} {zh}"),
        format!("rule {code:?}: {part} {en}"),
    )
}
