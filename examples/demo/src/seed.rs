//! The standing data goes into the host, and the stock into the upstream.

use reqwest::Method;
use serde_json::{Value, json};

use crate::catalog::{CURRENCY, Catalog, WAREHOUSES};
use crate::host::Api;
use crate::orders::TIME_ZONE;
use crate::scenario::props;
use crate::screen::Screen;
use crate::upstreams::Upstreams;

/// Rows of one bulk request.
const CHUNK: usize = 5_000;
/// The first day of the price list: before every order that the file may have.
const SINCE: &str = "1970-01-01";

/// The company itself; in force after a restart of the host.
pub async fn company(api: &Api) -> anyhow::Result<()> {
    let company =
        json!({ "name": "Mortise Demo Ltd", "currency": CURRENCY, "time_zone": TIME_ZONE, "locale": "en-GB" });
    api.change(Method::PUT, "/company", &company).await.map(drop)
}

/// Everything else.
pub async fn seed(api: &Api, upstreams: &Upstreams, catalog: &Catalog, screen: &Screen) -> anyhow::Result<()> {
    let step = screen.step("Seed company, catalogue and stock");
    for (path, rows) in Catalog::places() {
        api.change(Method::PUT, &format!("/catalog/{path}"), &json!({ "items": rows })).await?;
    }
    let products = [catalog.products.clone(), props::products()].concat();
    let customers = [catalog.customers.rows.clone(), props::customers()].concat();
    for (path, rows) in [("products", &products), ("customers", &customers)] {
        for chunk in rows.chunks(CHUNK) {
            step.note(format!("{path}: {}", rows.len()));
            api.change(Method::PUT, &format!("/catalog/{path}"), &json!({ "items": chunk })).await?;
        }
    }
    step.note("price list");
    api.change(Method::POST, "/price-lists", &catalog.prices.list(SINCE, &props::prices())).await?;
    step.note("stock at U8");
    upstream(upstreams, catalog, &products, &customers).await?;
    let counts = (products.len(), customers.len(), catalog.prices.len());
    step.done(&format!(
        "2 regions, 2 stores, {} warehouses, {} products, {} customers, {} list prices",
        WAREHOUSES.len(),
        counts.0,
        counts.1,
        counts.2
    ));
    told(catalog, screen);
    Ok(())
}

async fn upstream(
    upstreams: &Upstreams,
    catalog: &Catalog,
    products: &[Value],
    customers: &[Value],
) -> anyhow::Result<()> {
    let warehouses: Vec<&str> = WAREHOUSES.iter().map(|(_, code, ..)| *code).collect();
    let items: Vec<&Value> = products.iter().map(|product| &product["sku"]).collect();
    let known: Vec<Value> =
        customers.iter().map(|customer| json!({ "code": customer["code"], "name": customer["name"] })).collect();
    upstreams
        .post("/seed", &json!({ "warehouses": warehouses, "inventory": items, "customers": known, "stock": [] }))
        .await?;
    let stock = [catalog.stock.rows(), props::stock()].concat();
    for chunk in stock.chunks(CHUNK) {
        upstreams.post("/seed", &json!({ "stock": chunk })).await?;
    }
    Ok(())
}

/// What was made scarce on purpose.
fn told(catalog: &Catalog, screen: &Screen) {
    if let Some(short) = &catalog.stock.short {
        screen.say(&format!(
            "  short on purpose: item {}, {} in stock; {} orders want {} of it",
            short.sku, short.level, short.orders, short.demand
        ));
    }
    if let Some(tight) = &catalog.customers.tight {
        screen.say(&format!(
            "  tight on purpose: customer {}, credit limit {}; the largest of {} orders comes to some {} {CURRENCY}",
            tight.code,
            pounds(tight.limit),
            tight.orders,
            pounds(tight.largest)
        ));
    }
}

/// Pence as people write them.
fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}
