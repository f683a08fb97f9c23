//! Customers and what is open of their credit.

use mortise_domain::catalog::Customer;
use mortise_domain::money::Amount;
use mortise_domain::ports::StoreError;
use serde::Serialize;

use super::{distinct, matching};
use crate::Store;
use crate::database::{Row, Sql, Value, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// A customer with what is open of its credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The customer.
    #[serde(flatten)]
    pub customer: Customer,
    /// Confirmed and not yet paid, in the company's currency.
    pub open_credit: Amount,
}

const COLUMNS: &str =
    "SELECT code, name, level, region, credit_limit, payment_days, attributes, open_credit FROM customers";

pub(crate) async fn account(store: &Store, code: &str) -> Result<Option<Account>, Fault> {
    let row = store.database.first(Sql::new(COLUMNS).push(" WHERE code = $1").bind(code)).await?;
    row.map(|mut row| read(&mut row)).transpose()
}

fn read(row: &mut Row) -> Result<Account, Fault> {
    let customer = Customer {
        code: row.take()?,
        name: row.take()?,
        level: row.take()?,
        region: row.take()?,
        credit_limit: row.take()?,
        payment_days: row.take()?,
        attributes: row.json("customer")?,
    };
    Ok(Account { customer, open_credit: row.take()? })
}

fn row(customer: &Customer) -> Result<[Value; 8], Fault> {
    Ok([
        (&customer.code).into(),
        (&customer.name).into(),
        (&customer.level).into(),
        (&customer.region).into(),
        customer.credit_limit.into(),
        customer.payment_days.into(),
        json_text(&customer.attributes)?.into(),
        0_i64.into(),
    ])
}

impl Store {
    /// Adds customers or replaces those of the same code. What is open of their credit stays.
    pub async fn put_customers(&self, customers: &[Customer]) -> Result<(), StoreError> {
        let rows = distinct(customers, |customer| &customer.code);
        let rows = rows.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let head =
            "INSERT INTO customers (code, name, level, region, credit_limit, payment_days, attributes, open_credit)";
        let tail = "ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, \
                    region = excluded.region, credit_limit = excluded.credit_limit, \
                    payment_days = excluded.payment_days, attributes = excluded.attributes";
        transact!(self.database, tx => tx.insert(head, rows.clone(), tail))?;
        Ok(())
    }

    /// Price levels that customers have, the first 200 by name.
    pub async fn customer_levels(&self) -> Result<Vec<String>, StoreError> {
        let sql = Sql::new("SELECT DISTINCT level FROM customers WHERE level <> '' ORDER BY level LIMIT 200");
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?)
    }

    /// A customer with what is open of its credit.
    pub async fn account(&self, code: &str) -> Result<Option<Account>, StoreError> {
        Ok(account(self, code).await?)
    }

    /// Customers whose code or name contains these words, by code.
    pub async fn accounts(&self, search: &str, page: &PageRequest) -> Result<Page<Account>, StoreError> {
        let mut sql = matching(Sql::new(COLUMNS).push(" WHERE 1 = 1"), ["code", "name"], search);
        if let Some(after) = &page.after {
            sql = sql.push_bind(" AND code > ", &after.code);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY code"))).await?;
        Ok(page.page(rows, read, |account| Cursor::of_code(&account.customer.code))?)
    }
}
