//! Pages of lists: a cursor instead of a number, so that rows that come or go move nothing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::database::{Row, Sql};
use crate::fault::Fault;

/// Rows of one page at most.
const MOST_ROWS: u32 = 500;

/// Where a page ended. Its text is opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) at: i64,
    pub(crate) id: i64,
    pub(crate) code: String,
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor: pass on the `next` of the page before as it is")]
pub struct CursorError;

impl Cursor {
    pub(crate) const fn of(at: i64, id: i64) -> Self {
        Self { at, id, code: String::new() }
    }

    pub(crate) fn of_code(code: &str) -> Self {
        Self { at: 0, id: 0, code: code.to_owned() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at, self.id, self.code)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut parts = text.splitn(3, '.');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(CursorError);
        let (at, id) = (number()?, number()?);
        Ok(Self { at, id, code: parts.next().ok_or(CursorError)?.to_owned() })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// `next` of the page before; none: the first page.
    pub after: Option<Cursor>,
    /// Rows of the page; cut to 1 to 500.
    pub limit: u32,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { after: None, limit: 50 }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none: this is the last.
    pub next: Option<Cursor>,
}

impl PageRequest {
    fn rows(&self) -> u32 {
        self.limit.clamp(1, MOST_ROWS)
    }

    /// `LIMIT` of one row more than the page, which tells whether there is another page.
    pub(crate) fn limit(&self, sql: Sql) -> Sql {
        sql.push_bind(" LIMIT ", self.rows() + 1)
    }

    /// For lists by id, newest first: conditions, order and limit. The statement must end within a `WHERE`.
    pub(crate) fn newest_first(&self, sql: Sql) -> Sql {
        let sql = match &self.after {
            Some(cursor) => sql.push_bind(" AND id < ", cursor.id),
            None => sql,
        };
        self.limit(sql.push(" ORDER BY id DESC"))
    }

    /// Makes the page of the rows that such a statement gave.
    pub(crate) fn page<T>(
        &self,
        rows: Vec<Row>,
        read: impl Fn(&mut Row) -> Result<T, Fault>,
        cursor: impl Fn(&T) -> Cursor,
    ) -> Result<Page<T>, Fault> {
        let most = self.rows() as usize;
        let more = rows.len() > most;
        let items = rows.into_iter().take(most).map(|mut row| read(&mut row)).collect::<Result<Vec<_>, _>>()?;
        let next = if more { items.last().map(cursor) } else { None };
        Ok(Page { items, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_its_text() {
        for cursor in [Cursor::of(5, -1), Cursor::of_code("螺丝.M6")] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in ["", "1", "1.2", "x.2.", "1.y."] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text:?}");
        }
    }
}
