//! Standing data that one order needs.

use mortise_domain::ports::memory::Standing;

use crate::Store;
use crate::catalog::{customers, places, products};
use crate::fault::Fault;

pub(super) async fn standing(store: &Store, customer: &str, shop: &str, skus: &[String]) -> Result<Standing, Fault> {
    let (account, (shop, region, collection), products) = tokio::try_join!(
        customers::account(store, customer),
        places::store_and_region(store, shop),
        products::by_sku(store, skus)
    )?;
    Ok(Standing {
        open_credit: account.as_ref().map(|account| account.open_credit).unwrap_or_default(),
        customer: account.map(|account| account.customer),
        store: shop,
        region,
        collection,
        products: products.into_iter().map(|product| (product.sku.clone(), product)).collect(),
    })
}
