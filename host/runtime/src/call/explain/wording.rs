//! The sandbox's own terms in words for an operator.

use wasmtime::Trap;

/// Longest detail of a fault; an answer may be wrong at great length.
const DETAIL: usize = 300;

/// The beginning of a long detail.
pub(super) fn short(mut detail: String) -> String {
    if let Some((end, _)) = detail.char_indices().nth(DETAIL) {
        detail.truncate(end);
        detail.push('…');
    }
    detail
}

/// A trap, in Chinese.
pub(super) fn trap(trap: Trap) -> String {
    let text = match trap {
        Trap::UnreachableCodeReached => "执行了 unreachable 指令，通常是插件自身的 panic",
        Trap::IntegerDivisionByZero => "整数除以零",
        Trap::IntegerOverflow => "整数溢出",
        Trap::BadConversionToInteger => "浮点数无法转换为整数",
        Trap::IndirectCallToNull | Trap::BadSignature | Trap::TableOutOfBounds => "间接调用的目标无效",
        other => return other.to_string(),
    };
    text.into()
}

/// Why data of a guest cannot be read, in Chinese. `detail`: the sandbox's own words.
pub(super) fn unreadable(detail: &str) -> &str {
    let table = [
        ("out of bounds", "地址超出其内存"),
        ("beyond end of memory", "地址超出其内存"),
        ("not aligned", "地址未对齐"),
        ("utf-8", "文本不是 UTF-8"),
        ("discriminant", "出现了约定之外的分支"),
    ];
    table.iter().find(|(words, _)| detail.contains(words)).map_or(detail, |(_, chinese)| chinese)
}
