//! Leads: nothing is lost, nothing is doubled, and what was merged comes apart again.

use std::collections::BTreeSet;
use std::time::Duration;

use mortise_domain::access::{Places, Reach};
use mortise_domain::catalog::Store as Shop;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::stage::StageMove;
use mortise_domain::lead::touch::{NewTouch, TouchKind};
use mortise_domain::lead::{Contact, Details, Grade, Lead, LeadEntry, number};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{Firing, Intake, Judgement, Leads, Taken, Timer};
use mortise_domain::timeline::Entry;
use mortise_store::{LeadFilter, NewLeadFile, PageRequest, StayFilter, Viewer};
use serde_json::json;

use crate::harness::{Harness, on_both, together};

on_both! {
    entries_with_a_common_key_are_one_lead,
    an_entry_can_show_two_leads_to_be_one,
    what_was_added_comes_apart,
    what_is_known_already_changes_nothing,
    the_same_number_from_many_sides_is_one_lead,
    each_sees_their_own,
    a_person_is_forgotten_whole,
    touches_that_contradict_are_told,
    a_move_is_refused_where_somebody_was_faster,
    a_timer_goes_off_once,
    figures_are_right_to_the_lead,
}

pub const ALL: Viewer<'static> = Viewer { reach: &Reach::All, actor: "test" };

pub fn entry(external_id: &str, name: &str, phone: &str, company: &str) -> LeadEntry {
    let contacts = if phone.is_empty() {
        vec![]
    } else {
        vec![Contact { name: name.into(), phone: phone.into(), ..Contact::default() }]
    };
    LeadEntry {
        external_id: external_id.into(),
        store: "S1".into(),
        details: Details { name: name.into(), company: company.into(), contacts, ..Details::default() },
        ..LeadEntry::default()
    }
}

pub fn intake(entry: LeadEntry, at: Instant) -> Intake {
    let fingerprint = serde_json::to_string(&entry).unwrap();
    Intake { fingerprint, entry, way: "staff", actor: "till".into(), reach: Reach::All, at }
}

/// Stages by how far they are; a lost one is not among them.
pub fn ladder() -> Vec<String> {
    ["new", "called", "demo", "offer", "won"].map(str::to_owned).into()
}

pub async fn take(h: &Harness, entries: &[LeadEntry]) -> Vec<Taken> {
    let batch: Vec<Intake> = entries.iter().map(|entry| intake(entry.clone(), h.now())).collect();
    h.store.intake(&batch, &ladder()).await.unwrap()
}

pub async fn get(h: &Harness, id: LeadId) -> Lead {
    h.store.lead(id, ALL).await.unwrap().unwrap()
}

pub async fn events(h: &Harness, id: LeadId) -> Vec<String> {
    let story = h.store.lead_timeline(id, &PageRequest::default()).await.unwrap().items;
    story.into_iter().map(|entry| entry.event).collect()
}

async fn entries_with_a_common_key_are_one_lead(h: Harness) {
    let taken = take(
        &h,
        &[
            entry("X1", "张伟", "+8613800000001", ""),
            entry("", "张先生", "+8613800000001", "甲机械有限公司"),
            entry("X3", "李娜", "", "甲机械"),
            entry("X4", "王芳", "+8613800000004", ""),
        ],
    )
    .await;
    let [Taken::Created(first), Taken::Merged(second), Taken::Merged(third), Taken::Created(other)] = taken[..] else {
        panic!("{taken:?}")
    };
    assert_eq!((first, first), (second, third));
    assert_ne!(first, other);
    let lead = get(&h, first).await;
    assert_eq!((lead.details.name.as_str(), lead.details.company.as_str()), ("张伟", "甲机械有限公司"));
    assert_eq!(lead.external_ids, ["X1", "X3"]);
    assert_eq!((lead.stage.as_str(), lead.grade, lead.number), ("new", Grade::C, number(first)));
    assert_eq!(events(&h, first).await, ["lead.created", "lead.added-to", "lead.added-to"]);
    assert_eq!(h.store.lead_entries(first).await.unwrap().len(), 3);
    let filter =
        |search: &str| LeadFilter { search: Some(search.into()), region: "CN".into(), ..LeadFilter::default() };
    for (search, found) in [
        ("138 0000 0001", vec![first]),
        ("X4", vec![other]),
        ("甲机", vec![first]),
        ("x%", vec![]),
        ("", vec![other, first]),
    ] {
        let page = h.store.list_leads(ALL, &filter(search), &PageRequest::default()).await.unwrap();
        assert_eq!(page.items.iter().map(|lead| lead.id).collect::<Vec<_>>(), found, "{search}");
    }
}

async fn an_entry_can_show_two_leads_to_be_one(h: Harness) {
    let two = take(&h, &[entry("", "张伟", "+8613800000001", ""), entry("X2", "甲", "", "甲机械有限公司")]).await;
    let (first, second) = (two[0].lead(), two[1].lead());
    let touch = NewTouch {
        kind: TouchKind::Call,
        at: None,
        city: String::new(),
        note: "打过".into(),
        competitor: String::new(),
        need: String::new(),
        first_call: None,
    };
    h.store.touch_lead(second, &touch, "user:anna").await.unwrap();
    let taken = take(&h, &[entry("", "张总", "+8613800000001", "甲机械")]).await;
    assert_eq!(taken, [Taken::Merged(first)]);
    let lead = get(&h, second).await;
    assert_eq!((lead.id, lead.details.company.as_str()), (first, "甲机械有限公司"));
    assert_eq!(lead.touched_at, Some(h.now()), "what happened to the other happened to it");
    assert_eq!(h.store.lead_touches(first, &PageRequest::default()).await.unwrap().items.len(), 1);
    let merges = h.store.lead_merges(first).await.unwrap();
    assert_eq!((merges[0].other.clone(), merges[0].reason.clone()), (number(second), vec!["company".to_owned()]));

    assert_eq!(h.store.undo_lead_merge(first, merges[0].id, "user:boss").await.unwrap(), second);
    let (one, other) = (get(&h, first).await, get(&h, second).await);
    assert_eq!((one.id, other.id), (first, second));
    assert_eq!(other.external_ids, ["X2"]);
    assert_eq!(other.details.name, "甲");
    assert_eq!(h.store.lead_touches(second, &PageRequest::default()).await.unwrap().items.len(), 1);
    let again = h.store.undo_lead_merge(first, merges[0].id, "user:boss").await.unwrap_err();
    assert!(matches!(again, StoreError::Conflict(_)), "{again}");
    // Told apart by a person: the same key does not join them again; a person can.
    assert_eq!(take(&h, &[entry("", "张", "+8613800000001", "甲机械")]).await, [Taken::Merged(first)]);
    assert_eq!(get(&h, second).await.id, second);
    h.store.join_leads(second, first, "user:boss", &ladder()).await.unwrap();
    assert_eq!(get(&h, first).await.id, second);
}

async fn what_was_added_comes_apart(h: Harness) {
    let taken =
        take(&h, &[entry("X1", "张伟", "+8613800000001", ""), entry("X2", "李娜", "+8613800000001", "乙贸易")]).await;
    assert_eq!(taken[1], Taken::Merged(taken[0].lead()));
    let lead = taken[0].lead();
    let added = h.store.lead_entries(lead).await.unwrap().into_iter().find(|record| record.added).unwrap();
    let began = h.store.lead_entries(lead).await.unwrap().into_iter().find(|record| !record.added).unwrap();
    let own = h.store.undo_lead_entry(lead, added.id, "user:boss", "new").await.unwrap();
    let (one, other) = (get(&h, lead).await, get(&h, own).await);
    assert_eq!((one.details.company.as_str(), one.external_ids), ("", vec!["X1".to_owned()]));
    assert_eq!((other.details.name.as_str(), other.external_ids), ("李娜", vec!["X2".to_owned()]));
    // The file is imported again: each row finds its own.
    let again =
        take(&h, &[entry("X1", "张伟", "+8613800000001", ""), entry("X2", "李娜", "+8613800000001", "乙贸易")]).await;
    assert_eq!(again, [Taken::Known(lead), Taken::Known(own)]);
    let changed = take(&h, &[entry("X2", "李娜女士", "+8613800000001", "乙贸易")]).await;
    assert_eq!(changed, [Taken::Merged(own)]);
    assert!(matches!(h.store.undo_lead_entry(lead, began.id, "x", "new").await, Err(StoreError::Conflict(_))));
}

async fn what_is_known_already_changes_nothing(h: Harness) {
    let all: Vec<LeadEntry> = (0..300)
        .map(|at| entry(&format!("X{at}"), &format!("人{at}"), &format!("+86138{:08}", at % 250), ""))
        .collect();
    let first = take(&h, &all).await;
    let created = first.iter().filter(|taken| matches!(taken, Taken::Created(_))).count();
    assert_eq!((created, first.len()), (250, 300));
    let before =
        h.store.list_leads(ALL, &LeadFilter::default(), &PageRequest { after: None, limit: 500 }).await.unwrap();
    h.advance(60);
    let second = take(&h, &all).await;
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(Taken::Known(first.lead()), *second);
    }
    let after =
        h.store.list_leads(ALL, &LeadFilter::default(), &PageRequest { after: None, limit: 500 }).await.unwrap();
    assert_eq!(before, after);
}

async fn the_same_number_from_many_sides_is_one_lead(h: Harness) {
    let other = h.other_node().await;
    let (store, at) = (h.store.clone(), h.now());
    let taken = together(12, move |number| {
        let store = if number % 2 == 0 { store.clone() } else { other.clone() };
        async move {
            let batch = [
                intake(entry(&format!("Y{number}"), "同一人", "+8613800000009", ""), at),
                intake(entry("", &format!("人{number}"), &format!("+861390000{number:04}"), "同一家公司"), at),
            ];
            store.intake(&batch, &ladder()).await.unwrap()
        }
    })
    .await;
    for column in 0..2 {
        let leads: BTreeSet<LeadId> = taken.iter().map(|pair| pair[column].lead()).collect();
        assert_eq!(leads.len(), 1, "{taken:?}");
        let created = taken.iter().filter(|pair| matches!(pair[column], Taken::Created(_))).count();
        assert_eq!(created, 1, "{taken:?}");
    }
    assert_eq!(get(&h, taken[0][0].lead()).await.external_ids.len(), 12);
}

async fn each_sees_their_own(h: Harness) {
    let shop = |code: &str, region: &str| Shop {
        code: code.into(),
        name: code.into(),
        region: region.into(),
        currency: "CNY".into(),
    };
    h.store.put_stores(&[shop("S1", "EAST"), shop("S2", "WEST")]).await.unwrap();
    let mut away = entry("", "远方", "+8613800000002", "");
    away.store = "S2".into();
    away.owner = "user:anna".into();
    let mut other = entry("", "别家", "+8613800000003", "");
    other.store = "S2".into();
    let taken = take(&h, &[entry("", "本店", "+8613800000001", ""), away, other]).await;
    let reach = Reach::Own(Places { stores: BTreeSet::from(["S1".into()]), regions: BTreeSet::new() });
    let anna = Viewer { reach: &reach, actor: "user:anna" };
    let seen = h.store.list_leads(anna, &LeadFilter::default(), &PageRequest::default()).await.unwrap().items;
    assert_eq!(seen.iter().map(|lead| lead.id).collect::<Vec<_>>(), [taken[1].lead(), taken[0].lead()]);
    assert!(h.store.lead(taken[2].lead(), anna).await.unwrap().is_none());
    assert_eq!(h.store.count_leads(anna, &LeadFilter::default()).await.unwrap(), [("new".to_owned(), 2)]);
}

async fn a_person_is_forgotten_whole(h: Harness) {
    let two = take(&h, &[entry("X1", "陈秘密", "+8613800000077", ""), entry("X2", "陈秘密二", "", "秘密公司")]).await;
    let lead = two[0].lead();
    take(&h, &[entry("", "陈秘密三", "+8613800000077", "秘密公司")]).await;
    let touch = NewTouch {
        kind: TouchKind::Visit,
        at: None,
        city: "秘密市".into(),
        note: "秘密".into(),
        competitor: String::new(),
        need: String::new(),
        first_call: None,
    };
    h.store.touch_lead(lead, &touch, "user:anna").await.unwrap();
    let file = NewLeadFile {
        name: "秘密.pdf".into(),
        media_type: "application/pdf".into(),
        size: 1,
        sha256: "00".into(),
        path: "lead-1-x".into(),
    };
    h.store.attach_to_lead(lead, &file, "user:anna").await.unwrap();
    let paths = h.store.erase_lead(lead, "user:admin").await.unwrap();
    assert_eq!(paths, ["lead-1-x"]);
    let left = h
        .dump(&[
            "leads",
            "lead_keys",
            "lead_entries",
            "lead_merges",
            "lead_touches",
            "lead_tasks",
            "lead_files",
            "lead_stays",
            "timeline",
        ])
        .await;
    for secret in ["秘密", "13800000077", "X1", "X2"] {
        assert!(!left.contains(secret), "{secret} is left: {left}");
    }
    assert!(!left.contains("lead-1-x"), "the row of the file is gone: {left}");
    assert!(left.contains("lead.erased"));
    assert!(matches!(h.store.touch_lead(lead, &touch, "x").await, Err(StoreError::Conflict(_))));
    // The same person may come again, as somebody new.
    let again = take(&h, &[entry("X1", "陈秘密", "+8613800000077", "")]).await;
    assert!(matches!(again[0], Taken::Created(id) if id != lead), "{again:?}");
}

async fn touches_that_contradict_are_told(h: Harness) {
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    let visit = |city: &str, minutes: u64| NewTouch {
        kind: TouchKind::Visit,
        at: Some(h.now().before(Duration::from_mins(minutes))),
        city: city.into(),
        note: String::new(),
        competitor: String::new(),
        need: String::new(),
        first_call: None,
    };
    let first = h.store.touch_lead(lead, &visit("上海", 60), "user:anna").await.unwrap();
    assert_eq!(first.contradicts, None);
    for (city, minutes, actor, contradicts) in [
        ("北京", 50, "user:anna", Some(first.id)),
        ("上海", 45, "user:bob", None),
        ("上海", 58, "user:anna", Some(first.id + 1)),
        ("广州", 0, "user:anna", None),
    ] {
        let touch = h.store.touch_lead(lead, &visit(city, minutes), actor).await.unwrap();
        assert_eq!(touch.contradicts, contradicts, "{city} {minutes}");
    }
}

async fn a_move_is_refused_where_somebody_was_faster(h: Harness) {
    let id = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    let change = |to: &str, version| StageMove {
        version,
        to: to.into(),
        note: "因为".into(),
        actor: "user:anna".into(),
        at: h.advance(3_600),
    };
    let moved = h.store.move_lead(id, &change("called", 1)).await.unwrap();
    assert_eq!((moved.stage.as_str(), moved.version), ("called", 2));
    assert!(matches!(h.store.move_lead(id, &change("won", 1)).await, Err(StoreError::Conflict(_))));
    h.store.move_lead(id, &change("won", 2)).await.unwrap();
    let stays = h.store.lead_stays(id).await.unwrap();
    assert_eq!(stays.iter().map(|stay| stay.stage.as_str()).collect::<Vec<_>>(), ["new", "called", "won"]);
    assert_eq!(stays[0].left_at, Some(stays[1].entered_at));
    assert_eq!(stays[2].left_at, None);
}

async fn a_timer_goes_off_once(h: Harness) {
    let lead = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    assert_eq!(h.store.unjudged_leads(0, 10).await.unwrap(), [lead]);
    let timer = |rule: &str, due: u64| Timer {
        lead,
        rule: rule.into(),
        since: h.now(),
        due_at: h.now().after(Duration::from_secs(due)),
    };
    let (soon, later) = (timer("soon", 10), timer("later", 20));
    let judged =
        |version, timers: &[Timer]| Judgement { lead, version, raised: None, timers: timers.to_vec(), at: h.now() };
    assert_eq!(h.store.judge_leads(0, &[judged(9, &[])]).await.unwrap(), 0, "another version");
    assert_eq!(h.store.judge_leads(0, &[judged(1, &[soon.clone(), later.clone()])]).await.unwrap(), 1);
    assert_eq!(h.store.unjudged_leads(0, 10).await.unwrap(), []);
    assert_eq!(h.store.unjudged_leads(1, 10).await.unwrap(), [lead], "other rules judge anew");
    assert_eq!(h.store.next_lead_timer().await.unwrap(), Some(soon.due_at));
    h.advance(30);
    assert_eq!(h.store.due_lead_timers(h.now(), 10).await.unwrap(), [soon.clone(), later.clone()]);
    let firing = |timer: &Timer, version: i64| Firing {
        timer: timer.clone(),
        version,
        task: Some(("打电话".into(), "user:anna".into())),
        unassign: false,
        entry: Entry::host(h.now(), "lead.timer", json!({ "rule": timer.rule })),
    };
    assert!(!h.store.fire_lead_timer(&firing(&soon, 9)).await.unwrap(), "the lead has changed since it was looked at");
    let (store, once) = (h.store.clone(), firing(&soon, 1));
    let outcomes = together(6, move |_| {
        let (store, once) = (store.clone(), once.clone());
        async move { store.fire_lead_timer(&once).await.unwrap() }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|fired| **fired).count(), 1);
    assert_eq!(h.store.lead_tasks(lead).await.unwrap().len(), 1);
    // Judged again with the same timers: what has gone off stays so, what is not wished for any more is stopped.
    let version = get(&h, lead).await.version;
    h.store.judge_leads(0, &[judged(version, &[soon])]).await.unwrap();
    assert_eq!(h.store.due_lead_timers(h.now(), 10).await.unwrap(), []);
    let version = get(&h, lead).await.version;
    assert!(!h.store.fire_lead_timer(&firing(&later, version)).await.unwrap());
}

async fn figures_are_right_to_the_lead(h: Harness) {
    let start = h.now();
    let names: Vec<LeadEntry> =
        (0..6).map(|at| entry("", &format!("人{at}"), &format!("+861380000000{at}"), "")).collect();
    let leads: Vec<LeadId> = take(&h, &names).await.iter().map(|taken| taken.lead()).collect();
    let go = async |at: usize, to: &str, hours: u64| {
        let version = get(&h, leads[at]).await.version;
        let at_time = start.after(Duration::from_hours(hours));
        let change = StageMove { version, to: to.into(), note: String::new(), actor: "a".into(), at: at_time };
        h.store.move_lead(leads[at], &change).await.unwrap();
    };
    go(0, "demo", 10).await;
    go(0, "offer", 60).await;
    go(1, "demo", 20).await;
    go(1, "offer", 120).await;
    go(2, "demo", 30).await;
    go(2, "lost", 40).await;
    go(3, "demo", 30).await;
    // The last one turns out to be the first.
    h.store.join_leads(leads[0], leads[5], "boss", &ladder()).await.unwrap();
    let filter = StayFilter { since: start, until: Instant::NEVER, store: None };
    let (lost, now) = (vec!["lost".to_owned()], start.after(Duration::from_hours(130)));
    let figures = h.store.stage_figures(&Reach::All, &filter, &lost, now).await.unwrap();
    let of = |stage: &str| {
        let one = figures.iter().find(|one| one.stage == stage).unwrap();
        (one.entered, one.present, one.passed, one.lost, one.dwell_seconds / 3_600)
    };
    assert_eq!(of("new"), (5, 1, 4, 0, 10 + 20 + 30 + 30 + 130));
    assert_eq!(of("demo"), (4, 1, 2, 1, 50 + 100 + 10 + 100));
    assert_eq!(of("offer"), (2, 2, 0, 0, 70 + 10));
    let stuck = h.store.stuck_leads(ALL, &filter, &lost, 1).await.unwrap();
    let named: Vec<_> = stuck.iter().map(|one| (one.stage.as_str(), one.lead.clone())).collect();
    assert_eq!(named, [("demo", number(leads[3])), ("new", number(leads[4])), ("offer", number(leads[0]))]);
    let rates = h.store.pass_rates(&Reach::All, &filter, ["demo", "offer"], 72 * 3_600).await.unwrap();
    assert_eq!(rates.iter().map(|one| (one.entered, one.in_time, one.late)).collect::<Vec<_>>(), [(4, 1, 1)]);
    let nowhere = Reach::Own(Places::default());
    assert_eq!(h.store.stage_figures(&nowhere, &filter, &lost, now).await.unwrap(), []);
}
