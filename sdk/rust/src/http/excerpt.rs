//! An upstream's own words, as they fit into a reason.

/// Bytes of an answer that are looked at, and characters of it that are told.
const LOOKED_AT: usize = 16 << 10;
const TOLD: usize = 300;

/// The beginning of an upstream's message or body, fit for the reason of an [`Error`](crate::Error): one line of at most 300
/// characters without control characters. Of a page its title, or where it has none its words.
pub fn excerpt(words: impl AsRef<[u8]>) -> String {
    let bytes = words.as_ref();
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        let title = element(text, "title").map(|title| line(&without_tags(title)));
        return title.filter(|title| !title.is_empty()).unwrap_or_else(|| line(&without_tags(text)));
    }
    line(text)
}

/// What stands in the first element of this name.
fn element<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, inside) = opening(page, name)?;
    let end = find(inside, &format!("</{name}"))?;
    Some(&inside[..end])
}

/// What stands before the first opening tag of this name, and behind it.
fn opening<'a>(page: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let at = find(page, &format!("<{name}"))?;
    let end = page[at..].find('>')?;
    Some((&page[..at], &page[at + end + 1..]))
}

/// Without regard to the case of its letters; `needle` is ASCII.
fn find(page: &str, needle: &str) -> Option<usize> {
    page.as_bytes().windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

/// A page without its tags, scripts and styles.
fn without_tags(page: &str) -> String {
    let mut page = page.to_owned();
    for name in ["script", "style"] {
        while let Some((before, inside)) = opening(&page, name) {
            let end = find(inside, &format!("</{name}")).unwrap_or(inside.len());
            page = format!("{before} {}", &inside[end..]);
        }
    }
    let mut words = String::new();
    let mut in_tag = false;
    for c in page.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            _ if in_tag => {}
            _ => words.push(c),
        }
    }
    words
}

fn line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut told: String = joined.chars().take(TOLD).collect();
    if told.len() < joined.len() {
        told.push('…');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_by_its_title_or_its_words() {
        let told = |page: &str| excerpt(page);
        let nginx = "\u{feff}\r\n<html>\r\n<head><TITLE >502 Bad\r\n Gateway</TITLE></head>\r\n<body><h1>502</h1></body></html>";
        assert_eq!(told(nginx), "502 Bad Gateway");
        let untitled = "<html><title></title><style>p { color: red }</style><SCRIPT src='x'>if (a < b) {}</SCRIPT><p>网关<br>超时</p>";
        assert_eq!(told(untitled), "网关 超时");
        assert_eq!(told("<title>cut of"), "cut of");
        assert_eq!(told("<script>never closed"), "");
        assert_eq!(told("<"), "");
    }

    #[test]
    fn anything_else_is_one_bounded_line() {
        assert_eq!(excerpt(" {\"a\":\n\t1}\0 "), r#"{"a": 1}"#);
        assert_eq!(excerpt(""), "");
        assert_eq!(excerpt([0xff, b'x']), "\u{fffd}x");
        let long = excerpt("字".repeat(9_000));
        assert_eq!((long.chars().count(), long.ends_with("字…")), (TOLD + 1, true));
    }
}
