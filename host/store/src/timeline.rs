//! The append-only story of each subject.

use mortise_domain::ids::OrderId;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, Value, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// Kind of the subjects that are orders; the subject is the order's id.
pub(crate) const ORDER: &str = "order";

/// Kind of the subjects that are leads; the subject is the lead's id.
pub(crate) const LEAD: &str = "lead";

/// Entries with their subjects, collected for one statement.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<[Value; 7]>);

impl Entries {
    pub(crate) fn push(&mut self, ids: &mut Ids, kind: &str, subject: String, entry: &Entry) -> Result<(), Fault> {
        let Entry { at, actor, event, data } = entry;
        let id = ids.one()?;
        let data = json_text(data)?;
        self.0.push([kind.into(), subject.into(), (*at).into(), id.into(), actor.into(), event.into(), data.into()]);
        Ok(())
    }

    pub(crate) fn push_order(&mut self, ids: &mut Ids, order: OrderId, story: &[Entry]) -> Result<(), Fault> {
        story.iter().try_for_each(|entry| self.push(ids, ORDER, order.to_string(), entry))
    }

    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), Fault> {
        tx.insert("INSERT INTO timeline (kind, subject, at, id, actor, event, data)", self.0, "").await
    }
}

impl Store {
    /// The story of a subject, oldest first. Of an order: kind `order`, its id as text.
    pub async fn timeline(&self, kind: &str, subject: &str, page: &PageRequest) -> Result<Page<Entry>, StoreError> {
        self.timeline_of(kind, [subject.to_owned()], page).await
    }

    /// The stories of several subjects in one, oldest first.
    pub(crate) async fn timeline_of(
        &self,
        kind: &str,
        subjects: impl IntoIterator<Item = String>,
        page: &PageRequest,
    ) -> Result<Page<Entry>, StoreError> {
        let sql = Sql::new("SELECT at, id, actor, event, data FROM timeline WHERE kind = $1 AND subject IN ")
            .bind(kind)
            .list(subjects);
        let sql = match &page.after {
            Some(Cursor { at, id, .. }) => sql.push_bind(" AND (at, id) > (", *at).push_bind(", ", *id).push(")"),
            None => sql,
        };
        let rows = self.database.all(page.limit(sql.push(" ORDER BY at, id"))).await?;
        let pairs = page.page(rows, entry, |(entry, id)| Cursor::of(entry.at.0, *id))?;
        Ok(Page { items: pairs.items.into_iter().map(|(entry, _)| entry).collect(), next: pairs.next })
    }

    /// Appends to a subject's story.
    pub async fn record(&self, kind: &str, subject: &str, story: &[Entry]) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, story.len()).await?;
        transact!(self.database, tx => async {
            let mut ids = ids.clone();
            let mut entries = Entries::default();
            for entry in story {
                entries.push(&mut ids, kind, subject.to_owned(), entry)?;
            }
            entries.write(tx).await
        })?;
        Ok(())
    }
}

fn entry(row: &mut Row) -> Result<(Entry, i64), Fault> {
    let (at, id) = (row.take()?, row.take()?);
    Ok((Entry { at, actor: row.take()?, event: row.take()?, data: row.json("timeline")? }, id))
}
