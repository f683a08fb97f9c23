//! How much there is of everything, for reports and metrics.

use std::collections::BTreeMap;

use mortise_domain::access::Reach;
use mortise_domain::delivery::DeliveryState;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::Sql;
use crate::deliveries::claim;
use crate::reach::{order_within, store_within};

/// Counts at one moment. Every state is there, with 0 where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Orders by state.
    pub orders: BTreeMap<&'static str, i64>,
    /// Deliveries by state.
    pub deliveries: BTreeMap<&'static str, i64>,
    /// Orders that should be judged by now.
    pub due_orders: i64,
    /// Deliveries that should be tried by now.
    pub due_deliveries: i64,
    /// Open tickets.
    pub open_tickets: i64,
    /// Open holds.
    pub open_holds: i64,
    /// When the next delivery or order becomes due; none too where only a part is within reach.
    pub next_due: Option<Instant>,
}

impl Store {
    /// Counts what there is now within reach.
    pub async fn counts(&self, reach: &Reach) -> Result<Counts, StoreError> {
        let orders = |sql: Sql, text| store_within(sql.push(text), "store", reach);
        let of_orders = |sql: Sql, text| order_within(sql.push(text), "order_id", reach);
        let sql = orders(Sql::new("").bind(self.now()), "SELECT 'order', state, COUNT(*) FROM orders WHERE 1 = 1");
        let sql = of_orders(
            sql.push(" GROUP BY state"),
            " UNION ALL SELECT 'delivery', state, COUNT(*) FROM deliveries WHERE 1 = 1",
        );
        let sql = orders(
            sql.push(" GROUP BY state"),
            " UNION ALL SELECT 'due', 'order', COUNT(*) FROM orders \
             WHERE evaluate_at <= $1 AND evaluate_at < 9223372036854775807",
        );
        let sql = of_orders(
            sql,
            " UNION ALL SELECT 'due', 'delivery', COUNT(*) FROM deliveries WHERE state = 'pending' AND due_at <= $1",
        );
        let sql = of_orders(sql, " UNION ALL SELECT 'open', 'ticket', COUNT(*) FROM tickets WHERE closed_at IS NULL");
        let sql = of_orders(sql, " UNION ALL SELECT 'open', 'hold', COUNT(*) FROM holds WHERE released_at IS NULL");
        let mut found = BTreeMap::new();
        for mut row in self.database.all(sql).await? {
            let key: (String, String) = (row.take::<String>()?, row.take::<String>()?);
            found.insert(key, row.take::<i64>()?);
        }
        let count =
            |kind: &str, what: &str| found.get(&(kind.to_owned(), what.to_owned())).copied().unwrap_or_default();
        Ok(Counts {
            orders: OrderState::ALL.map(|state| (state.name(), count("order", state.name()))).into(),
            deliveries: DeliveryState::ALL.map(|state| (state.name(), count("delivery", state.name()))).into(),
            due_orders: count("due", "order"),
            due_deliveries: count("due", "delivery"),
            open_tickets: count("open", "ticket"),
            open_holds: count("open", "hold"),
            next_due: if *reach == Reach::All { claim::next_due(self, None).await? } else { None },
        })
    }
}
