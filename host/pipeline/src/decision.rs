//! What follows from a judgement, written in one transaction; decided again where the store says no.

mod conclusion;
mod story;

use mortise_domain::evaluation::{Conclusion, Decided, Evaluation, Pending};
use mortise_domain::hold::Reason;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::{Order, OrderState};
use mortise_domain::ports::StoreError;
use mortise_domain::reasons;
use mortise_domain::text::Text;

use crate::evaluation::{Case, Findings, Known};
use crate::figures;
use crate::pipeline::Pipeline;

/// How often an order is judged, or decided, again at once; then it is left to the next worker.
const TRIES: usize = 4;

/// What was found out about an order and what it waits for.
#[derive(Debug)]
pub struct Judged {
    /// The order as judged; none where it could not be priced.
    pub order: Option<Box<Order>>,
    /// Prices, place, verdicts, marks, calls.
    pub evaluation: Box<Evaluation>,
    /// What it waits for.
    pub holds: Vec<Reason>,
    /// Why it was rejected.
    pub rejection: Option<Text>,
}

/// The end of a judgement.
#[derive(Debug)]
pub(crate) struct Ruling {
    pub state: OrderState,
    /// None where somebody else changed the order in the meantime.
    pub judged: Option<Judged>,
}

enum Step {
    Done(Ruling),
    Stale,
}

impl Pipeline {
    /// Judges an order and writes what follows. An error leaves it to the next worker, once its lease has ended.
    pub(crate) async fn judge(&self, pending: Pending, known: Option<Known>) -> Result<Ruling, StoreError> {
        let number = pending.number.clone();
        let ruling = self.judge_until_written(pending, known).await;
        if let Err(error) = &ruling {
            tracing::error!(order = number, %error, "the order could not be judged; tried again when its lease ends");
        }
        ruling
    }

    async fn judge_until_written(&self, mut pending: Pending, mut known: Option<Known>) -> Result<Ruling, StoreError> {
        for _ in 0..TRIES {
            let read = match known.take() {
                Some(read) => read,
                None => self.known(&pending.submission).await?,
            };
            let case = Case {
                submission: &pending.submission,
                number: &pending.number,
                id: Some(pending.id),
                placed_at: pending.placed_at,
                waived: &pending.waived,
                attachments: &pending.attachments,
            };
            let findings = self.0.evaluate(case, &read).await?;
            match self.decide(&pending, findings).await? {
                Step::Done(ruling) => return Ok(ruling),
                Step::Stale => {}
            }
            match self.0.orders.pending(pending.id).await? {
                Some(changed) => pending = changed,
                None => return self.settled_by_others(pending.id).await,
            }
        }
        Err(StoreError::Conflict(format!("the order {} keeps changing while it is judged", pending.number)))
    }

    async fn settled_by_others(&self, id: OrderId) -> Result<Ruling, StoreError> {
        Ok(Ruling { state: self.state_of(id).await?, judged: None })
    }

    /// Writes what follows. Where others took the stock or the credit in the meantime, decides again.
    async fn decide(&self, pending: &Pending, mut findings: Findings) -> Result<Step, StoreError> {
        for tried in 0..TRIES {
            let decision = self.0.conclude(pending, &mut findings);
            let (decision, decided) = self.0.deciding.write(decision).await?;
            // The batcher hands the decision back, so that nothing needs to be copied for it.
            findings.order = decision.order.or(findings.order);
            findings.evaluation = decision.evaluation;
            match decided {
                Decided::Written(state) => {
                    self.written(pending, &decision.verdict, state);
                    self.remember_place(pending, &findings, state, decision.at);
                    return Ok(Step::Done(findings.ruling(state, decision.verdict)));
                }
                Decided::Stale => return Ok(Step::Stale),
                Decided::OutOfStock(lost) => self.look_for_other_stock(&mut findings, lost, tried > 0).await?,
                Decided::OverCredit { open, limit } => {
                    let (taken, currency) = (findings.taken, &self.0.company.currency);
                    findings.notes.hold(reasons::credit_exceeded(limit, open, taken, currency));
                }
            }
        }
        Err(StoreError::Conflict(format!("the stock for the order {} keeps changing", pending.number)))
    }

    /// Others took stock after it was read: allocates from what is left, or holds the order. `again`: counting anew did not
    /// help, so the lost places are left out.
    async fn look_for_other_stock(
        &self,
        findings: &mut Findings,
        lost: Vec<(String, String)>,
        again: bool,
    ) -> Result<(), StoreError> {
        let stock = &mut findings.stock;
        let Some(oldest) = stock.readings.iter().map(|reading| reading.read_at).min() else { return Ok(()) };
        stock.promised = self.0.orders.promised(&stock.skus(), oldest).await?;
        if again {
            stock.promised.extend(lost.into_iter().map(|place| (place, i64::MAX)));
        }
        if !stock.allocate() {
            findings.notes.hold(reasons::short_stock(&stock.shortages));
        }
        if let Some(order) = &mut findings.order {
            stock.put_warehouses(order);
        }
        Ok(())
    }

    /// An order that waits does not ask the map again each time it is judged.
    fn remember_place(&self, pending: &Pending, findings: &Findings, state: OrderState, now: Instant) {
        let address = &pending.submission.ship_to;
        match &findings.evaluation.located {
            Some(located) if state == OrderState::Held => self.0.places.keep(pending.id, address, located, now),
            _ if pending.state == OrderState::Held => self.0.places.forget(pending.id),
            _ => {}
        }
    }

    fn written(&self, pending: &Pending, verdict: &Conclusion, state: OrderState) {
        if state != pending.state {
            figures::order(state.name());
        }
        let causes = match verdict {
            Conclusion::Confirm(confirmation) => !confirmation.deliveries.is_empty(),
            Conclusion::Hold { deliveries, .. } => !deliveries.is_empty(),
            Conclusion::Reject { .. } => false,
        };
        if causes {
            self.0.courier.wake();
        }
        if let Conclusion::Hold { reasons, .. } = verdict
            && reasons.iter().any(|reason| reason.approval.is_some())
        {
            self.0.approvals_due.notify_one();
        }
    }
}

impl Findings {
    fn ruling(self, state: OrderState, verdict: Conclusion) -> Ruling {
        let (holds, rejection) = match verdict {
            Conclusion::Confirm(_) => (Vec::new(), None),
            Conclusion::Hold { reasons, .. } => (reasons, None),
            Conclusion::Reject { reason } => (Vec::new(), Some(reason)),
        };
        let order = self.order.filter(|_| self.priced);
        let judged = Judged { order, evaluation: self.evaluation, holds, rejection };
        Ruling { state, judged: Some(judged) }
    }
}
