//! Ids: given out in blocks that a node takes for itself. Gaps are allowed; an id is never given out twice.

use std::ops::Range;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::database::{Database, Sql};
use crate::fault::Fault;

/// What ids are given out for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Counter {
    Order,
    Hold,
    Delivery,
    Ticket,
    Entry,
    Attachment,
    Token,
    User,
    Session,
    Audit,
    Replay,
    Lead,
    LeadEntry,
    LeadPart,
    Approval,
    Timer,
    Trial,
}

impl Counter {
    const COUNT: usize = 17;

    const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Hold => "hold",
            Self::Delivery => "delivery",
            Self::Ticket => "ticket",
            Self::Entry => "entry",
            Self::Attachment => "attachment",
            Self::Token => "token",
            Self::User => "user",
            Self::Session => "session",
            Self::Audit => "audit",
            Self::Replay => "replay",
            Self::Lead => "lead",
            Self::LeadEntry => "lead-entry",
            Self::LeadPart => "lead-part",
            Self::Approval => "approval",
            Self::Timer => "timer",
            Self::Trial => "trial",
        }
    }

    /// How many a node takes at once. Numbers of orders are read by people, so their gaps are kept small.
    const fn block(self) -> i64 {
        match self {
            Self::Order | Self::Hold | Self::Ticket | Self::Audit | Self::Lead | Self::Approval | Self::Timer => 100,
            Self::Delivery | Self::Entry | Self::LeadEntry | Self::LeadPart => 1_000,
            Self::Attachment | Self::Token | Self::User | Self::Session | Self::Replay | Self::Trial => 10,
        }
    }
}

/// The blocks of this node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters {
    blocks: Arc<[Mutex<Range<i64>>; Counter::COUNT]>,
}

impl Counters {
    /// So many ids, ascending. Must not be called while a transaction is open: SQLite has one writer.
    pub(crate) async fn take(&self, database: &Database, counter: Counter, count: usize) -> Result<Ids, Fault> {
        let mut taken = Vec::with_capacity(count);
        let Some(block) = self.blocks.get(counter as usize) else { return Ok(Ids(taken.into_iter())) };
        let mut block = block.lock().await;
        taken.extend(block.by_ref().take(count));
        if taken.len() < count {
            let missing = i64::try_from(count - taken.len()).unwrap_or(i64::MAX);
            *block = fetch(database, counter, counter.block().max(missing)).await?;
            taken.extend(block.by_ref().take(count - taken.len()));
        }
        Ok(Ids(taken.into_iter()))
    }
}

async fn fetch(database: &Database, counter: Counter, size: i64) -> Result<Range<i64>, Fault> {
    let sql = Sql::new(
        "INSERT INTO counters (kind, next) VALUES ($1, $2 + 1) \
         ON CONFLICT (kind) DO UPDATE SET next = counters.next + $2 RETURNING next",
    );
    let mut rows = database.change(sql.bind(counter.name()).bind(size)).await?;
    let row = rows.first_mut().ok_or_else(|| Fault::inconsistent("counter", "no row came back"))?;
    let end: i64 = row.take()?;
    Ok(end - size..end)
}

/// Ids that were given out.
#[derive(Debug, Clone)]
pub(crate) struct Ids(std::vec::IntoIter<i64>);

impl Ids {
    pub(crate) fn one(&mut self) -> Result<i64, Fault> {
        self.0.next().ok_or_else(|| Fault::inconsistent("counter", "too few ids were taken"))
    }
}
