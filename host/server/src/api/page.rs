//! Long lists come in pages; a cursor says where the next one begins.

use mortise_store::{Cursor, Page, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;

/// Which page is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageParams {
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

impl PageParams {
    /// The page for the store.
    pub fn request(&self) -> Result<PageRequest, Problem> {
        page(self.cursor.as_deref(), self.limit)
    }
}

/// The page for the store.
pub fn page(cursor: Option<&str>, limit: Option<u32>) -> Result<PageRequest, Problem> {
    let after = match cursor {
        None | Some("") => None,
        Some(text) => Some(text.parse::<Cursor>().map_err(|_| {
            Problem::field("cursor", "is no cursor of this list; use `next` of the page before, unchanged")
        })?),
    };
    let default = PageRequest::default();
    match limit {
        Some(limit) if !(1..=500).contains(&limit) => Err(Problem::field("limit", "must be from 1 to 500")),
        limit => Ok(PageRequest { after, limit: limit.unwrap_or(default.limit) }),
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Cursor of the next page; null: this is the last.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// The store's page in the form of the API.
    pub fn of<U: Into<T>>(page: Page<U>) -> Self {
        Self {
            items: page.items.into_iter().map(Into::into).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
        }
    }

    /// A list that is short by nature.
    pub fn whole<U: Into<T>>(items: Vec<U>) -> Self {
        Self { items: items.into_iter().map(Into::into).collect(), next: None }
    }
}
