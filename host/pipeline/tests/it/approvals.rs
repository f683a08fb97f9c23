//! Timers of approvals: who is written to, once each, whatever dies and however the clock jumps.

use std::time::Duration;

use mortise_domain::access::Role;
use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::call::Interface;
use mortise_domain::ids::UserId;
use mortise_domain::instant::Instant;
use mortise_domain::notification::Message;
use mortise_domain::user::{Language, Profile, User};
use serde_json::json;

use crate::life::Death;
use crate::world::{World, submitted, world};

const HOUR: Duration = Duration::from_hours(1);

fn user(name: &str, role: Role, regions: &[&str]) -> User {
    User {
        id: UserId(1),
        name: name.into(),
        profile: Profile {
            display_name: name.into(),
            roles: [role].into(),
            regions: regions.iter().map(|&code| code.to_owned()).collect(),
            language: Language::En,
            ..Profile::default()
        },
        disabled: false,
        has_password: true,
        created_at: Instant(0),
        last_login_at: None,
    }
}

/// A company whose credit is spent, with finance, an admin, and a channel that asks for approvals.
fn company() -> World {
    let mut world = world();
    world.routes = ApprovalRoutes::default();
    world
        .outside
        .connect(Interface::Notifier, json!({ "name": "desk", "events": ["approval-requested"], "merge": 50 }));
    let mut tables = world.tables.lock().unwrap();
    tables.users =
        vec![user("fred", Role::Finance, &[]), user("fay", Role::Finance, &[]), user("ada", Role::Admin, &[])];
    tables.open_credit.insert("C1".into(), 1_000_000);
    drop(tables);
    world
}

/// Kind and recipient of each message, in order.
fn told(world: &World) -> Vec<(String, String)> {
    let messages = world.outside.lock().messages.clone();
    messages.iter().map(|message| (message.kind.clone(), message.recipients.join(","))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, person)| ((*kind).to_owned(), (*person).to_owned())).collect()
}

#[tokio::test(start_paused = true)]
async fn those_who_are_asked_are_written_to_reminded_and_followed_by_the_next() {
    let world = company();
    let pipeline = world.living();
    let order = submitted(&pipeline, &[("A", "1")]).await;
    assert_eq!(world.holds(order.id), ["credit-exceeded"]);
    world.work_for(&pipeline, HOUR).await;
    let mut expected = vec![("approval-requested", "fred"), ("approval-requested", "fay")];
    assert_eq!(told(&world), pairs(&expected), "one each: a link is for one person");
    let messages: Vec<Message> = world.outside.lock().messages.clone();
    assert_eq!(messages[0].link.as_deref(), Some("https://m.example.com/approve#1 1 fred"));
    assert!(messages[0].body.en.contains("above the credit limit") && messages[0].body.en.contains("approval route"));
    assert!(
        messages[0].facts.iter().any(|fact| fact.name.en == "Due" && !fact.value.is_empty()),
        "{:?}",
        messages[0].facts
    );

    world.work_for(&pipeline, 20 * HOUR).await;
    expected.extend([("approval-reminder", "fred"), ("approval-reminder", "fay")]);
    assert_eq!(told(&world), pairs(&expected));
    world.work_for(&pipeline, 4 * HOUR).await;
    expected.push(("approval-escalated", "ada"));
    assert_eq!(told(&world), pairs(&expected));
    world.work_for(&pipeline, 20 * HOUR).await;
    expected.extend([("approval-reminder", "fred"), ("approval-reminder", "fay"), ("approval-reminder", "ada")]);
    assert_eq!(told(&world), pairs(&expected), "whoever was asked first is asked still");
    world.work_for(&pipeline, 52 * HOUR).await;
    let overdue = [("approval-overdue", "fred"), ("approval-overdue", "fay"), ("approval-overdue", "ada")];
    expected.extend(overdue.iter().chain(&overdue).chain(&overdue));
    assert_eq!(told(&world), pairs(&expected), "once each deadline, until somebody decides");
    let events = world.events(order.id);
    let of = |event: &str| events.iter().filter(|one| *one == event).count();
    assert_eq!(
        ["approval.requested", "approval.reminded", "approval.escalated", "approval.overdue"].map(of),
        [1, 2, 1, 1],
        "{events:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_skips_none_and_repeats_none() {
    let world = company();
    let pipeline = world.living();
    submitted(&pipeline, &[("A", "1")]).await;
    pipeline.run_until_idle().await.unwrap();
    let begun = mortise_domain::ports::clock::Clock::now(&*world.clock);
    world.clock.set(begun.after(30 * HOUR));
    pipeline.run_until_idle().await.unwrap();
    let expected = [
        ("approval-requested", "fred"),
        ("approval-requested", "fay"),
        ("approval-reminder", "fred"),
        ("approval-reminder", "fay"),
        ("approval-escalated", "ada"),
    ];
    assert_eq!(told(&world), pairs(&expected), "none was skipped");
    world.clock.set(begun.after(HOUR));
    pipeline.run_until_idle().await.unwrap();
    world.clock.set(begun.after(30 * HOUR));
    pipeline.run_until_idle().await.unwrap();
    assert_eq!(told(&world), pairs(&expected), "none is repeated");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_dies_neither_skips_nor_repeats() {
    let expected = pairs(&[
        ("approval-requested", "fay"),
        ("approval-requested", "fred"),
        ("approval-reminder", "fay"),
        ("approval-reminder", "fred"),
    ]);
    let touches = {
        let world = company();
        let (pipeline, life) = world.node(Death::Never);
        submitted(&pipeline, &[("A", "1")]).await;
        world.work_for(&pipeline, 21 * HOUR).await;
        life.touches()
    };
    assert!(touches > 10, "{touches}");
    for at in 0..touches {
        for death in [Death::Before(at), Death::After(at)] {
            let world = company();
            let living = world.living();
            submitted(&living, &[("A", "1")]).await;
            let (dying, _) = world.node(death);
            let _ = tokio::time::timeout(Duration::from_mins(1), world.work_for(&dying, 21 * HOUR)).await;
            world.work_for(&living, 21 * HOUR).await;
            world.work_for(&living, 21 * HOUR).await;
            let asked = |one: &Message| ["approval-requested", "approval-reminder"].contains(&one.kind.as_str());
            // A message whose answer was lost may come twice and is marked then; the timer's letter is one delivery.
            let tables = world.tables.lock().unwrap();
            let keys = tables.deliveries.values().filter(|one| one.connection == "desk").count();
            let timers = tables.timers.len();
            drop(tables);
            let messages = world.outside.lock().messages.clone();
            let pair = |one: &Message| (one.kind.clone(), one.recipients.join(","));
            let mut first: Vec<(String, String)> = messages.iter().filter(|one| asked(one)).map(pair).collect();
            first.sort_by_key(|(kind, person)| (kind == "approval-reminder", person.clone()));
            first.dedup();
            first.retain(|pair| expected.contains(pair));
            assert_eq!(first, expected, "{death:?}: none is skipped");
            for pair in &expected[..2] {
                let same =
                    |one: &&Message| (one.kind.clone(), one.recipients.join(",")) == *pair && one.attributes.is_empty();
                assert!(messages.iter().filter(same).count() <= 1, "{death:?}: {pair:?} is repeated without a mark");
            }
            assert!(keys >= 5 && timers >= 1, "{death:?}: {keys} letters, {timers} timers");
        }
    }
}
