//! What the timeline tells about a decision. Personal data stays in the order and its holds.

use mortise_domain::evaluation::{Conclusion, Pending};
use mortise_domain::hold::HoldKind;
use mortise_domain::instant::Instant;
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::evaluation::Findings;

/// Entries of a decision. An order that merely goes on waiting for the same things adds nothing.
pub(super) fn story(pending: &Pending, findings: &Findings, verdict: &Conclusion, at: Instant) -> Vec<Entry> {
    let reasons = match verdict {
        Conclusion::Hold { reasons, .. } => reasons.as_slice(),
        Conclusion::Confirm(_) | Conclusion::Reject { .. } => &[],
    };
    let opened: Vec<_> = reasons.iter().filter(|reason| !pending.open_holds.contains(&reason.code)).collect();
    let released: Vec<&String> =
        pending.open_holds.iter().filter(|code| reasons.iter().all(|reason| reason.code != **code)).collect();
    if matches!(verdict, Conclusion::Hold { .. }) && opened.is_empty() && released.is_empty() {
        return Vec::new();
    }
    let mut story = vec![Entry::host(at, "order.evaluated", json!({ "steps": findings.evaluation.steps }))];
    for code in released {
        story.push(Entry::host(at, "hold.released", json!({ "code": code })));
    }
    for reason in opened {
        let kind = match reason.kind {
            HoldKind::Business => "business",
            HoldKind::Technical => "technical",
        };
        story.push(Entry::host(at, "hold.opened", json!({ "code": reason.code, "kind": kind })));
        if let Some(terms) = &reason.approval {
            let asked = json!({
                "code": reason.code, "route": terms.route, "approvers": terms.approvers, "deadline_hours": terms.deadline_hours,
            });
            story.push(Entry::host(at, "approval.requested", asked));
        }
    }
    story.push(match verdict {
        Conclusion::Confirm(confirmation) => {
            let order = findings.order.as_deref();
            let data = json!({
                "gross": order.map(|order| order.totals.gross),
                "currency": order.map(|order| &order.currency),
                "price_version": findings.evaluation.price_version,
                "deliveries": confirmation.deliveries.len(),
                "waived": findings.waived,
                "flags": findings.evaluation.flags,
            });
            Entry::host(at, "order.confirmed", data)
        }
        Conclusion::Hold { .. } => {
            let codes: Vec<&String> = reasons.iter().map(|reason| &reason.code).collect();
            Entry::host(at, "order.held", json!({ "holds": codes, "waived": findings.waived }))
        }
        Conclusion::Reject { reason } => Entry::host(at, "order.rejected", json!({ "reason": reason })),
    });
    story
}
