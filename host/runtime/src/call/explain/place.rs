//! Where a guest was when it ended, in names that the guest has chosen.

use wasmtime::WasmBacktrace;

/// Deepest part of a guest's stack that is told.
const FRAMES: usize = 4;
/// Longest name of a function that is told.
const NAME: usize = 80;

/// Where the guest was, innermost first, in Chinese and English.
pub(super) fn place(error: &wasmtime::Error) -> (String, String) {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Default::default() };
    let names = trace.frames().iter().filter_map(|frame| frame.func_name()).take(FRAMES);
    let names: Vec<String> = names.map(|name| format!("`{}`", plain(name))).collect();
    if names.is_empty() {
        return Default::default();
    }
    let names = names.join(" < ");
    (format!("（位于 {names}）"), format!(" in {names}"))
}

/// A name that breaks neither a terminal nor the line it stands in.
fn plain(name: &str) -> String {
    let turns = |character: char| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut short: String =
        name.chars().filter(|character| !character.is_control() && !turns(*character)).take(NAME).collect();
    if name.chars().nth(NAME).is_some() {
        short.push('…');
    }
    short
}
