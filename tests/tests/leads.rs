//! A year with leads in minutes, on both engines: people work or forget, stores open and close, the program is cut off in between.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock as _;
use mortise_tests::{Engine, House};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_year_on_sqlite() {
    a_year(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_on_postgres() {
    a_year(Engine::Postgres).await;
}

/// Chance that is the same in every run.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

const STEP: Duration = Duration::from_hours(12);

/// Works up to then, from one due moment to the next; sometimes cut off in the middle of what it does, and begun anew.
async fn work_until(house: &House, end: Instant, dice: &mut Dice) {
    loop {
        let work = house.running.app.work.leads();
        if dice.up_to(4) == 0 {
            // A future that is dropped is a process that was killed: what was not committed has not happened.
            let cut = Duration::from_micros(dice.up_to(3_000));
            let _ = tokio::time::timeout(cut, work.run_until_idle()).await;
        }
        // Another node works at the same time.
        let (first, second) = tokio::join!(work.run_until_idle(), house.running.app.work.leads().run_until_idle());
        let next = first.unwrap().min(second.unwrap());
        match next.filter(|due| *due <= end) {
            Some(due) => house.clock.advance_to(due),
            None => return house.clock.advance_to(end),
        }
    }
}

async fn somebody_works(house: &House, leads: &[String], dice: &mut Dice) {
    if leads.is_empty() {
        return;
    }
    let path = format!("/leads/{}", leads[usize::try_from(dice.up_to(leads.len() as u64)).unwrap()]);
    match dice.up_to(6) {
        0 => {
            let form = json!({ "worries": ["价格", "交期", "质量"], "promised": "回电", "next_contact_at": "2027-01-01T00:00:00Z" });
            house.post(&format!("{path}/touches"), json!({ "kind": "call", "first_call": form })).await.ok();
        }
        1 => drop(house.post(&format!("{path}/touches"), json!({ "kind": "visit", "city": "上海" })).await.ok()),
        2 => drop(house.post(&format!("{path}/touches"), json!({ "kind": "inbound" })).await.ok()),
        stage => {
            let stages = ["first-call", "demo-done", "proposal-sent", "lost"];
            let to = stages[usize::try_from((stage + dice.up_to(4)) % 4).unwrap()];
            // Where the gates say no, nothing happens.
            let moved = house.post(&format!("{path}/stage"), json!({ "to": to })).await;
            assert!(matches!(moved.status, 200 | 409), "{}", moved.body);
        }
    }
}

async fn a_year(engine: Engine) {
    let house = House::bare(engine).await;
    house.put("/catalog/regions", json!({ "items": [{ "code": "EAST", "name": "华东" }] })).await.ok();
    let store = json!({ "code": "S1", "name": "一店", "region": "EAST", "currency": "CNY" });
    house.put("/catalog/stores", json!({ "items": [store] })).await.ok();
    for name in ["anna", "bob"] {
        house.post("/users", json!({ "name": name, "roles": ["sales"], "stores": ["S1"] })).await.ok();
    }
    let (mut dice, mut leads, mut away) = (Dice(7), Vec::new(), Vec::new());
    let end = house.clock.now().after(Duration::from_hours(24 * 365));
    while house.clock.now() < end {
        if leads.len() < 40 && dice.up_to(6) == 0 {
            let phone = format!("138{:08}", leads.len());
            let details = json!({ "name": format!("人{}", leads.len()), "contacts": [{ "phone": phone }] });
            let entered = house.post("/leads", json!({ "store": "S1", "details": details })).await.ok();
            leads.push(entered["lead"]["number"].as_str().unwrap().to_owned());
        }
        somebody_works(&house, &leads, &mut dice).await;
        if dice.up_to(50) == 0 {
            // The program stands still for some days.
            let (from, hours) = (house.clock.now(), 24 * (1 + dice.up_to(5)));
            house.clock.advance(Duration::from_hours(hours));
            away.push((from, house.clock.now()));
        }
        work_until(&house, house.clock.now().after(STEP), &mut dice).await;
    }
    let fired = check(&house, &leads, &away).await;
    for rule in [
        "first-call-2h",
        "c-untouched-15d",
        "b-unconverted-30d",
        "proposal-72h",
        "demo-no-proposal-24h",
        "unanswered-2h",
    ] {
        assert!(fired.get(rule).is_some_and(|count| *count > 0), "{rule} never went off: {fired:?}");
    }
    house.close().await;
}

/// Every timer went off once for each moment from which it counts, at its time, and not after its reason was gone. Answers how often.
async fn check(house: &House, leads: &[String], away: &[(Instant, Instant)]) -> BTreeMap<String, usize> {
    let mut fired = BTreeMap::new();
    for number in leads {
        let mut story = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = house.get(&format!("/leads/{number}/timeline?limit=500&cursor={cursor}")).await.ok();
            story.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        let mut seen = BTreeSet::new();
        let mut stage = "not-contacted".to_owned();
        for entry in &story {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            match entry["event"].as_str().unwrap() {
                "lead.moved" => stage = text(&entry["data"]["to"]),
                "lead.timer" => {
                    let data = &entry["data"];
                    let rule = text(&data["rule"]);
                    assert!(seen.insert((rule.clone(), text(&data["since"]))), "twice: {entry}");
                    let (at, due): (Instant, Instant) =
                        (text(&entry["at"]).parse().unwrap(), text(&data["due_at"]).parse().unwrap());
                    let stood_still = away.iter().any(|(from, to)| due >= *from && due <= *to && at == *to);
                    // Whoever is graded B after a month is one for the supervisor at once.
                    let late_reason = rule == "b-unconverted-30d" && at > due;
                    assert!(at == due || stood_still || late_reason, "not at its time: {entry}");
                    assert_ne!(stage, "lost", "after its reason was gone: {entry}");
                    *fired.entry(rule).or_default() += 1;
                }
                _ => {}
            }
        }
    }
    // Nothing that was due is left.
    let next = house.running.app.work.leads().run_until_idle().await.unwrap();
    assert!(next.is_none_or(|due| due > house.clock.now()), "{next:?}");
    fired
}
