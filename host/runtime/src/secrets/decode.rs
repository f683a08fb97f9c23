//! Views of a text with its escapes resolved, and where each byte came from.

/// Decoded bytes; `from[i]..from[i + 1]` is where byte `i` stood.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    pub(super) from: Vec<usize>,
}

impl View {
    fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), from: Vec::with_capacity(capacity + 1) }
    }

    fn push(&mut self, byte: u8, at: usize) {
        self.bytes.push(byte);
        self.from.push(at);
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// `%41` and `+` resolved.
pub(super) fn percent(source: &[u8]) -> View {
    let mut view = View::with_capacity(source.len());
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        let escaped = match (byte, source.get(at + 1), source.get(at + 2)) {
            (b'%', Some(&high), Some(&low)) => digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        if let Some(decoded) = escaped {
            view.push(decoded, at);
            at += 3;
        } else {
            view.push(if byte == b'+' { b' ' } else { byte }, at);
            at += 1;
        }
    }
    view.from.push(source.len());
    view
}

/// JSON's escapes (`\"`, `\/`, `\u0041`, surrogate pairs) resolved.
pub(super) fn json(source: &[u8]) -> View {
    let mut view = View::with_capacity(source.len());
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        let next = if byte == b'\\' { source.get(at + 1).copied() } else { None };
        let plain = match next {
            Some(kept @ (b'"' | b'\\' | b'/')) => Some(kept),
            Some(b'n') => Some(b'\n'),
            Some(b't') => Some(b'\t'),
            Some(b'r') => Some(b'\r'),
            Some(b'b') => Some(8),
            Some(b'f') => Some(12),
            _ => None,
        };
        if let Some(decoded) = plain {
            view.push(decoded, at);
            at += 2;
        } else if let (Some(b'u'), Some((character, length))) = (next, unicode(source, at)) {
            let mut buffer = [0; 4];
            for &part in character.encode_utf8(&mut buffer).as_bytes() {
                view.push(part, at);
            }
            at += length;
        } else {
            view.push(byte, at);
            at += 1;
        }
    }
    view.from.push(source.len());
    view
}

/// Line ends left out, with the white space that indents the next line: base64 in a mail, hex in a dump.
pub(super) fn joined(source: &[u8]) -> View {
    let mut view = View::with_capacity(source.len());
    let mut within = true;
    for (at, &byte) in source.iter().enumerate() {
        match byte {
            b'\r' | b'\n' => within = false,
            b' ' | b'\t' if !within => {}
            _ => {
                within = true;
                view.push(byte, at);
            }
        }
    }
    view.from.push(source.len());
    view
}

/// XML's entities (`&amp;`, `&#65;`, `&#x41;`) resolved.
pub(super) fn entities(source: &[u8]) -> View {
    /// Longest entity that is looked at, such as `&#x10FFFF;`.
    const LONGEST: usize = 10;
    let mut view = View::with_capacity(source.len());
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        let rest = source.get(at + 1..).unwrap_or_default();
        let end = if byte == b'&' { rest.iter().take(LONGEST).position(|&byte| byte == b';') } else { None };
        let entity = end.and_then(|end| Some((entity(rest.get(..end)?)?, end + 2)));
        let Some((character, length)) = entity else {
            view.push(byte, at);
            at += 1;
            continue;
        };
        let mut buffer = [0; 4];
        for &part in character.encode_utf8(&mut buffer).as_bytes() {
            view.push(part, at);
        }
        at += length;
    }
    view.from.push(source.len());
    view
}

fn entity(name: &[u8]) -> Option<char> {
    match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x' | b'X', digits @ ..] => {
            char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?)
        }
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?),
        _ => None,
    }
}

/// The character of `\uXXXX` at `at`, and how long its escape is.
fn unicode(source: &[u8], at: usize) -> Option<(char, usize)> {
    let unit = |at: usize| {
        if source.get(at) != Some(&b'\\') || source.get(at + 1) != Some(&b'u') {
            return None;
        }
        source.get(at + 2..at + 6)?.iter().try_fold(0_u32, |unit, &byte| Some(unit << 4 | u32::from(digit(byte)?)))
    };
    let first = unit(at)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = unit(at + 6)?;
    let pair = char::decode_utf16([u16::try_from(first).ok()?, u16::try_from(second).ok()?]).next()?.ok()?;
    Some((pair, 12))
}
