//! How much is there? One ranged and paged question for many items, not one question each.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use mortise_sdk::inventory::{StockLevel, StockQuery};
use mortise_sdk::records::CodeKind;
use mortise_sdk::{Decimal, Error, Result, attributes, log};
use serde_json::Value;

use crate::body::{number, text};
use crate::client::Client;
use crate::codes;

const PATH: &str = "/api/currentstock/batch_get";

/// What U8 has of one item in one warehouse, batches added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sum {
    on_hand: Decimal,
    available: Decimal,
    frozen: Decimal,
    batches: u32,
}

type Sums = BTreeMap<(String, String), Sum>;

pub fn levels(client: &mut Client<'_>, queries: &[StockQuery]) -> Result<Vec<StockLevel>> {
    let as_of = client.host.now();
    let wanted = Wanted::of(client, queries)?;
    let Some((first, last)) = wanted.items.keys().min().zip(wanted.items.keys().max()) else { return Ok(Vec::new()) };
    let mut sums = Sums::new();
    let (rows, pages) = page(client, &wanted, (first, last), 1)?;
    let budget = client.settings.stock_requests.max(1);
    // The items may lie far apart among many others: then a question each is cheaper than the pages between them.
    let each = u32::try_from(wanted.items.len()).unwrap_or(u32::MAX);
    if pages <= 1 || pages - 1 <= each {
        spend(pages, budget)?;
        add(&mut sums, &rows);
        for index in 2..=pages {
            let (rows, _) = page(client, &wanted, (first, last), index)?;
            add(&mut sums, &rows);
        }
    } else {
        spend(each.saturating_add(1), budget)?;
        for item in wanted.items.keys().collect::<BTreeSet<_>>() {
            let mut index = 1;
            loop {
                let (rows, pages) = page(client, &wanted, (item, item), index)?;
                add(&mut sums, &rows);
                index += 1;
                if index > pages {
                    break;
                }
                spend(index, budget)?;
            }
        }
    }
    let houses: Vec<String> =
        sums.keys().map(|(house, _)| house.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let houses = codes::local(client.host, CodeKind::Warehouse, &houses)?;
    Ok(sums.into_iter().filter_map(|(key, sum)| wanted.level(&houses, key, sum, as_of)).flatten().collect())
}

fn spend(requests: u32, budget: u32) -> Result<()> {
    if requests <= budget {
        return Ok(());
    }
    Err(Error::invalid(
        "settings.stock-requests",
        format!("查询这些存货需要 {requests} 次请求，设置只允许 {budget} 次；请调大该设置或 page-rows"),
        format!("these items cost {requests} requests, the settings allow {budget}: raise this setting or page-rows"),
    ))
}

/// What is asked, in the ERP's codes.
struct Wanted {
    /// Our codes of an item, by the ERP's.
    items: HashMap<String, Vec<String>>,
    /// Warehouses by the ERP's code, and ours; none: all.
    houses: Option<BTreeMap<String, String>>,
    /// Our item and warehouse, where a question names warehouses.
    pairs: HashSet<(String, String)>,
    /// Our items that are asked for everywhere.
    everywhere: HashSet<String>,
}

impl Wanted {
    fn of(client: &mut Client<'_>, queries: &[StockQuery]) -> Result<Self> {
        let skus: Vec<String> =
            queries.iter().map(|query| query.sku.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut items: HashMap<String, Vec<String>> = HashMap::new();
        for (sku, code) in skus.iter().zip(codes::remote(client.host, CodeKind::Sku, &skus)?) {
            items.entry(code).or_default().push(sku.clone());
        }
        let (some, all): (Vec<_>, Vec<_>) = queries.iter().partition(|query| !query.warehouses.is_empty());
        let names: BTreeSet<String> = some.iter().flat_map(|query| query.warehouses.iter().cloned()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let remote = codes::remote(client.host, CodeKind::Warehouse, &names)?;
        let pairs =
            some.iter().flat_map(|query| query.warehouses.iter().map(|house| (query.sku.clone(), house.clone())));
        Ok(Self {
            items,
            houses: all.is_empty().then(|| remote.into_iter().zip(names).collect()),
            pairs: pairs.collect(),
            everywhere: all.iter().map(|query| query.sku.clone()).collect(),
        })
    }

    /// The levels of a sum, one for each of our items that share the ERP's; none where nobody asked.
    fn level(
        &self,
        houses: &HashMap<String, String>,
        (house, item): (String, String),
        sum: Sum,
        as_of: i64,
    ) -> Option<Vec<StockLevel>> {
        let ours = self.houses.as_ref().and_then(|known| known.get(&house)).or_else(|| houses.get(&house));
        let warehouse = ours.cloned().unwrap_or(house);
        let skus = self.items.get(&item)?;
        let asked =
            |sku: &&String| self.everywhere.contains(*sku) || self.pairs.contains(&((*sku).clone(), warehouse.clone()));
        Some(
            skus.iter()
                .filter(asked)
                .map(|sku| StockLevel {
                    warehouse: warehouse.clone(),
                    sku: sku.clone(),
                    on_hand: sum.on_hand,
                    available: sum.available,
                    as_of,
                    attributes: attributes([("frozen", sum.frozen.to_string()), ("batches", sum.batches.to_string())]),
                })
                .collect(),
        )
    }
}

/// One page of the items from the first to the last code, and how many pages there are.
fn page(client: &mut Client<'_>, wanted: &Wanted, range: (&str, &str), index: u32) -> Result<(Vec<Value>, u32)> {
    let (index, rows) = (index.to_string(), client.settings.page_rows.max(1).to_string());
    let mut query = vec![("invcode_begin", range.0), ("invcode_end", range.1)];
    if let Some(houses) = &wanted.houses
        && let Some((first, last)) = houses.keys().next().zip(houses.keys().next_back())
    {
        query.extend([("whcode_begin", first.as_str()), ("whcode_end", last.as_str())]);
    }
    query.extend([("page_index", index.as_str()), ("rows_per_page", rows.as_str())]);
    let Some(mut body) = client.get(PATH, &query)?.data()? else { return Ok((Vec::new(), 0)) };
    let pages = text(&body, "page_count").parse().unwrap_or(1);
    let rows = body.get_mut("currentstock").map(Value::take).unwrap_or_default();
    Ok((rows.as_array().cloned().unwrap_or_default(), pages))
}

fn add(sums: &mut Sums, rows: &[Value]) {
    for row in rows {
        let part = |name: &str| number(row, name).unwrap_or(Decimal::ZERO);
        let sum = sums.entry((text(row, "whcode"), text(row, "invcode"))).or_default();
        let (on_hand, frozen) = (part("qty"), part("stopqty"));
        // Some installations do not show what is available.
        let available = number(row, "availqty").unwrap_or_else(|| {
            [frozen, part("outqty")].iter().try_fold(on_hand, |left, taken| left.minus(*taken)).unwrap_or(Decimal::ZERO)
        });
        for (total, more) in [(&mut sum.on_hand, on_hand), (&mut sum.available, available), (&mut sum.frozen, frozen)] {
            match total.plus(more) {
                Ok(added) => *total = added.trimmed(),
                Err(error) => log::warn!("a stock figure is left out: {error}"),
            }
        }
        sum.batches += 1;
    }
}
