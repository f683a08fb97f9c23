//! Standing data: regions, stores, warehouses, customers, products. What is put replaces the row of the same code.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use mortise_domain::access::Reach;
use mortise_domain::catalog::{Customer, Product, Region, Store, Warehouse};
use mortise_domain::money::Amount;
use mortise_domain::ports::memory::Orders as _;
use mortise_store::{Account, CreditBooking};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Params, Segment};
use super::guard::Actor;
use super::orders::submit::idempotency_key;
use super::page::{Listed, page};
use super::problem::Problem;
use super::quotes::StockView;
use crate::app::Shared;

pub mod check;
pub mod codes;

/// Bytes of a bulk request: some 50,000 products.
pub const BULK: usize = 32 << 20;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_regions, put_regions))
        .routes(routes!(list_stores, put_stores))
        .routes(routes!(list_warehouses, put_warehouses))
        .routes(routes!(list_customers, put_customers))
        .routes(routes!(get_customer))
        .routes(routes!(add_open_credit))
        .routes(routes!(list_products, put_products))
        .routes(routes!(get_product))
        .routes(routes!(get_stock))
        .merge(codes::routes())
        .layer(DefaultBodyLimit::max(BULK))
}

/// Many at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Many<T> {
    /// The rows.
    pub items: Vec<T>,
}

/// How many rows were written.
#[derive(Debug, Serialize, ToSchema)]
pub struct Written {
    /// Their number.
    pub written: usize,
}

impl Written {
    pub(super) fn of<T>(rows: &[T]) -> Json<Self> {
        Json(Self { written: rows.len() })
    }
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SearchParams {
    /// Part of the code or name.
    search: Option<String>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// All regions.
#[utoipa::path(get, path = "/catalog/regions", tag = "catalog", responses((status = 200, body = Listed<Region>)))]
async fn list_regions(State(app): State<Shared>) -> Result<Json<Listed<Region>>, Problem> {
    Ok(Json(Listed::whole(app.store.regions().await?)))
}

/// Creates or replaces regions.
#[utoipa::path(put, path = "/catalog/regions", tag = "catalog", request_body = Many<Region>, responses((status = 200, body = Written)))]
async fn put_regions(
    State(app): State<Shared>,
    Body(Many { items }): Body<Many<Region>>,
) -> Result<Json<Written>, Problem> {
    check::all(&items, check::region)?;
    app.store.put_regions(&items).await?;
    Ok(Written::of(&items))
}

/// All stores.
#[utoipa::path(get, path = "/catalog/stores", tag = "catalog", responses((status = 200, body = Listed<Store>)))]
async fn list_stores(State(app): State<Shared>) -> Result<Json<Listed<Store>>, Problem> {
    Ok(Json(Listed::whole(app.store.stores().await?)))
}

/// Creates or replaces stores.
#[utoipa::path(put, path = "/catalog/stores", tag = "catalog", request_body = Many<Store>, responses((status = 200, body = Written)))]
async fn put_stores(
    State(app): State<Shared>,
    Body(Many { items }): Body<Many<Store>>,
) -> Result<Json<Written>, Problem> {
    check::all(&items, check::store)?;
    app.store.put_stores(&items).await?;
    Ok(Written::of(&items))
}

/// All warehouses.
#[utoipa::path(get, path = "/catalog/warehouses", tag = "catalog", responses((status = 200, body = Listed<Warehouse>)))]
async fn list_warehouses(State(app): State<Shared>) -> Result<Json<Listed<Warehouse>>, Problem> {
    Ok(Json(Listed::whole(app.store.warehouses().await?)))
}

/// Creates or replaces warehouses.
#[utoipa::path(put, path = "/catalog/warehouses", tag = "catalog", request_body = Many<Warehouse>, responses((status = 200, body = Written)))]
async fn put_warehouses(
    State(app): State<Shared>,
    Body(Many { items }): Body<Many<Warehouse>>,
) -> Result<Json<Written>, Problem> {
    check::all(&items, check::warehouse)?;
    app.store.put_warehouses(&items).await?;
    Ok(Written::of(&items))
}

/// A customer with what is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// The customer.
    #[serde(flatten)]
    pub customer: Customer,
    /// Confirmed and not yet paid, in minor units of the company's currency.
    pub open_credit: Amount,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self { customer: account.customer, open_credit: account.open_credit }
    }
}

/// Lists customers by code.
#[utoipa::path(get, path = "/catalog/customers", tag = "catalog", params(SearchParams), responses((status = 200, body = Listed<AccountView>)))]
async fn list_customers(
    State(app): State<Shared>,
    Params(params): Params<SearchParams>,
) -> Result<Json<Listed<AccountView>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    Ok(Json(Listed::of(app.store.accounts(params.search.as_deref().unwrap_or_default(), &request).await?)))
}

/// Creates or replaces customers. What is open of their credit stays.
#[utoipa::path(put, path = "/catalog/customers", tag = "catalog", request_body = Many<Customer>, responses((status = 200, body = Written)))]
async fn put_customers(
    State(app): State<Shared>,
    Body(Many { items }): Body<Many<Customer>>,
) -> Result<Json<Written>, Problem> {
    check::all(&items, check::customer)?;
    app.store.put_customers(&items).await?;
    Ok(Written::of(&items))
}

/// One customer.
#[utoipa::path(get, path = "/catalog/customers/{code}", tag = "catalog", params(("code" = String, Path, description = "The customer's code")),
    responses((status = 200, body = AccountView)))]
async fn get_customer(State(app): State<Shared>, Segment(code): Segment<String>) -> Result<Json<AccountView>, Problem> {
    let account = app.store.account(&code).await?;
    account.map(|account| Json(account.into())).ok_or_else(|| Problem::not_found(format_args!("customer {code:?}")))
}

/// A payment or an opening balance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditChange {
    /// Minor units of the company's currency; negative: the customer has paid.
    pub delta: Amount,
    /// Number of the order that was paid. What its ERP tells of the payment is the same money then, and frees no credit again.
    #[serde(default)]
    pub order: Option<String>,
    /// The money has nothing to do with orders that are kept here. Otherwise a payment without an order is on account: what an ERP
    /// tells of payments for the customer's orders is this money first, and frees credit only beyond it.
    #[serde(default)]
    pub elsewhere: bool,
}

/// What is open of a customer's credit.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenCredit {
    /// Minor units of the company's currency.
    pub open_credit: Amount,
}

/// Adds to what is open of the customer's credit, or takes from it. Each request counts, unless it repeats the `Idempotency-Key` of
/// one before.
#[utoipa::path(post, path = "/catalog/customers/{code}/open-credit", tag = "catalog", request_body = CreditChange,
    params(("code" = String, Path, description = "The customer's code"),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and same content from the same caller: booked once, however often it is sent")),
    responses((status = 200, body = OpenCredit)))]
async fn add_open_credit(
    State(app): State<Shared>,
    actor: Actor,
    headers: HeaderMap,
    Segment(code): Segment<String>,
    Body(change): Body<CreditChange>,
) -> Result<Json<OpenCredit>, Problem> {
    // Far from the bounds of 64 bits, so that sums stay within them.
    if change.delta.unsigned_abs() > 1_000_000_000_000_000 {
        return Err(Problem::field("delta", "must be within ±1,000,000,000,000,000"));
    }
    if change.order.is_some() && (change.delta >= 0 || change.elsewhere) {
        return Err(Problem::field("order", "goes with a payment: a delta below zero, and not elsewhere"));
    }
    let key = idempotency_key(&headers)?;
    actor.note("delta", change.delta);
    let order = match &change.order {
        Some(number) => {
            actor.note("order", number.as_str());
            let found = app.store.order_by_number(number, &Reach::All).await?;
            Some(found.ok_or_else(|| Problem::not_found(format_args!("order {number:?}")))?.summary.id)
        }
        None => None,
    };
    let booking = CreditBooking { customer: code, delta: change.delta, order, elsewhere: change.elsewhere };
    let open_credit = app.store.book_credit(&booking, actor.name(), key.as_deref()).await?;
    Ok(Json(OpenCredit { open_credit }))
}

/// Lists products by code.
#[utoipa::path(get, path = "/catalog/products", tag = "catalog", params(SearchParams), responses((status = 200, body = Listed<Product>)))]
async fn list_products(
    State(app): State<Shared>,
    Params(params): Params<SearchParams>,
) -> Result<Json<Listed<Product>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    Ok(Json(Listed::of(app.store.product_page(params.search.as_deref().unwrap_or_default(), &request).await?)))
}

/// Creates or replaces products.
#[utoipa::path(put, path = "/catalog/products", tag = "catalog", request_body = Many<Product>, responses((status = 200, body = Written)))]
async fn put_products(
    State(app): State<Shared>,
    Body(Many { items }): Body<Many<Product>>,
) -> Result<Json<Written>, Problem> {
    check::all(&items, check::product)?;
    app.store.put_products(&items).await?;
    Ok(Written::of(&items))
}

/// One product.
#[utoipa::path(get, path = "/catalog/products/{sku}", tag = "catalog", params(("sku" = String, Path, description = "The item's code")),
    responses((status = 200, body = Product)))]
async fn get_product(State(app): State<Shared>, Segment(sku): Segment<String>) -> Result<Json<Product>, Problem> {
    let product = app.store.product(&sku).await?;
    product.map(Json).ok_or_else(|| Problem::not_found(format_args!("product {sku:?}")))
}

/// Where an item lies, by the last reading of each warehouse, and what is promised of it.
#[utoipa::path(get, path = "/catalog/products/{sku}/stock", tag = "catalog", params(("sku" = String, Path, description = "The item's code")),
    responses((status = 200, body = Listed<StockView>)))]
async fn get_stock(
    State(app): State<Shared>,
    Segment(sku): Segment<String>,
) -> Result<Json<Listed<StockView>>, Problem> {
    let rows = app.store.stock(&[sku]).await?;
    Ok(Json(Listed::whole(rows.into_iter().map(StockView::from).collect())))
}
