//! Where is the walk?

use std::fmt;

use mortise_sdk::{Error, Result};

/// A place in a walk. Its text is `walk;stage;page;rows;skip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Walks are counted from 1.
    pub walk: u64,
    pub stage: Stage,
    pub page: u32,
    pub rows: u32,
    /// Rows of the page that are done.
    pub skip: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Orders,
    Payments,
}

impl Cursor {
    pub fn parse(text: Option<&str>, rows: u32) -> Result<Self> {
        let Some(text) = text else {
            return Ok(Self { walk: 1, stage: Stage::Orders, page: 1, rows, skip: 0 });
        };
        let parts: Vec<&str> = text.split(';').collect();
        let read = || -> Option<Self> {
            let [walk, stage, page, rows, skip] = parts.as_slice() else { return None };
            let stage = match *stage {
                "orders" => Stage::Orders,
                "payments" => Stage::Payments,
                _ => return None,
            };
            let (page, rows): (u32, u32) = (page.parse().ok()?, rows.parse().ok()?);
            (page > 0 && rows > 0).then_some(())?;
            Some(Self { walk: walk.parse().ok()?, stage, page, rows, skip: skip.parse().ok()? })
        };
        read().ok_or_else(|| Error::invalid("since", "游标不是此插件给出的", "the cursor is none of this plugin's"))
    }

    /// Is a new walk about to begin?
    pub fn at_beginning(&self) -> bool {
        self.stage == Stage::Orders && self.page == 1 && self.skip == 0
    }

    /// The page is done: on to the next one, the next stage, or the next walk.
    pub fn turn(&mut self, pages: u32, payments: bool) {
        self.skip = 0;
        if self.page < pages {
            self.page += 1;
            return;
        }
        self.page = 1;
        if self.stage == Stage::Orders && payments {
            self.stage = Stage::Payments;
        } else {
            self.stage = Stage::Orders;
            self.walk += 1;
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = if self.stage == Stage::Orders { "orders" } else { "payments" };
        write!(f, "{};{stage};{};{};{}", self.walk, self.page, self.rows, self.skip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_goes_through_pages_and_stages() {
        let mut cursor = Cursor::parse(None, 20).unwrap();
        let mut seen = Vec::new();
        for pages in [2, 2, 1, 0] {
            cursor.turn(pages, true);
            seen.push(cursor.to_string());
        }
        assert_eq!(seen, ["1;orders;2;20;0", "1;payments;1;20;0", "2;orders;1;20;0", "2;payments;1;20;0"]);
        assert_eq!(Cursor::parse(Some("1;payments;3;20;7"), 5).unwrap().to_string(), "1;payments;3;20;7");
        for strange in ["", "1;x;1;1;1", "1;orders;0;20;0", "1;orders;1"] {
            assert!(Cursor::parse(Some(strange), 20).is_err(), "{strange}");
        }
    }
}
