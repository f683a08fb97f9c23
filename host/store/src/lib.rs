//! Memory: the only crate that knows SQL.
//!
//! [`Store`] is a cheap handle on a SQLite file or a PostgreSQL database. It implements the ports that the pipeline and the
//! sandbox ask for (`mortise_domain::ports`); what the doors ask for beyond them are methods of its own, one noun per file.

mod catalog;
mod changes;
mod company;
mod connections;
mod counters;
mod counts;
mod credentials;
mod database;
mod deliveries;
mod external_ids;
mod fault;
mod key;
mod kv;
mod open;
mod orders;
mod page;
mod plugins;
mod rates;
mod records;
mod timeline;
mod tokens;

pub use catalog::customers::Account;
pub use catalog::prices::{PastPrice, PriceListHead};
pub use catalog::stock::StockRow;
pub use connections::StoredConnection;
pub use counts::Counts;
pub use credentials::FilledSlot;
pub use deliveries::read::DeliveryFilter;
pub use deliveries::replay::Replay;
pub use deliveries::tickets::TicketFilter;
pub use key::{KeyError, SecretKey};
pub use open::{OpenError, Store};
pub use orders::attachments::{Attachment, NewAttachment};
pub use orders::holds::{HoldFilter, HoldRow};
pub use orders::read::{OrderFilter, OrderSummary, StoredOrder};
pub use page::{Cursor, CursorError, Page, PageRequest};
pub use plugins::InstalledPlugin;
pub use tokens::{NewToken, Token};
