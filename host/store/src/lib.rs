//! Memory: the only crate that knows SQL.
//!
//! [`Store`] is a cheap handle on a SQLite file or a PostgreSQL database. It implements the ports that the pipeline and the
//! sandbox ask for (`mortise_domain::ports`); what the doors ask for beyond them are methods of its own, one noun per file.
//!
//! To add a method:
//! 1. Put it into the file of its noun; SQL stands nowhere else.
//! 2. Write one text that both engines run: `$n` placeholders, `ON CONFLICT`, `RETURNING`, `UPDATE … FROM (VALUES …)`.
//! 3. What only one engine knows goes into `database/dialect.rs`.
//! 4. Take ids before the transaction; do all writes in one `transact!`, which may run its work again.
//! 5. Lock rows in this order: configuration, users, leads, orders, stock, customers, deliveries; several of a kind ascending.
//! 6. Read the clock from the argument or from the store's `Clock`, never from the system.
//! 7. A changed schema is a new file in `migrations/`; files that were released never change. `tests/store/migration.rs` brings a
//!    sample of each earlier schema up to date.
//! 8. What people read of orders takes a `Reach`, which becomes a condition of the statement (`reach.rs`).
//! 9. Add a test to `tests/store/`; `on_both!` runs it on both engines.

mod approvals;
mod audit;
mod backup;
mod catalog;
mod changes;
mod collections;
mod company;
mod connections;
mod controls;
mod counters;
mod counts;
mod credentials;
mod credit;
mod database;
mod deliveries;
mod external_ids;
mod fault;
mod figures;
mod guesses;
mod key;
mod kv;
mod leads;
mod news;
mod open;
mod orders;
mod overview;
mod page;
mod plugins;
mod publishers;
mod queues;
mod rates;
mod reach;
mod records;
mod retention;
mod rules;
mod sessions;
mod timeline;
mod tokens;
mod users;

pub use approvals::{ApprovalDecided, ApprovalDecision, ApprovalFilter, ApprovalViewer};
pub use audit::{AuditEntry, AuditFilter, Outcome};
pub use backup::{BackupError, Head, Restored, SKIPPED_NUMBERS};
pub use catalog::customers::Account;
pub use catalog::prices::{PastPrice, PriceListHead};
pub use catalog::stock::StockRow;
pub use connections::{Revision, StoredConnection};
pub use controls::Control;
pub use counts::Counts;
pub use credentials::FilledSlot;
pub use credit::CreditBooking;
pub use deliveries::read::DeliveryFilter;
pub use deliveries::replay::{Replay, ReplayJob};
pub use deliveries::tickets::TicketFilter;
pub use guesses::Guesser;
pub use key::{KeyError, SecretKey};
pub use leads::assign::Share;
pub use leads::change::{LeadChange, LeadFields};
pub use leads::files::{LeadFile, NewLeadFile};
pub use leads::history::{EntryRecord, MergeRecord};
pub use leads::imports::{ImportState, LeadImport, NewImport, Progress, Refusal};
pub use leads::insight::{PassRate, StageFigures, StayFilter, Stuck};
pub use leads::read::{LeadFilter, LeadSummary};
pub use leads::rules::RulesVersion;
pub use leads::tasks::{TaskFilter, TaskRow};
pub use news::{News, OrderAtGlance};
pub use open::{OpenError, Store};
pub use orders::attachments::{Attachment, NewAttachment};
pub use orders::cancel::Cancelled;
pub use orders::correct::Correction;
pub use orders::holds::{HoldFilter, HoldRow};
pub use orders::read::{OrderFilter, OrderSummary, StoredOrder};
pub use orders::returns::PollRow;
pub use overview::{HoldCount, OrderCount, Traffic};
pub use page::{Cursor, CursorError, Page, PageRequest};
pub use plugins::{InstalledPlugin, NewPlugin};
pub use publishers::NewPublisherKey;
pub use queues::Queue;
pub use reach::Viewer;
pub use retention::TableSize;
pub use rules::{APPROVALS, Checked as CheckedRules, PastOrder, RuleHead, RuleTrial, RuleVersion};
pub use sessions::{NewSession, Session};
pub use tokens::{NewToken, Token};
