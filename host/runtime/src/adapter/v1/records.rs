//! Granted reads of core data.

use mortise_domain::catalog::{Customer, ListPrice, Product};
use mortise_domain::instant::Instant;
use mortise_domain::manifest::RecordKind;
use mortise_domain::ports::StoreError;

use super::imports::records::{Host, ListPrice as WitListPrice, Product as WitProduct, RecordError};
use super::imports::types::{Customer as WitCustomer, RecentOrder as WitRecentOrder};
use super::types::{decimal, recent};
use crate::state::State;

/// Most things of one question.
const MOST: usize = 1_000;
/// Longest code, day or other word of a question, in bytes.
const WORD: usize = 512;
const MOST_ORDERS: u32 = 100;

type Answered<T> = wasmtime::Result<Result<T, RecordError>>;

fn product(value: Product) -> WitProduct {
    WitProduct {
        sku: value.sku,
        name: value.name,
        category: value.category,
        specification: value.specification,
        base_unit: value.base_unit,
        tax_rate: decimal(value.tax_rate),
        units: value.units.into_iter().map(|(name, rate)| (name, decimal(rate))).collect(),
        attributes: value.attributes,
    }
}

fn list_price(value: ListPrice) -> WitListPrice {
    WitListPrice {
        sku: value.entry.sku,
        unit: value.entry.unit,
        currency: value.currency,
        price: decimal(value.entry.price),
        tax_inclusive: value.entry.tax_inclusive,
        tax_rate: decimal(value.entry.tax_rate),
        min_quantity: decimal(value.entry.min_quantity),
        level: value.entry.level,
        source: value.source,
    }
}

fn customer(value: Customer) -> WitCustomer {
    WitCustomer {
        code: value.code,
        name: value.name,
        level: value.level,
        region: value.region,
        attributes: value.attributes,
    }
}

fn kind_name(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Products => "products",
        RecordKind::Prices => "prices",
        RecordKind::Customers => "customers",
        RecordKind::Orders => "orders",
        RecordKind::Codes => "codes",
    }
}

impl State {
    /// Is it granted, and is the question within its bounds? `words`: what it holds beside the codes.
    fn may_read(
        &mut self,
        kind: RecordKind,
        asked: &[String],
        words: &[&str],
    ) -> wasmtime::Result<Result<(), RecordError>> {
        let texts = || asked.iter().map(String::as_str).chain(words.iter().copied());
        self.bounds.copy(texts().map(str::len).sum())?;
        let outbound = &self.confines.outbound;
        if !outbound.allowed.records.contains(&kind) {
            let name = kind_name(kind);
            let reason = if outbound.records_wished.contains(&kind) {
                format!("not granted: add `{name}` to `grant.records` of the connection `{}`", self.confines.name)
            } else {
                format!(
                    "the manifest does not wish to read `{name}`: the plugin's developer adds it to `wishes.records`"
                )
            };
            return Ok(Err(RecordError::Denied(reason)));
        }
        if asked.len() > MOST {
            return Ok(Err(RecordError::Denied(format!("{} things at once, the most is {MOST}", asked.len()))));
        }
        if let Some(long) = texts().find(|text| text.len() > WORD) {
            return Ok(Err(RecordError::Denied(format!("a code of {} bytes, the most is {WORD}", long.len()))));
        }
        self.bounds.reach_store()?;
        Ok(Ok(()))
    }

    /// Hands on what the store answered, `cost` bytes each.
    fn read<A, B>(
        &mut self,
        found: Result<Vec<A>, StoreError>,
        cost: usize,
        convert: impl FnMut(A) -> B,
    ) -> Answered<Vec<B>> {
        match found {
            Ok(all) => {
                self.bounds.copy(all.len() * cost)?;
                Ok(Ok(all.into_iter().map(convert).collect()))
            }
            Err(error) => Ok(Err(self.unreadable(&error))),
        }
    }

    fn unreadable(&self, error: &StoreError) -> RecordError {
        tracing::warn!(connection = &*self.confines.name, %error, "core data cannot be read for a plugin");
        RecordError::Unavailable("the host's store cannot answer now; try again".into())
    }
}

impl Host for State {
    async fn products(&mut self, skus: Vec<String>) -> Answered<Vec<WitProduct>> {
        if let Err(error) = self.may_read(RecordKind::Products, &skus, &[])? {
            return Ok(Err(error));
        }
        let found = self.shared.ports.records.products(&skus).await;
        self.read(found, 256, product)
    }

    async fn list_prices(&mut self, skus: Vec<String>, currency: String, on: String) -> Answered<Vec<WitListPrice>> {
        if let Err(error) = self.may_read(RecordKind::Prices, &skus, &[&currency, &on])? {
            return Ok(Err(error));
        }
        let found = self.shared.ports.records.list_prices(&skus, &currency, &on).await;
        self.read(found, 128, list_price)
    }

    async fn find_customer(&mut self, code: String) -> Answered<Option<WitCustomer>> {
        if let Err(error) = self.may_read(RecordKind::Customers, std::slice::from_ref(&code), &[])? {
            return Ok(Err(error));
        }
        let found = self.shared.ports.records.customer(&code).await;
        Ok(found.map(|found| found.map(customer)).map_err(|error| self.unreadable(&error)))
    }

    async fn recent_orders(&mut self, code: String, since: i64, limit: u32) -> Answered<Vec<WitRecentOrder>> {
        if let Err(error) = self.may_read(RecordKind::Orders, std::slice::from_ref(&code), &[])? {
            return Ok(Err(error));
        }
        let limit = limit.min(MOST_ORDERS);
        let found = self.shared.ports.records.recent_orders(&code, Instant(since), limit).await;
        self.read(found, 256, recent)
    }

    async fn codes(&mut self, kind: String, local: Vec<String>) -> Answered<Vec<Option<String>>> {
        if let Err(error) = self.may_read(RecordKind::Codes, &local, &[&kind])? {
            return Ok(Err(error));
        }
        let found = self.shared.ports.records.codes(&self.confines.name, &kind, &local).await;
        self.read(found, 64, |code| code)
    }

    async fn local_codes(&mut self, kind: String, remote: Vec<String>) -> Answered<Vec<Option<String>>> {
        if let Err(error) = self.may_read(RecordKind::Codes, &remote, &[&kind])? {
            return Ok(Err(error));
        }
        let found = self.shared.ports.records.local_codes(&self.confines.name, &kind, &remote).await;
        self.read(found, 64, |code| code)
    }
}
