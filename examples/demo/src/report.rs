//! The report: worked out by the driver from its own record of answers, and from what it finds upstream.

mod documents;
mod flights;
mod lost;
mod messages;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

pub use documents::Documents;
pub use flights::Flights;
use lost::Due;

use crate::load::{Answer, Told};
use crate::orders::Sheet;
use crate::scenario::Found;

/// States in which every system must know an order.
const DUE: [&str; 3] = ["confirmed", "shipped", "completed"];

/// Of so many orders at least one is expected to be confirmed; a file of a few may well have none.
const MANY: usize = 20;

/// All that the report is worked out from.
#[derive(Debug)]
pub struct Evidence<'a> {
    pub sheet: &'a Sheet,
    pub answers: &'a [Answer],
    /// Each number that was answered, as the host shows it now; none: it does not know it.
    pub found: &'a BTreeMap<String, Option<Found>>,
    /// `/__sim/state`.
    pub state: &'a Value,
    /// `/__sim/counters`.
    pub counters: &'a Value,
    pub kills: &'a [i64],
    pub kills_in_flight: usize,
    /// Orders of the tickets that were opened, and whether each is still open.
    pub tickets: &'a [(String, bool)],
    /// Deliveries that are not tried again until a person replays them.
    pub waiting: u64,
    pub plugin_calls: u64,
    pub elapsed_ms: u128,
    /// What is stuck, if anything is.
    pub stuck: Option<&'a str>,
}

/// The report and what is wrong.
#[derive(Debug)]
pub struct Report {
    pub value: Value,
    /// Empty: all is well.
    pub problems: Vec<String>,
    /// Number of an order worth looking at.
    pub example: Option<String>,
}

/// An accepted order of the file.
struct Accepted<'a> {
    /// Place of the invoice in the file.
    at: usize,
    reference: &'a str,
    number: &'a str,
    found: Option<&'a Found>,
    due: Due<'a>,
}

impl Accepted<'_> {
    fn state(&self) -> &str {
        self.found.map_or("unknown", Found::state)
    }

    fn is_due(&self) -> bool {
        DUE.contains(&self.state())
    }
}

impl Evidence<'_> {
    /// Works it out.
    pub fn report(&self) -> Report {
        let accepted = self.accepted();
        let rejected = self.rejected();
        let numbers: BTreeSet<&str> = accepted.iter().map(|one| one.number).collect();
        let due: BTreeSet<&str> = accepted.iter().filter(|one| one.is_due()).map(|one| one.number).collect();
        let documents = Documents::read(self.state);
        let (orders, twice) = documents::figures(&documents.orders, "sales_orders", &numbers);
        let (receivables, owed_twice) = documents::figures(&documents.receivables, "posted", &numbers);
        let (picks, picked_twice) = documents::figures(&documents.picks, "posted", &numbers);
        let lost = lost(&accepted, &documents);
        let strangers = documents.strangers(&due);
        let silent = self.answers.iter().filter(|answer| matches!(answer.told, Told::Nothing(_))).count();
        let tickets: Vec<_> = self.tickets.iter().filter(|(order, _)| numbers.contains(order.as_str())).collect();
        let states = states(&accepted);
        let received = states.get("received").copied().unwrap_or_default();
        let value = json!({
            "invoices": self.sheet.invoices.len(),
            "accepted": accepted.len(),
            "rejected": rejected,
            "states": states,
            "held": held(&accepted),
            "due_at_erp": due.len(),
            "erp": orders,
            "receivables": receivables,
            "pick_tasks": picks,
            "notifications": messages::figures(&self.state["messages"], &numbers),
            "geocode_levels": levels(&accepted),
            "lost": lost.len(),
            "lost_details": lost,
            "unexpected_documents": strangers,
            "tickets": tickets.len(),
            "deliveries_waiting": self.waiting,
            "tickets_open": tickets.iter().filter(|(_, open)| *open).count(),
            "faults": self.counters["faults"],
            "upstream_requests": self.counters["total"],
            "kills": self.kills.len(),
            "kills_in_flight": self.kills_in_flight,
            "plugin_calls": self.plugin_calls,
            "elapsed_ms": u64::try_from(self.elapsed_ms).unwrap_or(u64::MAX),
            "stuck": self.stuck,
        });
        let mut problems: Vec<String> = [
            (lost.len(), "lost: numbers or documents that are missing"),
            (twice, "duplicate order documents at the ERP"),
            (owed_twice, "duplicate receivables"),
            (picked_twice, "duplicate pick tasks"),
            (strangers.len(), "documents upstream that no due order has caused"),
            (silent, "orders for which the host never gave an answer"),
            (accepted.len() - numbers.len(), "numbers that were given out twice"),
            (received, "orders that are not judged"),
            (usize::try_from(self.waiting).unwrap_or(usize::MAX), "deliveries that wait for a person"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        if due.is_empty() && accepted.len() >= MANY {
            problems.push(format!("{} orders were accepted and none is confirmed", accepted.len()));
        }
        problems.extend(self.stuck.map(|stuck| format!("nothing moves any more: {stuck}")));
        let example = accepted.iter().max_by_key(|one| (one.is_due(), Reverse(one.at)));
        let example = example.map(|one| one.number.to_owned());
        Report { value, problems, example }
    }

    fn accepted(&self) -> Vec<Accepted<'_>> {
        let mut accepted = Vec::new();
        for answer in self.answers {
            let Told::Number(number) = &answer.told else { continue };
            let Some(invoice) = self.sheet.invoices.get(answer.at) else { continue };
            let Ok(order) = &invoice.order else { continue };
            let found = self.found.get(number).and_then(Option::as_ref);
            accepted.push(Accepted {
                at: answer.at,
                reference: &invoice.reference,
                number,
                found,
                due: Due::new(number, order),
            });
        }
        accepted
    }

    /// All invoices without a number, in the order of the file.
    fn rejected(&self) -> Vec<Value> {
        let told: BTreeMap<usize, &Told> = self.answers.iter().map(|answer| (answer.at, &answer.told)).collect();
        let reason = |at: usize, order: &Result<_, String>| match (order, told.get(&at)) {
            (Err(reason), _) | (Ok(_), Some(Told::Refused(reason) | Told::Nothing(reason))) => Some(reason.clone()),
            (Ok(_), Some(Told::Number(_))) => None,
            (Ok(_), None) => Some("was not handed in".to_owned()),
        };
        let all = self.sheet.invoices.iter().enumerate();
        all.filter_map(|(at, invoice)| {
            reason(at, &invoice.order).map(|reason| json!({ "ref": invoice.reference, "reason": reason }))
        })
        .collect()
    }
}

/// Numbers that the host does not know, and what is missing upstream of those that are due.
fn lost(accepted: &[Accepted<'_>], documents: &Documents) -> Vec<String> {
    let lost = |one: &Accepted<'_>| match one.found {
        None => vec![format!("{}: the host does not know it any more", one.number)],
        Some(_) if one.is_due() => one.due.missing(documents),
        Some(_) => Vec::new(),
    };
    accepted.iter().flat_map(lost).collect()
}

fn states(accepted: &[Accepted<'_>]) -> BTreeMap<String, usize> {
    let mut states: BTreeMap<String, usize> = BTreeMap::from([("received".to_owned(), 0)]);
    for one in accepted {
        *states.entry(one.state().to_owned()).or_default() += 1;
    }
    states
}

/// Orders that wait or were rejected after they got their number, with the reason.
fn held(accepted: &[Accepted<'_>]) -> Vec<Value> {
    let waiting = accepted.iter().filter(|one| ["held", "rejected"].contains(&one.state()));
    waiting
        .filter_map(|one| {
            let found = one.found?;
            let codes: Vec<&Value> = found.holds().map(|hold| &hold["code"]).collect();
            Some(json!({
                "ref": one.reference, "number": one.number, "state": one.state(), "codes": codes, "reason": found.reason(),
            }))
        })
        .collect()
}

fn levels(accepted: &[Accepted<'_>]) -> BTreeMap<String, usize> {
    let mut levels = BTreeMap::new();
    for one in accepted {
        let level = one.found.and_then(Found::level).unwrap_or("not-asked");
        *levels.entry(level.to_owned()).or_default() += 1;
    }
    levels
}
