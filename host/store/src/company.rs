//! The company, and the number by which nodes notice that something was configured.

use mortise_domain::catalog::Company;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Sql, Tx, json_text, transact};
use crate::fault::Fault;

/// Notes in this transaction that something was configured. Such transactions follow one another, so this is their lock too.
pub(crate) async fn bump(tx: &mut Tx) -> Result<(), Fault> {
    let sql = "INSERT INTO counters (kind, next) VALUES ('config', 1) \
               ON CONFLICT (kind) DO UPDATE SET next = counters.next + 1";
    tx.execute(Sql::new(sql)).await?;
    Ok(())
}

async fn keep_currency(tx: &mut Tx, wanted: &str) -> Result<(), Fault> {
    let stored = tx.first(Sql::new("SELECT settings FROM company WHERE id = 1")).await?;
    let stored: Company = stored.map(|mut row| row.json("company")).transpose()?.unwrap_or_default();
    if stored.currency == wanted {
        return Ok(());
    }
    let order = tx.first(Sql::new("SELECT number FROM orders LIMIT 1")).await?;
    let order = order.map(|mut row| row.take::<String>()).transpose()?.map(|number| format!("the order {number}"));
    let sql = "SELECT code FROM customers WHERE credit_limit IS NOT NULL OR open_credit <> 0 LIMIT 1";
    let credit = tx.first(Sql::new(sql)).await?;
    let credit = credit.map(|mut row| row.take::<String>()).transpose()?;
    let credit = credit.map(|code| format!("the credit of the customer {code}"));
    let Some(kept) = order.or(credit) else { return Ok(()) };
    let detail = format!(
        "the company's currency stays {}: {kept} is kept in it; a company with another currency needs a database of its own",
        stored.currency
    );
    Err(StoreError::Conflict(detail).into())
}

impl Store {
    /// The company's settings; the defaults before any were made.
    pub async fn company(&self) -> Result<Company, StoreError> {
        let row = self.database.first(Sql::new("SELECT settings FROM company WHERE id = 1")).await?;
        Ok(row.map(|mut row| row.json("company")).transpose()?.unwrap_or_default())
    }

    /// Replaces the company's settings. The currency stays once amounts are kept in it: they would keep their figures and
    /// change what they are worth.
    pub async fn put_company(&self, company: &Company) -> Result<(), StoreError> {
        let settings = json_text(company)?;
        let sql = "INSERT INTO company (id, settings) VALUES (1, $1) \
                   ON CONFLICT (id) DO UPDATE SET settings = excluded.settings";
        transact!(self.database, tx => async {
            bump(tx).await?;
            keep_currency(tx, &company.currency).await?;
            tx.execute(Sql::new(sql).bind(&settings)).await
        })?;
        Ok(())
    }

    /// Rises whenever company, plugins, connections, credentials of admins, code maps or price lists change.
    pub async fn config_revision(&self) -> Result<i64, StoreError> {
        let row = self.database.first(Sql::new("SELECT next FROM counters WHERE kind = 'config'")).await?;
        Ok(row.map(|mut row| row.take()).transpose()?.unwrap_or_default())
    }
}
