//! What happened last, over all subjects: what live views are made of.

use std::collections::HashMap;

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;

/// An entry of some story with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// Unique; with the entry's instant it says where it stands.
    pub id: i64,
    /// `order`, `ticket`, `connection`.
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// What happened.
    pub entry: Entry,
}

/// What live views tell of an order beside what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderAtGlance {
    /// Its number.
    pub number: String,
    /// Its state by now.
    pub state: String,
    /// Code of its store.
    pub store: String,
    /// Code of the store's region; empty: the store is gone.
    pub region: String,
}

impl Store {
    /// What happened from then on, oldest first, at most so many. Entries are written with the clocks of several nodes, and a
    /// moment after they happened: whoever reads on begins some seconds before the last one and leaves out what is known.
    pub async fn news(&self, since: Instant, limit: u32) -> Result<Vec<News>, StoreError> {
        let sql =
            "SELECT id, kind, subject, at, actor, event, data FROM timeline WHERE at >= $1 ORDER BY at, id LIMIT $2";
        let rows = self.database.all(Sql::new(sql).bind(since).bind(limit)).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// The same of one order.
    pub async fn order_news(&self, order: OrderId, since: Instant) -> Result<Vec<News>, StoreError> {
        let sql = "SELECT id, kind, subject, at, actor, event, data FROM timeline \
                   WHERE kind = 'order' AND subject = $1 AND at >= $2 ORDER BY at, id LIMIT 2000";
        let rows = self.database.all(Sql::new(sql).bind(order.to_string()).bind(since)).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// These orders at a glance.
    pub async fn at_glance(&self, orders: &[i64]) -> Result<HashMap<i64, OrderAtGlance>, StoreError> {
        let sql = "SELECT o.id, o.number, o.state, o.store, COALESCE(s.region, '') FROM orders o \
                   LEFT JOIN stores s ON s.code = o.store WHERE o.id IN ";
        let mut found = HashMap::new();
        for chunk in orders.chunks(500) {
            for mut row in self.database.all(Sql::new(sql).list(chunk.iter().copied())).await? {
                let id = row.take()?;
                let seen =
                    OrderAtGlance { number: row.take()?, state: row.take()?, store: row.take()?, region: row.take()? };
                found.insert(id, seen);
            }
        }
        Ok(found)
    }
}

fn read(row: &mut Row) -> Result<News, Fault> {
    Ok(News {
        id: row.take()?,
        kind: row.take()?,
        subject: row.take()?,
        entry: Entry { at: row.take()?, actor: row.take()?, event: row.take()?, data: row.json("timeline")? },
    })
}
