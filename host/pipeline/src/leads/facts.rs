//! What conditions see of a lead.
//!
//! `lead` (number, store, owner, source, grade, stage, name, company, province, city, district, tags, customer, attributes, the five
//! elements in `profile`, created_at, stage_at, touched_at, answered_at, assigned_at), `visits` and `touches` (kind, at, first_call), `files` (name,
//! pdf, at), `approvals` (at), `first_call` (was its form filled in?), `quote_opened` (how often), `last_message_at` (of theirs),
//! `open_tasks`, `ended`, `won`, `now`, and the lengths `hour` and `day`. Moments are seconds since 1970, 0 where there is none.

use std::collections::HashMap;
use std::sync::Arc;

use cel::{Context, Env, Value};
use mortise_domain::instant::Instant;
use mortise_domain::lead::Lead;
use mortise_domain::lead::rules::LeadRules;
use mortise_domain::lead::stage::Ending;
use mortise_domain::lead::touch::TouchKind;
use mortise_domain::ports::leads::Facts;

use super::expression;

/// The facts of one lead, ready for conditions.
pub fn context<'a>(facts: &Facts, rules: &LeadRules, now: Instant, env: &Arc<Env>) -> Context<'a, 'a> {
    let mut context = expression::context(env);
    let touch = |(kind, at, form): &(TouchKind, Instant, bool)| {
        map([("kind", kind.name().into()), ("at", seconds(*at)), ("first_call", Value::Bool(*form))])
    };
    let of = |kind: TouchKind| facts.touches.iter().filter(move |(found, ..)| *found == kind);
    let files = facts.files.iter().map(|(name, media_type, at)| {
        let pdf = media_type == "application/pdf" && name.to_lowercase().ends_with(".pdf");
        map([("name", name.as_str().into()), ("pdf", Value::Bool(pdf)), ("at", seconds(*at))])
    });
    let approvals = facts.approvals.iter().map(|at| map([("at", seconds(*at))]));
    let ending = rules.stage(&facts.lead.stage).and_then(|stage| stage.ending);
    let last_message = of(TouchKind::Inbound).map(|(_, at, _)| *at).max();
    for (name, value) in [
        ("lead", lead(&facts.lead)),
        ("touches", list(facts.touches.iter().map(touch))),
        ("visits", list(of(TouchKind::Visit).map(touch))),
        ("files", list(files)),
        ("approvals", list(approvals)),
        ("first_call", Value::Bool(facts.touches.iter().any(|(_, _, form)| *form))),
        ("quote_opened", Value::Int(i64::try_from(of(TouchKind::QuoteOpened).count()).unwrap_or(i64::MAX))),
        ("last_message_at", moment(last_message)),
        ("open_tasks", Value::Int(facts.open_tasks)),
        ("ended", Value::Bool(ending.is_some())),
        ("won", Value::Bool(ending == Some(Ending::Won))),
        ("now", seconds(now)),
        ("hour", Value::Int(3_600)),
        ("day", Value::Int(86_400)),
    ] {
        context.add_variable_from_value(name, value);
    }
    context
}

fn lead(lead: &Lead) -> Value {
    let details = &lead.details;
    let attributes: HashMap<String, Value> =
        details.attributes.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    map([
        ("number", lead.number.as_str().into()),
        ("store", lead.store.as_str().into()),
        ("owner", lead.owner.as_str().into()),
        ("source", lead.source.as_str().into()),
        ("grade", lead.grade.name().into()),
        ("stage", lead.stage.as_str().into()),
        ("name", details.name.as_str().into()),
        ("company", details.company.as_str().into()),
        ("province", details.province.as_str().into()),
        ("city", details.city.as_str().into()),
        ("district", details.district.as_str().into()),
        ("tags", list(details.tags.iter().map(|tag| tag.as_str().into()))),
        ("customer", lead.customer.as_str().into()),
        ("attributes", attributes.into()),
        ("profile", map(details.profile.elements().map(|(name, value)| (name, value.into())))),
        ("created_at", seconds(lead.created_at)),
        ("stage_at", seconds(lead.stage_at)),
        ("touched_at", moment(lead.touched_at)),
        ("answered_at", moment(lead.answered_at)),
        ("assigned_at", moment(lead.assigned_at)),
    ])
}

fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    HashMap::from(fields.map(|(name, value)| (name.to_owned(), value))).into()
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(Arc::new(items.collect()))
}

fn seconds(at: Instant) -> Value {
    Value::Int(at.0.div_euclid(1_000_000))
}

fn moment(at: Option<Instant>) -> Value {
    at.map_or(Value::Int(0), seconds)
}
