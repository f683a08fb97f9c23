//! The judgement of an order: one file per step. Steps that do not depend on each other run at the same time; each plugin is
//! called with no transaction open, and each call is recorded.

mod credit;
mod notes;
mod place;
mod policy;
mod price;
mod remembered;
mod route;
mod stock;

use std::sync::Arc;

use mortise_domain::call::Interface;
use mortise_domain::catalog::Warehouse;
use mortise_domain::confirmation::Routes;
use mortise_domain::connection::RouteKey;
use mortise_domain::draft::{Stamp, apply_prices, draft};
use mortise_domain::evaluation::Evaluation;
use mortise_domain::exchange::Exchange;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::lookup::unknown_names;
use mortise_domain::order::Order;
use mortise_domain::policy::Credit;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::Standing;
use mortise_domain::pricing::Priced;
use mortise_domain::reasons;
use mortise_domain::submission::Submission;
use mortise_domain::text::Text;

use crate::calls::Trace;
use crate::pipeline::Inner;
pub(crate) use notes::Notes;
pub use policy::{MOST_RECENT, RECENT, past_facts};
pub(crate) use remembered::Remembered;
pub(crate) use stock::Stock;

/// How often an order is judged anew because a plugin was replaced meanwhile.
const ASKED_AGAIN: u32 = 3;

/// An order (or a quote) that is judged.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub submission: &'a Submission,
    /// Empty for a quote.
    pub number: &'a str,
    /// None for a quote.
    pub id: Option<OrderId>,
    pub placed_at: Instant,
    /// Codes of holds that a person has released.
    pub waived: &'a [String],
    /// Names of attached files.
    pub attachments: &'a [String],
}

/// What the store knows beforehand.
pub(crate) struct Known {
    pub standing: Standing,
    pub warehouses: Arc<[Warehouse]>,
}

/// All that was found out about it.
pub(crate) struct Findings {
    /// None where a name is not known any more.
    pub order: Option<Box<Order>>,
    pub priced: bool,
    pub evaluation: Box<Evaluation>,
    pub stock: Stock,
    pub credit: Option<Credit>,
    /// What the order takes of the customer's credit, in the company's currency.
    pub taken: i64,
    pub routes: Routes,
    pub notes: Notes,
    /// Codes of holds that a person has released and that would stand otherwise.
    pub waived: Vec<String>,
}

/// One judgement while it goes on.
pub(crate) struct Evaluator<'a> {
    inner: &'a Inner,
    case: Case<'a>,
    known: &'a Known,
    /// Without prices.
    draft: &'a Order,
    trace: Trace,
}

impl Inner {
    /// Finds out all that there is to know about an order, wholly by one version of each plugin: where one was replaced
    /// meanwhile, everything is asked again. Questions change nothing, so that this costs only their time.
    pub(crate) async fn evaluate(&self, case: Case<'_>, known: &Known) -> Result<Findings, StoreError> {
        let mut findings = self.evaluate_once(case, known).await?;
        for _ in 0..ASKED_AGAIN {
            if !findings.evaluation.is_mixed() {
                break;
            }
            findings = self.evaluate_once(case, known).await?;
        }
        Ok(findings)
    }

    async fn evaluate_once(&self, case: Case<'_>, known: &Known) -> Result<Findings, StoreError> {
        let Some((order, notes)) = self.draft(case, &known.standing) else {
            let mut notes = Notes::default();
            notes.hold(reasons::unknown_name(&unknown_names(case.submission, &known.standing)));
            return Ok(Findings::without_order(notes));
        };
        let evaluator = Evaluator { inner: self, case, known, draft: &order, trace: self.calls.trace() };
        let (prices, stock, place) = tokio::join!(evaluator.price(), evaluator.stock(), evaluator.place());
        let ((prices, price_notes), (stock, stock_notes), (located, place_notes)) = (prices, stock?, place);
        let trace = evaluator.trace;
        let mut findings = Findings {
            order: None,
            priced: false,
            evaluation: Box::new(Evaluation { located, ..Evaluation::default() }),
            stock,
            credit: None,
            taken: 0,
            routes: Routes::default(),
            notes,
            waived: Vec::new(),
        };
        for found in [price_notes, stock_notes, place_notes] {
            findings.notes.add(found);
        }
        let mut order = order;
        findings.put_place(&mut order, case.waived);
        findings.stock.put_warehouses(&mut order);
        if let Some(prices) = prices {
            findings.put_prices(&mut order, prices);
        }
        let evaluator = Evaluator { inner: self, case, known, draft: &order, trace };
        findings.check_credit(&evaluator);
        findings.routes = evaluator.routes(&findings.stock, &mut findings.notes);
        if findings.priced && findings.notes.rejection.is_none() {
            let (verdicts, notes) = evaluator.policy(&findings).await?;
            findings.evaluation.verdicts = verdicts;
            findings.notes.add(notes);
        }
        findings.order = Some(Box::new(order));
        findings.close(case.waived);
        Ok(findings)
    }

    /// The order without prices; none where a name is not known any more.
    fn draft(&self, case: Case<'_>, standing: &Standing) -> Option<(Order, Notes)> {
        let currency = &standing.store.as_ref()?.currency;
        let mut notes = Notes::default();
        let exchange_rate = if *currency == self.company.currency {
            None
        } else {
            let rate = self.config.exchange_rates.get(currency).copied();
            if rate.is_none() {
                notes.wait(reasons::no_exchange_rate(currency), self.calls.clock.now().after(self.config.paused()));
            }
            rate
        };
        let business_date = case.placed_at.day_in(&self.zone);
        let stamp =
            Stamp { number: case.number, placed_at: case.placed_at, business_date: &business_date, exchange_rate };
        if !unknown_names(case.submission, standing).is_empty() {
            return None;
        }
        Some((draft(case.submission, standing, stamp)?, notes))
    }

    /// Nothing serves the interface; looked at again soon.
    pub(crate) fn no_connection(&self, notes: &mut Notes, interface: Interface, warehouse: Option<&str>) {
        let at = self.calls.clock.now().after(self.config.paused());
        notes.wait(reasons::no_connection(interface, warehouse), at);
    }
}

impl Findings {
    fn without_order(notes: Notes) -> Self {
        Self {
            order: None,
            priced: false,
            evaluation: Box::default(),
            stock: Stock::default(),
            credit: None,
            taken: 0,
            routes: Routes::default(),
            notes,
            waived: Vec::new(),
        }
    }

    fn put_prices(&mut self, order: &mut Order, prices: Priced) {
        if apply_prices(order, &prices.lines).is_err() {
            self.notes.reject(Text::new("金额超出范围，请拆分订单", "the amounts are too large; split the order"));
            return;
        }
        self.priced = true;
        self.evaluation.prices = prices.lines;
        self.evaluation.price_version = prices.version;
    }

    /// Takes out what a person has released, and moves what is kept into the evaluation.
    fn close(&mut self, waived: &[String]) {
        let (stand, gone) = reasons::without_waived(std::mem::take(&mut self.notes.reasons), waived);
        self.notes.reasons = stand;
        self.waived = gone;
        self.evaluation.steps = std::mem::take(&mut self.notes.steps);
        self.evaluation.flags = std::mem::take(&mut self.notes.flags);
    }
}

impl Evaluator<'_> {
    fn key(&self) -> RouteKey<'_> {
        RouteKey {
            store: &self.draft.store,
            region: &self.draft.region,
            warehouse: "",
            level: &self.draft.customer.level,
        }
    }

    fn exchange(&self) -> Exchange<'_> {
        Exchange { company: &self.inner.company.currency, order: &self.draft.currency, rate: self.draft.exchange_rate }
    }
}
