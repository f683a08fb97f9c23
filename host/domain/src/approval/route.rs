//! Approval routes: which holds ask whom, by when, and who is next. They are data that a business changes; see `rules`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{APPROVAL, Approver, Terms};
use crate::access::Role;
use crate::decimal::Decimal;
use crate::hold::{HoldKind, Reason};
use crate::submission::FieldError;
use crate::text::Text;

/// Most routes; most approvers of a route.
const MOST_ROUTES: usize = 200;
const MOST_APPROVERS: usize = 20;
/// Longest deadline: 30 days.
const MOST_HOURS: u32 = 720;

/// Routes in order; the first that fits a hold is its route. A hold that none fits is released by one person, as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApprovalRoutes {
    /// The routes.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Route {
    /// Stable name: lower-case letters, digits, hyphens.
    pub code: String,
    /// For people.
    pub title: Text,
    /// Is it used?
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Codes of the holds that it is for; empty: all holds that name an approval.
    #[serde(default)]
    pub holds: Vec<String>,
    /// Only orders that amount to more than this, with tax, in the company's currency.
    #[serde(default)]
    pub above: Option<Decimal>,
    /// Only orders of these regions; empty: of all.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Only orders of these stores; empty: of all.
    #[serde(default)]
    pub stores: Vec<String>,
    /// All of them must agree; empty: those whom the hold names.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub approvers: Vec<Approver>,
    /// Nobody may agree before a file is attached to the order.
    #[serde(default)]
    pub attachment: bool,
    /// Hours until the next one of `escalate` is asked too.
    #[serde(default = "a_day")]
    pub deadline_hours: u32,
    /// Hours after which those who are asked are reminded.
    #[serde(default = "most_of_a_day")]
    pub remind_hours: u32,
    /// Who is asked too when a deadline has passed, one after the other.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub escalate: Vec<Approver>,
}

const fn yes() -> bool {
    true
}
const fn a_day() -> u32 {
    24
}
const fn most_of_a_day() -> u32 {
    20
}

/// What a route looks at, beside the hold.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The order's amount with tax in major units of the company's currency; none: not known.
    pub gross: Option<Decimal>,
    /// Code of its store.
    pub store: &'a str,
    /// Code of its region.
    pub region: &'a str,
}

impl Default for ApprovalRoutes {
    /// Large amounts: the regional director and finance; discounts over authority: the regional director. Whatever else names
    /// approvals asks those whom it names.
    fn default() -> Self {
        let route = |code: &str, zh: &str, en: &str, holds: &[&str], approvers: &[Role]| Route {
            code: code.to_owned(),
            title: Text::new(zh, en),
            enabled: true,
            holds: holds.iter().map(|&code| code.to_owned()).collect(),
            above: None,
            regions: Vec::new(),
            stores: Vec::new(),
            approvers: approvers.iter().copied().map(Approver::Role).collect(),
            attachment: false,
            deadline_hours: a_day(),
            remind_hours: most_of_a_day(),
            escalate: vec![Approver::Role(Role::Admin)],
        };
        let both = [Role::Supervisor, Role::Finance];
        Self {
            routes: vec![
                route("large-amount", "大额订单", "Large amounts", &["amount-over-limit"], &both),
                route(
                    "discount",
                    "折扣超权限",
                    "Discounts over authority",
                    &["discount-over-authority"],
                    &[Role::Supervisor],
                ),
                route("as-named", "按规则指定审批", "Whom the rule names", &[], &[]),
            ],
        }
    }
}

impl ApprovalRoutes {
    /// What this hold waits for; none: it is released by one person.
    pub fn terms(&self, reason: &Reason, scene: Scene<'_>) -> Option<Terms> {
        if reason.kind != HoldKind::Business {
            return None;
        }
        self.routes.iter().filter(|route| route.fits(reason, scene)).find_map(|route| route.terms(reason))
    }

    /// All that is wrong, field by field.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.routes.len() > MOST_ROUTES {
            faults.push(FieldError::new("routes", format!("at most {MOST_ROUTES} routes: merge or remove some")));
        }
        let mut codes = BTreeSet::new();
        for (at, route) in self.routes.iter().enumerate() {
            let mut fault =
                |field: &str, message: String| faults.push(FieldError::new(format!("routes[{at}].{field}"), message));
            if !codes.insert(route.code.as_str()) {
                fault("code", format!("{:?} is used twice: give each route a code of its own", route.code));
            }
            route.check(&mut fault);
        }
        faults
    }
}

impl Route {
    fn fits(&self, reason: &Reason, scene: Scene<'_>) -> bool {
        let among = |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
        let named = || reason.needs.iter().any(|need| need.kind == APPROVAL);
        let hold = if self.holds.is_empty() { named() } else { self.holds.contains(&reason.code) };
        let above = self.above.is_none_or(|above| scene.gross.is_none_or(|gross| gross > above));
        self.enabled && hold && above && among(&self.regions, scene.region) && among(&self.stores, scene.store)
    }

    fn terms(&self, reason: &Reason) -> Option<Terms> {
        let mut approvers = self.approvers.clone();
        if approvers.is_empty() {
            let named = reason.needs.iter().filter(|need| need.kind == APPROVAL);
            approvers.extend(named.map(|need| Approver::of_need(&need.role)));
        }
        let mut known = BTreeSet::new();
        approvers.retain(|approver| known.insert(approver.clone()));
        (!approvers.is_empty()).then(|| Terms {
            route: self.code.clone(),
            title: self.title.clone(),
            approvers,
            escalate: self.escalate.iter().filter(|next| !known.contains(*next)).cloned().collect(),
            deadline_hours: self.deadline_hours,
            remind_hours: self.remind_hours,
            attachment: self.attachment,
        })
    }

    fn check(&self, fault: &mut dyn FnMut(&str, String)) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.code.is_empty() || self.code.len() > 64 || !self.code.bytes().all(plain) {
            fault("code", "use 1 to 64 lower-case letters, digits and hyphens".into());
        }
        for (field, text) in [("title.zh", &self.title.zh), ("title.en", &self.title.en)] {
            if text.trim().is_empty() || text.chars().count() > 100 {
                fault(field, "must have 1 to 100 characters".into());
            }
        }
        if !(1..=MOST_HOURS).contains(&self.deadline_hours) {
            fault("deadline-hours", format!("must be between 1 and {MOST_HOURS}"));
        }
        if self.remind_hours == 0 || self.remind_hours >= self.deadline_hours {
            fault("remind-hours", "must be at least 1 and less than deadline-hours".into());
        }
        if self.above.is_some_and(|above| above < Decimal::ZERO) {
            fault("above", "must not be negative; leave it out for all amounts".into());
        }
        for (field, list) in [("approvers", &self.approvers), ("escalate", &self.escalate)] {
            if list.len() > MOST_APPROVERS {
                fault(field, format!("at most {MOST_APPROVERS} entries"));
            }
            for (at, approver) in list.iter().enumerate() {
                if let Approver::Word(word) = approver
                    && let Err(message) = word.parse::<Approver>()
                {
                    fault(&format!("{field}[{at}]"), message);
                }
            }
        }
        for (field, list) in [("holds", &self.holds), ("regions", &self.regions), ("stores", &self.stores)] {
            if list.len() > MOST_ROUTES || list.iter().any(|code| code.is_empty() || code.len() > 64) {
                fault(field, format!("at most {MOST_ROUTES} codes of 1 to 64 characters"));
            }
        }
    }
}
