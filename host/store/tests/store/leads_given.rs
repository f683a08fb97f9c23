//! Who has which lead: given by score or by hand, lost, taken over; and who sees it in the figures.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::instant::Instant;
use mortise_domain::lead::assignment::Scored;
use mortise_domain::lead::touch::TouchKind;
use mortise_domain::lead::{Details, LeadEntry, number};
use mortise_domain::ports::leads::{Firing, Judgement, Leads, Timer};
use mortise_domain::timeline::Entry;
use mortise_store::{LeadFilter, PageRequest, StayFilter, TaskFilter, Viewer};
use serde_json::json;

use crate::harness::{Harness, on_both};
use crate::leads::{ALL, entry, get, ladder, take};
use crate::leads_apart::{hand_to, of, reach, touch, two_stores};

on_both! {
    whoever_gets_a_lead_by_hand_has_the_whole_time,
    whoever_did_not_answer_is_not_the_next,
    a_timer_does_nothing_about_another_version,
    a_lead_that_has_changed_is_not_given,
    rules_are_judged_once_for_each_lead,
    one_that_cannot_be_read_stops_no_other,
    what_was_absorbed_counts_where_it_is,
    a_lead_of_another_store_is_not_named,
    tags_are_told_by_their_letters,
    who_may_not_see_numbers_finds_nothing_by_them,
    a_touch_is_noted_once_in_a_while,
}

fn scored(actor: &str) -> Scored {
    Scored { actor: actor.into(), score: 80, parts: Vec::new() }
}

async fn give(h: &Harness, lead: mortise_domain::ids::LeadId, to: &str) {
    let version = get(h, lead).await.version;
    assert!(h.store.assign_lead((lead, version), &scored(to), h.now()).await.unwrap());
}

async fn whoever_gets_a_lead_by_hand_has_the_whole_time(h: Harness) {
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    give(&h, lead, "user:anna").await;
    h.advance(6_600);
    hand_to(&h, lead, "user:bob", "user:boss").await;
    assert_eq!(get(&h, lead).await.assigned_at, Some(h.now()), "from now on, not since it was anna's");
    let shares = h.store.lead_shares(&Reach::All, Instant(0)).await.unwrap();
    let shown: Vec<_> = shares.iter().map(|one| (one.owner.as_str(), one.assigned, one.scored, one.score)).collect();
    assert_eq!(shown, [("user:anna", 1, 1, 80), ("user:bob", 1, 0, 0)]);
    // What bob answers is not anna's.
    h.advance(60);
    h.store.touch_lead(lead, &touch(TouchKind::Call), "user:bob").await.unwrap();
    let shares = h.store.lead_shares(&Reach::All, Instant(0)).await.unwrap();
    let shown: Vec<_> = shares.iter().map(|one| (one.owner.as_str(), one.answered, one.answer_seconds)).collect();
    assert_eq!(shown, [("user:anna", 0, 0), ("user:bob", 1, 60)]);
    hand_to(&h, lead, "user:carl", "user:carl").await;
    assert_eq!(get(&h, lead).await.assigned_at, None, "who takes it themselves is not timed");
}

async fn whoever_did_not_answer_is_not_the_next(h: Harness) {
    two_stores(&h).await;
    for name in ["anna", "bob"] {
        h.raw_text(format!(
            "INSERT INTO users (id, name, display_name, language, roles, stores, regions, created_at) \
             VALUES ({}, '{name}', '{name}', 'en', '[\"sales\"]', '[\"S1\"]', '[]', 0)",
            name.len()
        ))
        .await;
    }
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    give(&h, lead, "user:anna").await;
    hand_to(&h, lead, "user:bob", "user:boss").await;
    hand_to(&h, lead, "", "user:boss").await;
    let candidates = h.store.lead_candidates(lead, &[], &[]).await.unwrap();
    let missed: Vec<_> = candidates.iter().map(|one| (one.actor.as_str(), one.missed)).collect();
    assert_eq!(missed, [("user:anna", true), ("user:bob", true)], "both had it once");
}

fn timer(h: &Harness, lead: mortise_domain::ids::LeadId) -> Timer {
    Timer { lead, rule: "unanswered-2h".into(), since: h.now(), due_at: h.now().after(Duration::from_secs(10)) }
}

async fn a_timer_does_nothing_about_another_version(h: Harness) {
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    give(&h, lead, "user:anna").await;
    let (timer, version) = (timer(&h, lead), get(&h, lead).await.version);
    let judgement = Judgement { lead, version, raised: None, timers: vec![timer.clone()], at: h.now() };
    assert_eq!(h.store.judge_leads(0, &[judgement]).await.unwrap(), 1);
    h.advance(30);
    // Anna calls between the look and the deed.
    h.store.touch_lead(lead, &touch(TouchKind::Call), "user:anna").await.unwrap();
    let entry = Entry::host(h.now(), "lead.timer", json!({}));
    let firing = Firing { timer: timer.clone(), version, task: None, unassign: true, entry };
    assert!(!h.store.fire_lead_timer(&firing).await.unwrap());
    assert_eq!(get(&h, lead).await.owner, "user:anna");
    h.store.stop_lead_timer(&timer, Some(version)).await.unwrap();
    assert_eq!(
        h.store.due_lead_timers(h.now(), 9).await.unwrap(),
        std::slice::from_ref(&timer),
        "it may be wanted again"
    );
    h.store.stop_lead_timer(&timer, Some(get(&h, lead).await.version)).await.unwrap();
    assert_eq!(h.store.due_lead_timers(h.now(), 9).await.unwrap(), []);
}

async fn a_lead_that_has_changed_is_not_given(h: Harness) {
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    let waiting = h.store.unassigned_leads(h.now(), &[], 9).await.unwrap();
    assert_eq!(waiting, [(lead, get(&h, lead).await.version)]);
    h.store.touch_lead(lead, &touch(TouchKind::Note), "user:boss").await.unwrap();
    assert!(!h.store.assign_lead(waiting[0], &scored("user:anna"), h.now()).await.unwrap());
    give(&h, lead, "user:anna").await;
}

async fn rules_are_judged_once_for_each_lead(h: Harness) {
    let entries: Vec<LeadEntry> = (0..9).map(|at| entry(&format!("X{at}"), "甲", "", "")).collect();
    let leads: Vec<_> = take(&h, &entries).await.iter().map(|taken| taken.lead()).collect();
    let mut judged = Vec::new();
    for _ in 0..3 {
        let batch = h.store.unjudged_leads(1, 3).await.unwrap();
        for lead in &batch {
            let version = get(&h, *lead).await.version;
            let judgement = Judgement { lead: *lead, version, raised: None, timers: vec![], at: h.now() };
            h.store.judge_leads(1, &[judgement]).await.unwrap();
        }
        judged.extend(batch);
    }
    judged.sort();
    assert_eq!(judged, leads, "three at a time, each once");
    assert_eq!(h.store.unjudged_leads(1, 3).await.unwrap(), []);
}

async fn one_that_cannot_be_read_stops_no_other(h: Harness) {
    let taken = take(&h, &[entry("X1", "甲", "", ""), entry("X2", "乙", "", ""), entry("X3", "丙", "", "")]).await;
    let leads: Vec<_> = taken.iter().map(|taken| taken.lead()).collect();
    h.store.touch_lead(leads[1], &touch(TouchKind::Note), "user:boss").await.unwrap();
    h.raw_text(format!("UPDATE leads SET grade = 'S' WHERE id = {}", leads[0].0)).await;
    h.raw_text(format!("UPDATE lead_touches SET kind = 'hologram' WHERE lead_id = {}", leads[1].0)).await;
    let facts = h.store.lead_facts(&leads).await.unwrap();
    assert_eq!(facts.iter().map(|facts| facts.lead.id).collect::<Vec<_>>(), [leads[2]]);
}

async fn what_was_absorbed_counts_where_it_is(h: Harness) {
    two_stores(&h).await;
    let two =
        [of("S1", "", entry("", "甲", "+8613800000001", "")), of("S2", "", entry("", "乙", "+8613800000002", ""))];
    let taken = take(&h, &two).await;
    let (first, second) = (taken[0].lead(), taken[1].lead());
    give(&h, second, "user:lee").await;
    let task = mortise_domain::lead::task::NewTask {
        action: "回电".into(),
        due_at: h.now(),
        obstacle: String::new(),
        assignee: "user:lee".into(),
    };
    h.store.add_lead_task(second, &task, "user:lee").await.unwrap();
    h.store.join_leads(first, second, "user:boss", &ladder()).await.unwrap();
    h.advance(60);
    h.store.touch_lead(first, &touch(TouchKind::Call), "user:lee").await.unwrap();
    let shares = h.store.lead_shares(&Reach::All, Instant(0)).await.unwrap();
    assert_eq!((shares[0].answered, shares[0].answer_seconds), (1, 60), "answered after the merge");
    // The store that has the lead now sees its tasks.
    let reach = reach(&["S1"]);
    let viewer = Viewer { reach: &reach, actor: "user:anna" };
    let seen = h.store.list_lead_tasks(viewer, &TaskFilter::default(), &PageRequest::default()).await.unwrap();
    assert_eq!(seen.items.iter().map(|row| row.lead.clone()).collect::<Vec<_>>(), [number(first)]);
}

async fn a_lead_of_another_store_is_not_named(h: Harness) {
    two_stores(&h).await;
    let lead = take(&h, &[of("S1", "", entry("", "甲", "+8613800000001", ""))]).await[0].lead();
    let filter = StayFilter { since: Instant(0), until: Instant::NEVER, store: None };
    let reach = reach(&["S1"]);
    let anna = Viewer { reach: &reach, actor: "user:anna" };
    assert_eq!(h.store.stuck_leads(anna, &filter, &[], 3).await.unwrap().len(), 1);
    h.raw_text(format!("UPDATE leads SET store = 'S2', name = '改名' WHERE id = {}", lead.0)).await;
    assert_eq!(h.store.stuck_leads(anna, &filter, &[], 3).await.unwrap(), []);
    assert_eq!(h.store.stuck_leads(ALL, &filter, &[], 3).await.unwrap().len(), 1);
    // The stay itself is the store's still.
    let figures = h.store.stage_figures(&reach, &filter, &[], h.now()).await.unwrap();
    assert_eq!(figures[0].entered, 1);
}

async fn tags_are_told_by_their_letters(h: Harness) {
    let tagged = |id: &str, tag: &str| {
        let entry = entry(id, "甲", "", "");
        LeadEntry { details: Details { tags: [tag.to_owned()].into(), ..entry.details }, ..entry }
    };
    let taken = take(&h, &[tagged("X1", "VIP"), tagged("X2", "vip"), tagged("X3", "VIP%")]).await;
    let found = async |tag: &str| {
        let filter = LeadFilter { tag: Some(tag.into()), ..LeadFilter::default() };
        let page = h.store.list_leads(ALL, &filter, &PageRequest::default()).await.unwrap();
        page.items.iter().map(|lead| lead.id).collect::<Vec<_>>()
    };
    assert_eq!(found("VIP").await, [taken[0].lead()]);
    assert_eq!(found("vip").await, [taken[1].lead()]);
    assert_eq!(found("VIP%").await, [taken[2].lead()]);
    assert_eq!(found("V").await, []);
}

async fn who_may_not_see_numbers_finds_nothing_by_them(h: Harness) {
    take(&h, &[entry("X1", "甲机", "+8613800000001", "")]).await;
    let count = async |search: &str, blind: bool| {
        let filter = LeadFilter { search: Some(search.into()), region: "CN".into(), blind, ..LeadFilter::default() };
        h.store.count_leads(ALL, &filter).await.unwrap().len()
    };
    assert_eq!((count("13800000001", false).await, count("13800000001", true).await), (1, 0));
    assert_eq!((count("甲机", true).await, count("X1", true).await), (1, 1));
    // Nor where somebody has written one into a name.
    take(&h, &[entry("13900000002", "打 139 0000 0002", "", "")]).await;
    for search in ["139 0000", "0002"] {
        assert_eq!((count(search, false).await, count(search, true).await), (1, 0), "{search}");
    }
}

async fn a_touch_is_noted_once_in_a_while(h: Harness) {
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    let hour = Duration::from_hours(1);
    let note = async |actor: &str| {
        let since = h.now().before(hour);
        h.store.touch_lead_once(lead, &touch(TouchKind::Inbound), actor, since).await.unwrap().is_some()
    };
    assert!(note("form:S1").await);
    assert!(!note("form:S1").await);
    assert!(note("form:S2").await);
    h.advance(3_601);
    assert!(note("form:S1").await);
}
