//! Acceptance: submissions become rows with numbers, before anything is asked of anyone.

use std::collections::{BTreeSet, HashMap, HashSet};

use mortise_domain::ids::OrderId;
use mortise_domain::ports::memory::{Acceptance, Accepted};
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, Value, json_text, rows_per_statement, transact};
use crate::fault::Fault;
use crate::timeline::Entries;

/// An acceptance with its new id and number.
struct Numbered<'a> {
    acceptance: &'a Acceptance,
    id: OrderId,
    number: String,
}

impl Numbered<'_> {
    /// Its caller and the caller's key.
    fn key(&self) -> Option<(String, String)> {
        let Acceptance { actor, idempotency_key, .. } = self.acceptance;
        Some((actor.clone(), idempotency_key.clone()?))
    }
}

pub(super) async fn accept(store: &Store, batch: &[Acceptance]) -> Result<Vec<Accepted>, Fault> {
    let mut ids = store.ids(Counter::Order, batch.len()).await?;
    let entries = store.ids(Counter::Entry, batch.len()).await?;
    let mut numbered = Vec::with_capacity(batch.len());
    for acceptance in batch {
        let id = OrderId(ids.one()?);
        numbered.push(Numbered { acceptance, id, number: super::number(acceptance.submission.kind, id) });
    }
    transact!(store.database, tx => write(tx, &numbered, entries.clone()))
}

/// What was stored before under this caller's key.
pub(super) async fn repeat(
    store: &Store,
    actor: &str,
    key: &str,
    fingerprint: &str,
) -> Result<Option<Accepted>, Fault> {
    let sql = "SELECT fingerprint, id, number FROM orders WHERE idempotency_key = $1 AND actor = $2";
    let Some(mut row) = store.database.first(Sql::new(sql).bind(key).bind(actor)).await? else { return Ok(None) };
    let same = row.take::<String>()? == fingerprint;
    let (id, number) = (OrderId(row.take()?), row.take()?);
    Ok(Some(if same { Accepted::Known(id, number) } else { Accepted::KeyReused }))
}

async fn write(tx: &mut Tx, batch: &[Numbered<'_>], mut ids: Ids) -> Result<Vec<Accepted>, Fault> {
    // Keys in one order everywhere, so that two nodes that accept the same ones cannot wait for each other.
    let mut sorted: Vec<&Numbered<'_>> = batch.iter().collect();
    sorted.sort_by_key(|new| (&new.acceptance.actor, &new.acceptance.idempotency_key));
    let rows = sorted.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let head = "INSERT INTO orders (id, number, kind, reference, customer, store, actor, placed_at, received_at, \
                evaluate_at, skus, submission, idempotency_key, fingerprint)";
    let returned =
        tx.insert_returning(head, rows, "ON CONFLICT (actor, idempotency_key) DO NOTHING RETURNING id").await?;
    let written = returned.into_iter().map(|mut row| row.take()).collect::<Result<HashSet<i64>, _>>()?;
    super::index::queue(tx, written.iter().copied()).await?;
    let known = known(tx, batch.iter().filter(|new| !written.contains(&new.id.0))).await?;
    let mut entries = Entries::default();
    let mut answers = Vec::with_capacity(batch.len());
    for new in batch {
        if written.contains(&new.id.0) {
            entries.push_order(&mut ids, new.id, &[received(new)])?;
            answers.push(Accepted::New(new.id, new.number.clone()));
            continue;
        }
        let before = new.key().and_then(|key| known.get(&key));
        answers.push(match before {
            Some((fingerprint, id, number)) if *fingerprint == new.acceptance.fingerprint => {
                Accepted::Known(*id, number.clone())
            }
            Some(_) => Accepted::KeyReused,
            None => return Err(Fault::inconsistent("order", "it was neither written nor known")),
        });
    }
    entries.write(tx).await?;
    Ok(answers)
}

/// Fingerprint, id and number of the orders that have these keys of these callers.
async fn known<'a>(
    tx: &mut Tx,
    repeats: impl Iterator<Item = &'a Numbered<'a>>,
) -> Result<HashMap<(String, String), (String, OrderId, String)>, Fault> {
    let keys: BTreeSet<_> = repeats.filter_map(Numbered::key).collect();
    let keys: Vec<[Value; 2]> = keys.into_iter().map(|(actor, key)| [actor.into(), key.into()]).collect();
    let mut known = HashMap::new();
    for chunk in keys.chunks(rows_per_statement(2)) {
        let sql = Sql::new("SELECT actor, idempotency_key, fingerprint, id, number FROM (")
            .values(chunk.iter().cloned())
            .push(") AS v JOIN orders ON orders.actor = v.column1 AND orders.idempotency_key = v.column2");
        for mut row in tx.all(sql).await? {
            known.insert((row.take()?, row.take()?), (row.take()?, OrderId(row.take()?), row.take()?));
        }
    }
    Ok(known)
}

fn row(new: &Numbered<'_>) -> Result<[Value; 14], Fault> {
    let Acceptance { submission, idempotency_key, fingerprint, actor, at, lease_until } = new.acceptance;
    let skus: BTreeSet<&str> = submission.lines.iter().map(|line| line.sku.as_str()).collect();
    Ok([
        new.id.0.into(),
        (&new.number).into(),
        submission.kind.name().into(),
        (&submission.reference).into(),
        (&submission.customer).into(),
        (&submission.store).into(),
        actor.into(),
        submission.placed_at.unwrap_or(*at).into(),
        (*at).into(),
        (*lease_until).into(),
        json_text(&skus)?.into(),
        json_text(submission)?.into(),
        idempotency_key.clone().into(),
        fingerprint.into(),
    ])
}

fn received(new: &Numbered<'_>) -> Entry {
    let Acceptance { submission, actor, at, .. } = new.acceptance;
    let data = json!({ "number": new.number, "store": submission.store, "lines": submission.lines.len() });
    Entry::by(actor, *at, "order.received", data)
}
