//! Orders by what people know of them. The statement begins where the fewest rows are: at a term, at a state or at a store, each of
//! which is read newest first; whatever else is asked for is looked up for these rows alone.

use std::collections::HashMap;

use mortise_domain::access::Reach;
use mortise_domain::ports::StoreError;
use mortise_domain::search::Question;

use super::read::{COLUMNS, OrderFilter, OrderSummary, summary};
use crate::Store;
use crate::database::{Row, Sql, before_plan, explain};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::store_within;

/// Up to so many rows are counted. Where every way in has as many, up to the second number.
const MANY: i64 = 2_000;
const VERY_MANY: i64 = 20_000;

/// Where a statement begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// At the group of this number.
    Group(usize),
    /// At the orders themselves, by state or store.
    Orders,
}

impl Store {
    /// Orders within reach that meet the question and the filter, those received last first. Orders of the last moments may be
    /// missing: see [`Store::index_orders`].
    pub async fn search_orders(
        &self,
        reach: &Reach,
        question: &Question,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Page<OrderSummary>, StoreError> {
        let Some(sql) = self.search(reach, question, filter, page).await? else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let rows = self.database.all(sql).await?;
        Ok(page.page(rows, summary, |order| Cursor::of(order.received_at.0, order.id.0))?)
    }

    /// How the database would go about it, line by line; none: it need not, for something that is asked for is nowhere.
    pub async fn explain_search(
        &self,
        reach: &Reach,
        question: &Question,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let Some(sql) = self.search(reach, question, filter, page).await? else { return Ok(None) };
        let rows = self.database.all(sql.after(explain(&self.database))).await?;
        let line = |mut row: Row| {
            row.skip(before_plan(&self.database));
            row.take::<String>()
        };
        Ok(Some(rows.into_iter().map(line).collect::<Result<_, Fault>>()?))
    }

    async fn search(
        &self,
        reach: &Reach,
        question: &Question,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Option<Sql>, Fault> {
        let mut question = question.clone();
        if let Some(sku) = &filter.sku {
            question.sku(sku);
        }
        if let Some(customer) = &filter.customer {
            question.customer(customer);
        }
        let (mut counts, mut of_orders) = self.counts_of(&question, reach, filter, MANY).await?;
        let is_long = |group: &Vec<i64>| group.iter().filter_map(|term| counts.get(term)).sum::<i64>() >= MANY;
        let ways = question.groups.len() + usize::from(of_orders.is_some());
        if ways > 1 && of_orders.is_none_or(|orders| orders >= MANY) && question.groups.iter().all(is_long) {
            (counts, of_orders) = self.counts_of(&question, reach, filter, VERY_MANY).await?;
        }
        let mut groups = Vec::with_capacity(question.groups.len());
        for group in &question.groups {
            let count = |term: &i64| counts.get(term).copied().unwrap_or_default();
            let found: Vec<i64> = group.iter().copied().filter(|term| count(term) > 0).collect();
            let rows: i64 = found.iter().map(count).sum();
            if found.is_empty() {
                return Ok(None);
            }
            groups.push((rows, found));
        }
        // The rarest first: it rules most rows out.
        groups.sort();
        let begin = match (groups.first(), of_orders) {
            (Some((rows, _)), Some(orders)) if orders < *rows => Begin::Orders,
            (Some(_), _) => Begin::Group(0),
            (None, _) => Begin::Orders,
        };
        let groups: Vec<Vec<i64>> = groups.into_iter().map(|(_, group)| group).collect();
        Ok(Some(statement(begin, &groups, reach, filter, page)))
    }

    /// How many rows each term has within the filter's time, and how many orders its state or store; counted up to `most`.
    async fn counts_of(
        &self,
        question: &Question,
        reach: &Reach,
        filter: &OrderFilter,
        most: i64,
    ) -> Result<(HashMap<i64, i64>, Option<i64>), Fault> {
        let mut sql = Sql::new("");
        let mut first = true;
        let union = |sql: Sql, first: &mut bool| sql.push(if std::mem::take(first) { "" } else { " UNION ALL " });
        for term in question.groups.iter().flatten() {
            sql = union(sql, &mut first).push_bind("SELECT CAST(", *term);
            sql = sql.push_bind(" AS BIGINT) AS what, COUNT(*) FROM (SELECT 1 FROM order_terms WHERE term = ", *term);
            sql = within(sql, "at", filter).push_bind(" LIMIT ", most).push(") AS few");
        }
        for (column, value) in orders_by(reach, filter) {
            sql = union(sql, &mut first)
                .push("SELECT CAST(NULL AS BIGINT) AS what, COUNT(*) FROM (SELECT 1 FROM orders WHERE ");
            sql = within(sql.push(column).push_bind(" = ", value), "received_at", filter);
            sql = sql.push_bind(" LIMIT ", most).push(") AS few");
        }
        let mut counts = HashMap::new();
        let mut of_orders: Option<i64> = None;
        if first {
            return Ok((counts, None));
        }
        for mut row in self.database.all(sql).await? {
            let (term, count) = (row.take::<Option<i64>>()?, row.take::<i64>()?);
            match term {
                Some(term) => drop(counts.insert(term, count)),
                None => of_orders = Some(of_orders.map_or(count, |before| before.min(count))),
            }
        }
        Ok((counts, of_orders))
    }
}

/// Conditions on orders that have an index of their own, newest first.
fn orders_by(reach: &Reach, filter: &OrderFilter) -> Vec<(&'static str, String)> {
    let mut by = Vec::new();
    if let Some(state) = filter.state {
        by.push(("state", state.name().to_owned()));
    }
    let own = match reach {
        Reach::Own(places) if places.regions.is_empty() && places.stores.len() == 1 => places.stores.first().cloned(),
        _ => None,
    };
    if let Some(store) = filter.store.clone().or(own) {
        by.push(("store", store));
    }
    by
}

fn within(sql: Sql, column: &'static str, filter: &OrderFilter) -> Sql {
    let sql = match filter.since {
        Some(since) => sql.push(" AND ").push(column).push_bind(" >= ", since),
        None => sql,
    };
    match filter.until {
        Some(until) => sql.push(" AND ").push(column).push_bind(" < ", until),
        None => sql,
    }
}

fn one_of(sql: Sql, column: &'static str, terms: &[i64]) -> Sql {
    match terms {
        [one] => sql.push(column).push_bind(" = ", *one),
        many => sql.push(column).push(" IN ").list(many.iter().copied()),
    }
}

fn statement(begin: Begin, groups: &[Vec<i64>], reach: &Reach, filter: &OrderFilter, page: &PageRequest) -> Sql {
    let sql = Sql::new(COLUMNS);
    // `CROSS JOIN` keeps SQLite from beginning at the orders.
    let (mut sql, order) = match begin {
        Begin::Orders => (sql.push(" FROM orders WHERE 1 = 1"), " ORDER BY received_at DESC, id DESC"),
        Begin::Group(at) => {
            let terms = groups.get(at).map(Vec::as_slice).unwrap_or_default();
            let sql = match terms {
                [_] => one_of(sql.push(" FROM order_terms AS hit CROSS JOIN orders WHERE "), "hit.term", terms),
                _ => one_of(sql.push(" FROM (SELECT DISTINCT at, order_id FROM order_terms WHERE "), "term", terms)
                    .push(") AS hit CROSS JOIN orders WHERE 1 = 1"),
            };
            let sql = within(sql.push(" AND orders.id = hit.order_id"), "hit.at", filter);
            let sql = match &page.after {
                Some(Cursor { at, id, .. }) => {
                    sql.push_bind(" AND (hit.at, hit.order_id) < (", *at).push_bind(", ", *id).push(")")
                }
                None => sql,
            };
            (sql, " ORDER BY hit.at DESC, hit.order_id DESC")
        }
    };
    // No `EXISTS`: PostgreSQL would make a join of it, think it finds next to nothing, and read all of everything. These are looked
    // up row by row, before the order itself is read.
    let place = match begin {
        Begin::Orders => " AND t.at = orders.received_at AND t.order_id = orders.id LIMIT 1) IS NOT NULL",
        Begin::Group(_) => " AND t.at = hit.at AND t.order_id = hit.order_id LIMIT 1) IS NOT NULL",
    };
    for (at, group) in groups.iter().enumerate() {
        if begin != Begin::Group(at) {
            sql = one_of(sql.push(" AND (SELECT t.order_id FROM order_terms AS t WHERE "), "t.term", group).push(place);
        }
    }
    sql = store_within(sql, "store", reach);
    for (column, value) in [
        (" AND state = ", filter.state.map(|state| state.name().to_owned())),
        (" AND store = ", filter.store.clone()),
        (" AND customer = ", filter.customer.clone()),
    ] {
        if let Some(value) = value {
            sql = sql.push_bind(column, value);
        }
    }
    if let Some(reference) = &filter.reference {
        sql = sql.push_bind(" AND reference = ", reference).push(" AND reference <> ''");
    }
    if begin == Begin::Orders {
        sql = within(sql, "received_at", filter);
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (received_at, id) < (", *at).push_bind(", ", *id).push(")");
        }
    }
    page.limit(sql.push(order))
}
