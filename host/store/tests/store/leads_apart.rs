//! Who may join leads, what comes with one that is absorbed, and what goes with it again.

use std::collections::BTreeSet;
use std::time::Duration;

use mortise_domain::access::{Places, Reach};
use mortise_domain::catalog::Store as Shop;
use mortise_domain::ids::LeadId;
use mortise_domain::lead::stage::StageMove;
use mortise_domain::lead::touch::{NewTouch, TouchKind};
use mortise_domain::lead::{LeadEntry, number};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{Intake, Leads, Taken};
use mortise_store::{LeadChange, LeadFields};
use sqlx::{Connection, Executor};

use crate::harness::{Harness, on_both};
use crate::leads::{entry, get, intake, ladder, take};

on_both! {
    only_who_sees_both_joins_two,
    a_stranger_is_known_by_no_company,
    what_is_absorbed_brings_where_it_stands,
    two_customers_are_left_to_people,
    each_has_its_own_touches_again,
    what_an_entry_filled_is_given_back,
    a_person_is_forgotten_although_they_were_merged_once,
    what_was_absorbed_a_moment_ago_takes_nothing,
    what_was_forgotten_a_moment_ago_takes_nothing,
}

pub fn touch(kind: TouchKind) -> NewTouch {
    NewTouch {
        kind,
        at: None,
        city: String::new(),
        note: String::new(),
        competitor: String::new(),
        need: String::new(),
        first_call: None,
    }
}

pub fn reach(stores: &[&str]) -> Reach {
    let stores: BTreeSet<String> = stores.iter().map(ToString::to_string).collect();
    Reach::Own(Places { stores, regions: BTreeSet::new() })
}

pub async fn two_stores(h: &Harness) {
    let shop = |code: &str, region: &str| Shop {
        code: code.into(),
        name: code.into(),
        region: region.into(),
        currency: "CNY".into(),
    };
    h.store.put_stores(&[shop("S1", "EAST"), shop("S2", "WEST")]).await.unwrap();
}

pub fn of(store: &str, owner: &str, entry: LeadEntry) -> LeadEntry {
    LeadEntry { store: store.into(), owner: owner.into(), ..entry }
}

async fn bring(h: &Harness, entry: LeadEntry, way: &'static str, actor: &str, reach: Reach) -> Taken {
    let intake = Intake { way, actor: actor.into(), reach, ..intake(entry, h.now()) };
    h.store.intake(&[intake], &ladder()).await.unwrap()[0]
}

async fn tasks(h: &Harness, lead: LeadId) -> Vec<(String, String)> {
    let tasks = h.store.lead_tasks(lead).await.unwrap();
    tasks.into_iter().map(|task| (task.what.assignee, task.what.action)).collect()
}

async fn only_who_sees_both_joins_two(h: Harness) {
    two_stores(&h).await;
    let two = [
        of("S1", "user:anna", entry("", "甲", "+8613800000001", "")),
        of("S2", "user:bob", entry("X2", "乙", "+8613800000002", "受害公司")),
    ];
    let taken = take(&h, &two).await;
    let (own, foreign) = (taken[0].lead(), taken[1].lead());
    let both = |name: &str| entry("", name, "+8613800000001", "受害公司");
    for name in ["甲", "甲先生"] {
        assert_eq!(bring(&h, both(name), "staff", "user:anna", reach(&["S1"])).await, Taken::Merged(own));
    }
    assert_eq!(get(&h, foreign).await.id, foreign, "still a lead of its own");
    assert_eq!(h.store.lead_merges(own).await.unwrap(), []);
    assert!(get(&h, own).await.details.contacts.iter().all(|one| one.phone != "+8613800000002"));
    let told = tasks(&h, own).await;
    assert_eq!((told.len(), told[0].0.as_str()), (1, "supervisors:S1"), "once for each pair: {told:?}");
    assert!(told[0].1.contains(&number(foreign)));
    // The name of a company gives nobody a lead that has no store yet; a number does.
    let lone = take(&h, &[of("", "", entry("X3", "丙", "+8613800000003", "无主公司"))]).await[0].lead();
    bring(&h, entry("", "某", "", "无主公司"), "staff", "user:anna", reach(&["S1"])).await;
    assert_eq!(get(&h, lone).await.store, "");
    bring(&h, entry("", "某", "+8613800000003", ""), "staff", "user:anna", reach(&["S1"])).await;
    assert_eq!(get(&h, lone).await.store, "S1");
    // Whoever sees both, or looks after them, joins them.
    assert_eq!(bring(&h, both("总"), "staff", "user:boss", reach(&["S1", "S2"])).await, Taken::Merged(own));
    assert_eq!(get(&h, foreign).await.id, own);
}

async fn a_stranger_is_known_by_no_company(h: Harness) {
    two_stores(&h).await;
    let two = [
        of("S1", "", entry("", "甲", "+8613800000001", "")),
        of("S2", "", entry("", "乙", "+8613800000002", "受害公司")),
    ];
    let taken = take(&h, &two).await;
    let nowhere = || reach(&[]);
    let form = |phone: &str, company: &str| entry("", "陌生人", phone, company);
    let first = bring(&h, form("+8613800000009", "受害公司"), "form", "form:S1", nowhere()).await;
    assert!(matches!(first, Taken::Created(_)), "{first:?}");
    let second = bring(&h, form("+8613800000001", "受害公司"), "form", "form:S1", nowhere()).await;
    assert_eq!(second, Taken::Merged(taken[0].lead()));
    assert_eq!(get(&h, taken[1].lead()).await.id, taken[1].lead());
    // What a stranger adds to somebody else's lead does not make others' entries its own.
    bring(&h, form("+8613800000001", "别的公司"), "form", "form:S1", nowhere()).await;
    assert!(matches!(take(&h, &[entry("", "丁", "", "别的公司")]).await[0], Taken::Created(_)));
}

async fn go(h: &Harness, id: LeadId, to: &str) {
    let version = get(h, id).await.version;
    let change = StageMove { version, to: to.into(), note: String::new(), actor: "user:lee".into(), at: h.now() };
    h.store.move_lead(id, &change).await.unwrap();
}

async fn what_is_absorbed_brings_where_it_stands(h: Harness) {
    let mut two = [entry("X1", "甲", "", ""), entry("", "乙", "+8613800000002", "")];
    two[0].store = String::new();
    two[1].owner = "user:lee".into();
    let taken = take(&h, &two).await;
    let (first, second) = (taken[0].lead(), taken[1].lead());
    let begun = h.advance(3_600);
    go(&h, second, "offer").await;
    h.store.convert_lead(second, "C1", "user:lee").await.unwrap();
    h.advance(3_600);
    let joined = of("", "", entry("X1", "总", "+8613800000002", ""));
    assert_eq!(take(&h, &[joined]).await, [Taken::Merged(first)]);
    let lead = get(&h, first).await;
    assert_eq!((lead.store.as_str(), lead.owner.as_str(), lead.customer.as_str()), ("S1", "user:lee", "C1"));
    assert_eq!((lead.stage.as_str(), lead.stage_at), ("offer", begun));
    let stays = h.store.lead_stays(first).await.unwrap();
    assert_eq!(stays.iter().map(|stay| stay.stage.as_str()).collect::<Vec<_>>(), ["new", "offer"]);
    assert_eq!((stays[0].left_at, stays[1].entered_at), (Some(begun), begun));

    let merge = h.store.lead_merges(first).await.unwrap()[0].id;
    h.store.undo_lead_merge(first, merge, "user:boss").await.unwrap();
    let (one, other) = (get(&h, first).await, get(&h, second).await);
    assert_eq!((one.store.as_str(), one.owner.as_str(), one.customer.as_str()), ("", "", ""));
    assert_eq!(one.stage, "new");
    let stays = h.store.lead_stays(first).await.unwrap();
    assert_eq!(stays.iter().map(|stay| (stay.stage.as_str(), stay.left_at)).collect::<Vec<_>>(), [("new", None)]);
    assert_eq!((other.store.as_str(), other.stage.as_str(), other.customer.as_str()), ("S1", "offer", "C1"));
}

async fn two_customers_are_left_to_people(h: Harness) {
    let taken = take(&h, &[entry("X1", "甲", "", ""), entry("", "乙", "+8613800000002", "")]).await;
    let (first, second) = (taken[0].lead(), taken[1].lead());
    h.store.convert_lead(first, "C1", "user:lee").await.unwrap();
    h.store.convert_lead(second, "C2", "user:lee").await.unwrap();
    assert_eq!(take(&h, &[entry("X1", "总", "+8613800000002", "")]).await, [Taken::Merged(first)]);
    assert_eq!(get(&h, second).await.id, second);
    assert_eq!(tasks(&h, first).await.len(), 1);
    let refused = h.store.join_leads(first, second, "user:boss", &ladder()).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
}

async fn each_has_its_own_touches_again(h: Harness) {
    let taken = take(&h, &[entry("", "甲", "+8613800000001", ""), entry("", "乙", "+8613800000002", "")]).await;
    let (first, second) = (taken[0].lead(), taken[1].lead());
    h.advance(60);
    h.store.touch_lead(second, &touch(TouchKind::Call), "user:lee").await.unwrap();
    let called = h.now();
    let merge = h.store.join_leads(first, second, "user:boss", &ladder()).await.unwrap();
    assert_eq!(get(&h, first).await.answered_at, Some(called));
    h.store.undo_lead_merge(first, merge, "user:boss").await.unwrap();
    let (one, other) = (get(&h, first).await, get(&h, second).await);
    assert_eq!((one.touched_at, one.answered_at), (None, None), "nobody has ever called it");
    assert_eq!((other.touched_at, other.answered_at), (Some(called), Some(called)));
}

async fn what_an_entry_filled_is_given_back(h: Harness) {
    let lone = LeadEntry { store: String::new(), ..entry("X1", "甲", "", "") };
    let lead = take(&h, &[lone]).await[0].lead();
    let more = LeadEntry { source: "expo".into(), owner: "user:lee".into(), ..entry("X1", "甲甲", "", "") };
    take(&h, &[more]).await;
    let filled = get(&h, lead).await;
    assert_eq!((filled.store.as_str(), filled.owner.as_str(), filled.source.as_str()), ("S1", "user:lee", "expo"));
    let record = h.store.lead_entries(lead).await.unwrap().into_iter().find(|record| record.added).unwrap();
    let own = h.store.undo_lead_entry(lead, record.id, "user:boss", "new").await.unwrap();
    let back = get(&h, lead).await;
    assert_eq!((back.store.as_str(), back.owner.as_str(), back.source.as_str()), ("", "", ""));
    assert_eq!(get(&h, own).await.owner, "user:lee");
}

const PERSONAL: [&str; 4] = ["leads", "lead_entries", "lead_merges", "lead_keys"];

async fn a_person_is_forgotten_although_they_were_merged_once(h: Harness) {
    let taken =
        take(&h, &[entry("", "陈秘密", "+8613800000077", "秘密公司"), entry("", "甲", "+8613800000001", "")]).await;
    let (secret, other) = (taken[0].lead(), taken[1].lead());
    let merge = h.store.join_leads(other, secret, "user:boss", &ladder()).await.unwrap();
    // What is added while they are one tells of both.
    take(&h, &[entry("X9", "甲先生", "+8613800000001", "")]).await;
    h.store.undo_lead_merge(other, merge, "user:boss").await.unwrap();
    h.store.erase_lead(secret, "user:admin").await.unwrap();
    let left = h.dump(&PERSONAL).await;
    assert!(!left.contains("秘密") && !left.contains("13800000077"), "{left}");
    assert!(left.contains("甲先生"), "the other one is known still");

    // An entry that was taken back does not carry the first one's particulars away.
    let lead = take(&h, &[entry("Z1", "李机密", "+8613800000055", "")]).await[0].lead();
    take(&h, &[entry("Z2", "王五", "+8613800000055", "")]).await;
    let record = h.store.lead_entries(lead).await.unwrap().into_iter().find(|record| record.added).unwrap();
    h.store.undo_lead_entry(lead, record.id, "user:boss", "new").await.unwrap();
    h.store.erase_lead(lead, "user:admin").await.unwrap();
    let left = h.dump(&PERSONAL).await;
    assert!(!left.contains("李机密"), "{left}");
}

/// Changes leads in a transaction of its own that ends only when an entry is waiting for it.
async fn meanwhile(h: &Harness, changes: String, entry: LeadEntry) -> Taken {
    let (store, batch) = (h.other_node().await, [intake(entry, h.now())]);
    let taking = async move { store.intake(&batch, &ladder()).await.unwrap()[0] };
    let changes = sqlx::AssertSqlSafe(changes);
    if h.url.starts_with("sqlite") {
        let mut connection = sqlx::SqliteConnection::connect(&h.url).await.unwrap();
        connection.execute("BEGIN IMMEDIATE").await.unwrap();
        connection.execute(sqlx::raw_sql(changes)).await.unwrap();
        let taking = tokio::spawn(taking);
        tokio::time::sleep(Duration::from_millis(500)).await;
        connection.execute("COMMIT").await.unwrap();
        taking.await.unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(&h.url).await.unwrap();
        connection.execute("BEGIN").await.unwrap();
        connection.execute(sqlx::raw_sql(changes)).await.unwrap();
        let taking = tokio::spawn(taking);
        tokio::time::sleep(Duration::from_millis(500)).await;
        connection.execute("COMMIT").await.unwrap();
        taking.await.unwrap()
    }
}

async fn what_was_absorbed_a_moment_ago_takes_nothing(h: Harness) {
    let taken = take(&h, &[entry("", "甲", "+8613800000001", ""), entry("", "乙", "+8613800000002", "")]).await;
    let (gone, stays) = (taken[0].lead(), taken[1].lead());
    let changes = format!(
        "UPDATE leads SET merged_into = {1}, version = version + 1 WHERE id = {0}; UPDATE lead_keys SET lead_id = {1} WHERE lead_id = {0}",
        gone.0, stays.0
    );
    let added = meanwhile(&h, changes, entry("X7", "甲总", "+8613800000001", "新公司")).await;
    assert_eq!(added, Taken::Merged(stays));
    let lead = get(&h, stays).await;
    assert_eq!((lead.details.company.as_str(), lead.external_ids), ("新公司", vec!["X7".to_owned()]));
}

async fn what_was_forgotten_a_moment_ago_takes_nothing(h: Harness) {
    let gone = take(&h, &[entry("", "甲", "+8613800000001", "")]).await[0].lead();
    let changes = format!(
        "UPDATE leads SET erased_at = 1, details = '{{}}', name = '' WHERE id = {0}; DELETE FROM lead_keys WHERE lead_id = {0}",
        gone.0
    );
    let added = meanwhile(&h, changes, entry("", "甲再来", "+8613800000001", "")).await;
    assert!(matches!(added, Taken::Created(id) if id != gone), "{added:?}");
    assert_eq!(get(&h, gone).await.details.name, "");
}

/// The lead as it is, given to somebody else by hand.
pub async fn hand_to(h: &Harness, id: LeadId, owner: &str, actor: &str) {
    let lead = get(h, id).await;
    let fields = LeadFields { store: lead.store, owner: owner.into(), grade: lead.grade, details: lead.details };
    let change = LeadChange { version: lead.version, fields, actor: actor.into() };
    h.store.change_lead(id, &change).await.unwrap();
}
