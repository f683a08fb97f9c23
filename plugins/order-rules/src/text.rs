//! Texts with facts in them.

pub mod money;

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Plain(&'a str),
    /// What stood in braces, without them.
    Hole(&'a str),
}

/// Cuts a text to what a person reads and the contract allows: facts come from orders, which may be very large.
pub fn cut(mut text: String) -> String {
    const MOST_BYTES: usize = 16 << 10;
    if text.len() > MOST_BYTES {
        let at = (0..=MOST_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(at);
        text.push('…');
    }
    text
}

/// The pieces of a text. A brace that is not closed is plain.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let hole = rest.find('{').and_then(|open| Some((open, open + rest.get(open..)?.find('}')?)));
        match hole {
            Some((0, close)) => {
                let inside = rest.get(1..close)?;
                rest = rest.get(close + 1..)?;
                Some(Piece::Hole(inside.trim()))
            }
            Some((open, _)) => {
                let (plain, after) = rest.split_at(open);
                rest = after;
                Some(Piece::Plain(plain))
            }
            None => Some(Piece::Plain(std::mem::take(&mut rest))),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece, pieces};

    #[test]
    fn finds_what_stands_in_braces() {
        use Piece::{Hole, Plain};
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![Plain("a")]),
            ("{a}", vec![Hole("a")]),
            ("金额 { order.gross }，", vec![Plain("金额 "), Hole("order.gross"), Plain("，")]),
            ("{a}{b}", vec![Hole("a"), Hole("b")]),
            ("a}b{c", vec![Plain("a}b{c")]),
            ("{}", vec![Hole("")]),
        ] {
            assert_eq!(pieces(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn what_nobody_could_read_is_cut() {
        assert_eq!(super::cut("短".to_owned()), "短");
        let cut = super::cut("长".repeat(10_000));
        assert!(cut.ends_with('…') && cut.len() < 17_000 && cut.len() > 16_000, "{}", cut.len());
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[a{} 额]{0,40}") {
            let again: String = pieces(&text).map(|piece| match piece { Piece::Plain(text) => text.to_owned(), Piece::Hole(text) => format!("{{{text}}}") }).collect();
            prop_assert_eq!(again.replace(' ', ""), text.replace(' ', ""));
        }
    }
}
