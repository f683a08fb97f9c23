//! A quote: the same judgement as of an order, with nothing stored.

use mortise_domain::allocation::Shortage;
use mortise_domain::decimal::Decimal;
use mortise_domain::evaluation::StepRecord;
use mortise_domain::hold::Reason;
use mortise_domain::instant::Instant;
use mortise_domain::inventory::Reservation;
use mortise_domain::order::Order;
use mortise_domain::place::Located;
use mortise_domain::policy::{Credit, Verdict};
use mortise_domain::ports::StoreError;
use mortise_domain::pricing::LinePrice;
use mortise_domain::submission::Submission;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::evaluation::{Case, Findings, Stock};
use crate::pipeline::Pipeline;
use crate::submission::Refused;

/// All that would apply if the order were submitted now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Quote {
    /// The order without a number; its amounts count where `priced`.
    pub order: Order,
    /// Are all lines priced?
    pub priced: bool,
    /// Prices with their explanations.
    pub prices: Vec<LinePrice>,
    /// Version of price list and rules.
    pub price_version: String,
    /// What may be promised of each item in each warehouse.
    pub stock: Vec<StockFigure>,
    /// From where each line would ship.
    pub reservations: Vec<Reservation>,
    /// Lines for which there is too little.
    pub shortages: Vec<Shortage>,
    /// In the order's currency.
    pub credit: Option<Credit>,
    /// Where it goes, with the candidates of a vague address.
    pub located: Option<Located>,
    /// What the rules say.
    pub verdicts: Vec<Verdict>,
    /// What it would wait for: the approval route among them.
    pub holds: Vec<Reason>,
    /// Why it would be rejected.
    pub rejection: Option<Text>,
    /// Marks that people see.
    pub flags: Vec<Text>,
    /// The calls that were made.
    pub steps: Vec<StepRecord>,
}

/// What may be promised of an item in a warehouse, in base units: the upstream's figure less earlier promises.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StockFigure {
    /// Code of the warehouse.
    pub warehouse: String,
    /// The item.
    pub sku: String,
    /// Not below zero.
    pub available: Decimal,
    /// When the upstream was asked.
    pub read_at: Instant,
    /// The upstream does not answer now; this is what it said last.
    pub stale: bool,
}

impl Pipeline {
    /// Judges without storing anything. Faults are those of a submission.
    pub async fn quote(&self, submission: Submission) -> Result<Quote, Refused> {
        let known = self.checked(&submission, None).await?;
        let placed_at = submission.placed_at.unwrap_or_else(|| self.0.calls.clock.now());
        let case = Case { submission: &submission, number: "", id: None, placed_at, waived: &[], attachments: &[] };
        let findings = self.0.evaluate(case, &known).await?;
        // The names have just been checked, so that there is an order.
        let missing =
            || StoreError::Inconsistent { what: "quote", detail: "a name vanished while it was judged".into() };
        let Findings { order, priced, evaluation, stock, credit, mut notes, .. } = findings;
        self.0.put_terms(&mut notes.reasons, order.as_deref().filter(|_| priced), &submission.store);
        Ok(Quote {
            order: *order.ok_or_else(missing)?,
            priced,
            prices: evaluation.prices,
            price_version: evaluation.price_version,
            stock: figures(&stock),
            reservations: stock.reservations,
            shortages: stock.shortages,
            credit,
            located: evaluation.located,
            verdicts: evaluation.verdicts,
            holds: notes.reasons,
            rejection: notes.rejection,
            flags: evaluation.flags,
            steps: evaluation.steps,
        })
    }
}

fn figures(stock: &Stock) -> Vec<StockFigure> {
    let figure = |reading: &mortise_domain::inventory::Reading| {
        let place = (reading.warehouse.clone(), reading.sku.clone());
        let promised = stock.promised.get(&place).copied().unwrap_or(0);
        let free = reading.available.to_micros().unwrap_or(0).saturating_sub(promised).max(0);
        let owner = stock.owners.get(&reading.warehouse);
        StockFigure {
            warehouse: place.0,
            sku: place.1,
            available: Decimal::from_micros(free).trimmed(),
            read_at: reading.read_at,
            stale: owner.is_some_and(|owner| stock.stale.contains(owner)),
        }
    };
    stock.readings.iter().map(figure).collect()
}
