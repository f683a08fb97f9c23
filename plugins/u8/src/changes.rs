//! What has happened in U8? Its lists tell no time of change, so the documents of the last days are walked through again and
//! again; what was told in an earlier walk is left out.

mod cursor;
mod day;
mod paid;
mod shipped;

use std::time::Duration;

use mortise_sdk::{Change, ChangeKind, ChangePage, Result};
use serde_json::Value;

use crate::body::text;
use crate::client::Client;
use crate::document::{self, Kind, is_closed};
use crate::time;
use cursor::{Cursor, Stage};

/// Rows of a list that are walked through in one call, each at the cost of a question: a call has twenty requests by default.
const ROWS: u32 = 15;

/// Which changes are wanted: the ERP tells all, the warehouse what has left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    Orders,
    Shipments,
}

/// A walk over the documents, as far as one call takes it.
struct Walk<'c, 'a> {
    client: &'c mut Client<'a>,
    interest: Interest,
    cursor: Cursor,
    limit: usize,
    items: Vec<Change>,
}

pub fn page(client: &mut Client<'_>, interest: Interest, since: Option<&str>, limit: u32) -> Result<ChangePage> {
    let cursor = Cursor::parse(since, ROWS)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let mut walk = Walk { client, interest, cursor, limit, items: Vec::new() };
    walk.go()?;
    let Walk { cursor, items, .. } = walk;
    Ok(ChangePage { items, more: !cursor.at_beginning(), cursor: cursor.to_string() })
}

impl Walk<'_, '_> {
    fn go(&mut self) -> Result<()> {
        let begin = day::before(&self.client.host.today(), self.client.settings.poll_days)?;
        let (path, key, day) = match self.cursor.stage {
            Stage::Orders => ("/api/saleorderlist/batch_get", "saleorderlist", "date_begin"),
            Stage::Payments => ("/api/acceptlist/batch_get", "acceptlist", "vouchdate_begin"),
        };
        let (index, rows) = (self.cursor.page.to_string(), self.cursor.rows.to_string());
        let mut query = vec![(day, begin.as_str()), ("page_index", &index), ("rows_per_page", &rows)];
        if self.cursor.stage == Stage::Payments {
            query.push(("vouchtype", paid::RECEIPT));
        }
        let body = self.client.get(path, &query)?.data()?.unwrap_or_default();
        let pages: u32 = text(&body, "page_count").parse().unwrap_or(1);
        let listed = body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        for (at, row) in listed.iter().enumerate().skip(self.cursor.skip) {
            if self.is_full() || !time::is_left(self.client.host) {
                if at == self.cursor.skip && self.items.is_empty() {
                    return Err(time::too_little(
                        self.client.host,
                        "查询单据的变化",
                        "a question for a document's changes",
                    ));
                }
                self.cursor.skip = at;
                return Ok(());
            }
            match self.cursor.stage {
                Stage::Orders => self.order(row)?,
                Stage::Payments => self.payment(row)?,
            }
        }
        self.cursor.turn(pages, self.interest == Interest::Orders);
        Ok(())
    }

    fn is_full(&self) -> bool {
        // An order has at most three things to tell.
        !self.items.is_empty() && self.items.len() + 3 > self.limit
    }

    fn order(&mut self, row: &Value) -> Result<()> {
        let (number, code) = (text(row, &self.client.settings.key_field), text(row, "code"));
        if number.is_empty() || code.is_empty() {
            return Ok(());
        }
        let note = format!("told/{}/{code}", if self.interest == Interest::Orders { "o" } else { "s" });
        let told = self.told(&note);
        if told.as_deref().is_some_and(|told| told.ends_with('!')) {
            return Ok(());
        }
        let Some(order) = document::get(self.client, Kind::Order, &code)? else { return Ok(()) };
        let goods = shipped::of(&order);
        let mut news = Vec::new();
        let approved = !text(&order, "verifier").is_empty() || text(&order, "state") == "Approved";
        if approved && self.interest == Interest::Orders {
            news.push(ChangeKind::Accepted);
        }
        if !goods.lines.is_empty() {
            news.push(ChangeKind::Shipped(goods.lines));
        }
        if is_closed(&order) && self.interest == Interest::Orders {
            news.push(ChangeKind::Closed);
        }
        let over = goods.complete || is_closed(&order);
        let mark = format!("{}{}", goods.mark, if over { "!" } else { "" });
        let mark = format!("{}{}{mark}", u8::from(approved), text(&order, "state"));
        self.tell(&note, told.as_deref(), &mark, news, &number, &code);
        Ok(())
    }

    fn payment(&mut self, row: &Value) -> Result<()> {
        let (number, code) = (text(row, &self.client.settings.key_field), text(row, "vouchcode"));
        let seen = self.items.iter().any(|change| change.order == number);
        if number.is_empty() || code.is_empty() || seen {
            return Ok(());
        }
        let note = format!("told/p/{code}");
        let told = self.told(&note);
        if told.is_some() {
            return Ok(());
        }
        let total = paid::total(self.client, &number)?;
        self.tell(&note, None, "!", vec![ChangeKind::Paid(total)], &number, &code);
        Ok(())
    }

    /// What an earlier walk told. What this walk told is told again: the host may have lost the page.
    fn told(&mut self, note: &str) -> Option<String> {
        let told = self.client.host.recall(note)?;
        let (walk, mark) = told.split_once(' ')?;
        (walk.parse::<u64>().ok()? < self.cursor.walk).then(|| mark.to_owned())
    }

    fn tell(&mut self, note: &str, told: Option<&str>, mark: &str, news: Vec<ChangeKind>, order: &str, code: &str) {
        if told == Some(mark) {
            return;
        }
        let days = u64::from(self.client.settings.poll_days) + 1;
        self.client.host.note(note, &format!("{} {mark}", self.cursor.walk), Duration::from_hours(24 * days));
        let at = self.client.host.now();
        let room = self.limit.saturating_sub(self.items.len());
        let first = news.len().saturating_sub(room);
        self.items.extend(news.into_iter().skip(first).map(|what| Change {
            order: order.to_owned(),
            external_id: code.to_owned(),
            at,
            what,
            attributes: Vec::new(),
        }));
    }
}
