//! Calls that write nothing, one for each interface, to see whether a connection works.

use mortise_domain::call::{Interface, Request};
use mortise_domain::decimal::Decimal;
use mortise_domain::inventory::StockQuery;
use mortise_domain::order::OrderKind;
use mortise_domain::place::PlaceQuery;
use mortise_domain::pricing::{PriceLine, PriceRequest};
use mortise_store::PageRequest;

use crate::api::problem::Problem;
use crate::app::Shared;
use crate::rules::sample_facts;

/// The number of an order that there never is.
const NOBODYS: &str = "SO-MORTISE-TEST";

/// A call of this interface that writes nothing at the upstream; none: it has none.
pub async fn harmless(app: &Shared, interface: Interface) -> Result<Option<Request>, Problem> {
    Ok(Some(match interface {
        Interface::Erp => Request::FindOrder { number: NOBODYS.into() },
        Interface::Inventory => {
            Request::Stock { queries: vec![StockQuery { sku: some_item(app).await?.0, warehouses: Vec::new() }] }
        }
        Interface::Geocoder => Request::Locate {
            query: PlaceQuery {
                text: "人民广场".into(),
                city: "上海市".into(),
                country: "CN".into(),
                attributes: Vec::new(),
            },
        },
        // There is no message that nobody reads: receipts of none are asked for.
        Interface::Notifier => Request::ReadReceipts { external_ids: Vec::new() },
        Interface::Pricing => return prices(app).await.map(Some),
        Interface::OrderPolicy => {
            let currency = app.store.company().await?.currency;
            let Some(facts) = sample_facts(app.now(), &currency, false) else { return Ok(None) };
            Request::Judge { facts: Box::new(facts) }
        }
    }))
}

/// The first item of the catalogue with its unit.
async fn some_item(app: &Shared) -> Result<(String, String), Problem> {
    let page = app.store.product_page("", &PageRequest { after: None, limit: 1 }).await?;
    let found = page.items.into_iter().next();
    Ok(found.map_or_else(|| ("MORTISE-TEST".into(), "pc".into()), |product| (product.sku, product.base_unit)))
}

async fn prices(app: &Shared) -> Result<Request, Problem> {
    let (sku, unit) = some_item(app).await?;
    let company = app.store.company().await?;
    let now = app.now();
    let (kind, currency) = (OrderKind::Sale, company.currency);
    let facts = sample_facts(now, &currency, false).ok_or_else(Problem::internal)?;
    let line = PriceLine {
        number: 1,
        sku,
        category: String::new(),
        unit,
        unit_rate: Decimal::ONE,
        quantity: Decimal::ONE,
        proposed: None,
        attributes: Vec::new(),
    };
    Ok(Request::Price {
        request: PriceRequest {
            kind,
            customer: facts.order.customer,
            store: facts.order.store,
            region: facts.order.region,
            currency,
            placed_at: now,
            business_date: facts.order.business_date,
            lines: vec![line],
            attributes: Vec::new(),
        },
    })
}
