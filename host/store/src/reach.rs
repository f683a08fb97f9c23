//! How far the asker's permission goes, as a condition of the statement: what is out of reach is neither read nor counted.

use mortise_domain::access::Reach;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::Sql;

/// ` AND (the store in this column is within reach)`; nothing where everything is.
pub(crate) fn store_within(sql: Sql, column: &'static str, reach: &Reach) -> Sql {
    let Reach::Own(places) = reach else { return sql };
    sql.push(" AND ")
        .push(column)
        .push(" IN (SELECT code FROM stores WHERE code IN ")
        .list(&places.stores)
        .push(" OR region IN ")
        .list(&places.regions)
        .push(")")
}

/// ` AND (the order in this column is within reach)`; nothing where everything is.
pub(crate) fn order_within(sql: Sql, column: &'static str, reach: &Reach) -> Sql {
    if *reach == Reach::All {
        return sql;
    }
    let sql = sql.push(" AND ").push(column).push(" IN (SELECT id FROM orders WHERE 1 = 1");
    store_within(sql, "store", reach).push(")")
}

/// Who asks for leads, and how far they may see: their places, and what they look after themselves.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// Of their permission.
    pub reach: &'a Reach,
    /// How they stand in stories.
    pub actor: &'a str,
}

/// ` AND (the lead of this row is within the viewer's reach)`; nothing where all are. The row's columns are `store` and `owner`.
pub(crate) fn lead_within(sql: Sql, viewer: Viewer<'_>) -> Sql {
    let Reach::Own(places) = viewer.reach else { return sql };
    sql.push_bind(" AND (owner = ", viewer.actor)
        .push(" OR store IN (SELECT code FROM stores WHERE code IN ")
        .list(&places.stores)
        .push(" OR region IN ")
        .list(&places.regions)
        .push("))")
}

impl Store {
    /// Is this store out of reach? A store that does not exist is not: whoever names it is told so elsewhere.
    pub async fn is_beyond(&self, store: &str, reach: &Reach) -> Result<bool, StoreError> {
        let sql = Sql::new("SELECT region FROM stores WHERE code = $1").bind(store);
        let Some(mut row) = self.database.first(sql).await? else { return Ok(false) };
        let region: String = row.take()?;
        Ok(!reach.covers(store, &region))
    }
}
