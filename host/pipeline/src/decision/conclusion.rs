//! From findings to a decision: reject, hold or confirm.

use mortise_domain::call::Interface;
use mortise_domain::confirmation::{deliveries, message};
use mortise_domain::connection::RouteKey;
use mortise_domain::delivery::NewDelivery;
use mortise_domain::evaluation::{Conclusion, Confirmation, Decision, Pending};
use mortise_domain::hold::{HoldKind, Reason};
use mortise_domain::instant::Instant;
use mortise_domain::order::{Order, OrderKind};
use mortise_domain::reasons;
use serde_json::json;

use super::story::story;
use crate::evaluation::Findings;
use crate::pipeline::Inner;

impl Inner {
    /// Decides. Takes the order and the evaluation out of the findings; the writer puts them back.
    pub(super) fn conclude(&self, pending: &Pending, findings: &mut Findings) -> Decision {
        let at = self.calls.clock.now();
        let verdict = self.verdict(pending, findings);
        let story = story(pending, findings, &verdict, at);
        Decision {
            order_id: pending.id,
            version: pending.version,
            order: if findings.priced { findings.order.take() } else { None },
            evaluation: std::mem::take(&mut findings.evaluation),
            verdict,
            at,
            story,
        }
    }

    fn verdict(&self, pending: &Pending, findings: &Findings) -> Conclusion {
        if let Some(reason) = &findings.notes.rejection {
            return Conclusion::Reject { reason: reason.clone() };
        }
        match &findings.order {
            Some(order) if findings.notes.reasons.is_empty() && findings.priced => {
                Conclusion::Confirm(Box::new(confirmation(order, findings)))
            }
            _ => self.hold(pending, findings),
        }
    }

    fn hold(&self, pending: &Pending, findings: &Findings) -> Conclusion {
        let mut reasons = findings.notes.reasons.clone();
        self.put_terms(&mut reasons, findings.order.as_deref().filter(|_| findings.priced), &pending.submission.store);
        let again_at = if reasons.iter().any(|reason| reason.kind == HoldKind::Technical) {
            findings.notes.again_at
        } else {
            Instant::NEVER
        };
        let new: Vec<&Reason> = reasons
            .iter()
            .filter(|reason| reason.kind == HoldKind::Business && !pending.open_holds.contains(&reason.code))
            .collect();
        let deliveries = match &findings.order {
            Some(order) if !new.is_empty() => self.held_messages(pending, order, &new),
            _ => Vec::new(),
        };
        Conclusion::Hold { reasons, again_at, deliveries }
    }

    /// Told only where a notifier lists the event by name: most companies see holds in the console.
    fn held_messages(&self, pending: &Pending, order: &Order, new: &[&Reason]) -> Vec<NewDelivery> {
        let key = RouteKey { store: &order.store, region: &order.region, warehouse: "", level: &order.customer.level };
        let notifiers = self.calls.plugins.serving(Interface::Notifier, key);
        let listed = notifiers.iter().filter(|connection| connection.events.iter().any(|event| event == "order-held"));
        let texts: Vec<_> = new.iter().map(|reason| &reason.text).collect();
        listed
            .map(|connection| {
                let mut told = message(&pending.number, &connection.name, "order-held", json!({ "reasons": texts }));
                // Each time it is held anew is an event of its own.
                told.key = format!("{}/{}", told.key, pending.version);
                told
            })
            .collect()
    }
}

fn confirmation(order: &Order, findings: &Findings) -> Confirmation {
    Confirmation {
        readings: findings.stock.readings_in_use(),
        reservations: findings.stock.reservations.clone(),
        credit: if order.kind == OrderKind::Return { 0 } else { findings.taken },
        credit_waived: findings.waived.iter().any(|code| code == reasons::CREDIT_EXCEEDED),
        deliveries: deliveries(order, &findings.stock.reservations, &findings.routes),
    }
}
