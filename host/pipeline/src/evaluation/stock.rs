//! Stock: what the upstreams say there is, less what is promised already, and from where each line would ship.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use mortise_domain::allocation::{Demand, Shortage, allocate};
use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::catalog::Warehouse;
use mortise_domain::connection::{Connection, FailureMode, RouteKey};
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::inventory::{Reading, Reservation, StockLevel, StockQuery};
use mortise_domain::order::{Order, OrderKind};
use mortise_domain::ports::StoreError;
use mortise_domain::reasons;
use serde_json::json;

use super::{Evaluator, Notes};
use crate::calls::nonsense;

/// What was found out about stock.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    pub demands: Vec<Demand>,
    pub warehouses: Arc<[Warehouse]>,
    /// Inventory connection of each warehouse.
    pub owners: BTreeMap<String, String>,
    pub readings: Vec<Reading>,
    /// Connections whose readings are the last known ones.
    pub stale: Vec<String>,
    /// What earlier promises take.
    pub promised: BTreeMap<(String, String), i64>,
    pub reservations: Vec<Reservation>,
    pub shortages: Vec<Shortage>,
    region: String,
}

impl Evaluator<'_> {
    /// Readings and an allocation. Services have no stock, and goods that come back need none.
    pub(super) async fn stock(&self) -> Result<(Stock, Notes), StoreError> {
        let mut notes = Notes::default();
        let (warehouses, region) = (Arc::clone(&self.known.warehouses), self.draft.region.clone());
        let mut stock = Stock { demands: self.demands(), warehouses, region, ..Stock::default() };
        if stock.demands.is_empty() {
            return Ok((stock, notes));
        }
        let sources = self.sources(&stock.warehouses);
        if sources.is_empty() {
            self.inner.no_connection(&mut notes, Interface::Inventory, None);
            return Ok((stock, notes));
        }
        let skus = stock.skus();
        let read_at = self.inner.calls.clock.now();
        let asked = sources.iter().map(|source| {
            let all = source.warehouses.len() == stock.warehouses.len();
            let warehouses = if all { Vec::new() } else { source.warehouses.clone() };
            let query = |sku: &String| StockQuery { sku: sku.clone(), warehouses: warehouses.clone() };
            let request = Request::Stock { queries: skus.iter().map(query).collect() };
            let read = |answer| match answer {
                Answer::Stock(levels) => Ok(levels),
                _ => Err(nonsense("stock")),
            };
            self.inner.calls.ask(&source.connection, request, self.trace, read)
        });
        // Promises made while the upstreams answer are not missed: the decision counts again, under lock.
        let (answers, promised) = tokio::join!(join_all(asked), self.inner.orders.promised(&skus, read_at));
        stock.promised = promised?;
        for (source, asked) in sources.iter().zip(answers) {
            let answer = asked.result.as_ref().map(|levels| json!({ "levels": levels.len() }));
            notes.record("stock", &source.connection.name, &asked.record, answer);
            for warehouse in &source.warehouses {
                stock.owners.insert(warehouse.clone(), source.connection.name.clone());
            }
            match asked.result {
                Ok(levels) => stock.read(source, levels, read_at),
                Err(failure) => {
                    self.without_answer(source, (&failure, asked.again_at), &mut stock, &mut notes).await?;
                }
            }
        }
        if let Some(oldest) = stock.readings.iter().map(|reading| reading.read_at).min().filter(|at| *at < read_at) {
            // Against an older reading, promises that ended since then count too.
            stock.promised = self.inner.orders.promised(&skus, oldest).await?;
        }
        // Where an upstream has not answered, nobody knows whether there is too little.
        let known = notes.reasons.is_empty();
        if !stock.allocate() && known {
            notes.hold(reasons::short_stock(&stock.shortages));
        }
        Ok((stock, notes))
    }

    fn demands(&self) -> Vec<Demand> {
        if self.draft.kind == OrderKind::Return {
            return Vec::new();
        }
        let demand = |line: &mortise_domain::order::Line| {
            let product = self.known.standing.products.get(&line.sku).filter(|product| !product.service)?;
            Some(Demand {
                line: line.number,
                sku: line.sku.clone(),
                quantity: line.base_quantity(),
                zone: product.zone.clone(),
            })
        };
        self.draft.lines.iter().filter_map(demand).collect()
    }

    /// Who answers for which warehouses: for each the first connection that serves it.
    fn sources(&self, warehouses: &[Warehouse]) -> Vec<Source> {
        let connections = self.inner.calls.plugins.serving(Interface::Inventory, self.key());
        let mut sources: Vec<Source> =
            connections.into_iter().map(|connection| Source { connection, warehouses: Vec::new() }).collect();
        for warehouse in warehouses {
            let key = RouteKey { warehouse: &warehouse.code, ..self.key() };
            if let Some(source) = sources.iter_mut().find(|source| source.connection.routing.serves(key)) {
                source.warehouses.push(warehouse.code.clone());
            }
        }
        sources.retain(|source| !source.warehouses.is_empty());
        sources
    }

    async fn without_answer(
        &self,
        source: &Source,
        (failure, again_at): (&Failure, Instant),
        stock: &mut Stock,
        notes: &mut Notes,
    ) -> Result<(), StoreError> {
        let name = &source.connection.name;
        if !failure.is_passing() {
            notes.hold(reasons::refused(reasons::STOCK_REFUSED, name, failure));
            return Ok(());
        }
        if source.connection.failure_mode == FailureMode::Hold {
            notes.wait(reasons::unavailable("stock", name, failure), again_at);
            return Ok(());
        }
        let last = self.inner.orders.last_readings(&stock.skus()).await?;
        let mine: Vec<Reading> =
            last.into_iter().filter(|reading| source.warehouses.contains(&reading.warehouse)).collect();
        let now = self.inner.calls.clock.now();
        let age =
            mine.iter().map(|reading| now.since(reading.read_at)).max().unwrap_or_default().as_secs().div_ceil(60);
        notes.flag(
            format!("{name} 暂不可用，库存为 {age} 分钟前的数据"),
            format!("{name} does not answer; its stock figures are {age} minutes old"),
        );
        stock.readings.extend(mine);
        stock.stale.push(name.clone());
        Ok(())
    }
}

/// A connection and the warehouses that it answers for.
struct Source {
    connection: Arc<Connection>,
    warehouses: Vec<String>,
}

impl Stock {
    /// The items in demand, each once.
    pub fn skus(&self) -> Vec<String> {
        let mut skus: Vec<String> = self.demands.iter().map(|demand| demand.sku.clone()).collect();
        skus.sort_unstable();
        skus.dedup();
        skus
    }

    /// Takes levels over that were asked for. Where an answer has two for the same place, the lower one counts.
    fn read(&mut self, source: &Source, levels: Vec<StockLevel>, read_at: Instant) {
        for level in levels {
            let asked = source.warehouses.contains(&level.warehouse)
                && self.demands.iter().any(|demand| demand.sku == level.sku);
            if !asked {
                continue;
            }
            let known =
                self.readings.iter_mut().find(|known| known.warehouse == level.warehouse && known.sku == level.sku);
            match known {
                Some(known) => known.available = known.available.min(level.available),
                None => self.readings.push(Reading {
                    warehouse: level.warehouse,
                    sku: level.sku,
                    available: level.available,
                    read_at,
                }),
            }
        }
    }

    /// Decides from where each line ships. Answers whether there is enough.
    pub fn allocate(&mut self) -> bool {
        match allocate(&self.demands, &self.readings, &self.promised, &self.warehouses, &self.region) {
            Ok(reservations) => {
                (self.reservations, self.shortages) = (reservations, Vec::new());
                true
            }
            Err(shortages) => {
                (self.reservations, self.shortages) = (Vec::new(), shortages);
                false
            }
        }
    }

    /// Tells the order's lines from where they ship; a line from several warehouses names the first.
    pub fn put_warehouses(&self, order: &mut Order) {
        for line in &mut order.lines {
            let part = self.reservations.iter().find(|part| part.line == line.number);
            line.warehouse = part.map(|part| part.warehouse.clone());
        }
    }

    /// The readings that the promises rest on.
    pub fn readings_in_use(&self) -> Vec<Reading> {
        let in_use = |reading: &&Reading| {
            self.reservations.iter().any(|part| part.warehouse == reading.warehouse && part.sku == reading.sku)
        };
        self.readings.iter().filter(in_use).cloned().collect()
    }
}
