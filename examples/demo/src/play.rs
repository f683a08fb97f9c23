//! The orders of the file and the scenarios, from handing in to the report.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::addresses::Places;
use crate::args::Args;
use crate::catalog::Catalog;
use crate::folder::project;
use crate::host::Api;
use crate::kill::Killer;
use crate::load::{Answer, Told, load};
use crate::orders::Sheet;
use crate::report::{Documents, Evidence, Flights, Report};
use crate::scenario::{self, Found, Outcome, Stage};
use crate::scene::Scene;
use crate::screen::Screen;
use crate::settle::{Until, settle};
use crate::submission::prepare;
use crate::{seed, summary};

/// Questions to the host at the same time.
const PARALLEL: usize = 8;

/// What the files say.
#[derive(Debug)]
pub struct Material {
    pub sheet: Sheet,
    pub places: Places,
    pub catalog: Catalog,
}

impl Material {
    /// Reads both files; where one is not given, the sample.
    pub fn read(orders: Option<&Path>, addresses: Option<&Path>) -> anyhow::Result<Self> {
        let file = |given: Option<&Path>, sample: &str| {
            let path = given.map_or_else(|| project().join("examples/data").join(sample), Path::to_owned);
            let bytes = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            anyhow::Ok((path, bytes))
        };
        let (path, bytes) = file(orders, "orders.csv")?;
        let sheet = Sheet::read(&bytes).with_context(|| format!("the orders {} cannot be used", path.display()))?;
        let (path, bytes) = file(addresses, "addresses.csv")?;
        let places =
            Places::read(&bytes).with_context(|| format!("the addresses {} cannot be used", path.display()))?;
        let catalog = Catalog::of(&sheet, &places);
        Ok(Self { sheet, places, catalog })
    }
}

/// Orders, scenarios, report. Answers whether all is well, and the number of an order to look at.
pub async fn play(
    args: &Args,
    scene: &Scene,
    material: &Material,
    path: &Path,
    screen: &Screen,
) -> anyhow::Result<(bool, Option<String>)> {
    seed::seed(&scene.api, &scene.upstreams, &material.catalog, screen).await?;
    let stage = Stage::find(&scene.api, &material.places).await?;
    if args.faults > 0.0 {
        scene.upstreams.disturb(args.faults).await?;
    }
    let Report { mut value, mut problems, example } = orders(args, scene, material, screen).await?;
    write(path, &value)?;
    let outcomes = if value["stuck"].is_null() { scenarios(args, scene, &stage, screen).await? } else { Vec::new() };
    problems.extend(
        outcomes
            .iter()
            .filter(|outcome| !outcome.ok)
            .map(|outcome| format!("scenario {}: {}", outcome.name, outcome.actual)),
    );
    let shown: serde_json::Map<String, Value> =
        outcomes.iter().map(|outcome| (outcome.name.to_owned(), outcome.json())).collect();
    value["scenarios"] = Value::Object(shown);
    value["problems"] = json!(problems);
    write(path, &value)?;
    summary::orders(screen, &value);
    summary::scenarios(screen, &outcomes);
    summary::verdict(screen, &problems);
    Ok((problems.is_empty(), example))
}

/// The orders of the file, from handing in to the report.
async fn orders(args: &Args, scene: &Scene, material: &Material, screen: &Screen) -> anyhow::Result<Report> {
    let Scene { host, api, upstreams } = scene;
    let sheet = &material.sheet;
    let begun = Instant::now();
    let mut all = Vec::new();
    let mut refused = Vec::new();
    for (at, invoice, order) in sheet.orders() {
        match prepare(at, invoice, order, &material.places) {
            Ok(prepared) => all.push(prepared),
            Err(reason) => refused.push(Answer { at, told: Told::Refused(reason) }),
        }
    }
    let killer = Killer::new(host, api, upstreams, args.kill);
    let mut answers = load(api, &all, &killer, screen).await?;
    answers.extend(refused);
    let stuck = settle(host, api, screen, "Deliver", until(args)).await?;
    let elapsed_ms = begun.elapsed().as_millis();
    let plugin_calls = killer.plugin_calls().await;
    let found = look_up(api, &answers).await?;
    let tickets = api.all("/tickets").await?;
    let tickets: Vec<(String, bool)> = tickets
        .iter()
        .map(|ticket| (ticket["order_number"].as_str().unwrap_or_default().to_owned(), ticket["closed_at"].is_null()))
        .collect();
    let status = api.get("/status").await?;
    let kills = killer.moments();
    let evidence = Evidence {
        sheet,
        answers: &answers,
        found: &found,
        state: &upstreams.get("/state").await?,
        counters: &upstreams.get("/counters").await?,
        kills_in_flight: Flights::read(&upstreams.log)?.hit(&kills),
        kills: &kills,
        tickets: &tickets,
        waiting: status["deliveries"]["waiting"].as_u64().unwrap_or_default(),
        plugin_calls,
        elapsed_ms,
        stuck: stuck.as_deref(),
    };
    Ok(evidence.report())
}

/// Every number that was answered, as the host shows it now.
async fn look_up(api: &Api, answers: &[Answer]) -> anyhow::Result<BTreeMap<String, Option<Found>>> {
    let numbers = answers.iter().filter_map(|answer| match &answer.told {
        Told::Number(number) => Some(number.clone()),
        _ => None,
    });
    let ask = async |number: String| {
        let found = api.find(&format!("/orders/{number}")).await?;
        anyhow::Ok((number, found.map(Found)))
    };
    let all: Vec<_> = futures::stream::iter(numbers).map(ask).buffer_unordered(PARALLEL).collect().await;
    all.into_iter().collect()
}

/// The scenarios, and what of them reached the ERP.
async fn scenarios(args: &Args, scene: &Scene, stage: &Stage<'_>, screen: &Screen) -> anyhow::Result<Vec<Outcome>> {
    let mut outcomes = scenario::play(stage, screen).await;
    let stuck = settle(&scene.host, &scene.api, screen, "Deliver the scenarios", until(args)).await?;
    let documents = Documents::read(&scene.upstreams.get("/state").await?);
    let mut wrong: Vec<String> = stuck.into_iter().collect();
    let mut numbers = Vec::new();
    for number in outcomes.iter().flat_map(|outcome| &outcome.numbers) {
        let order = Found(scene.api.get(&format!("/orders/{number}")).await?);
        let expected = usize::from(order.state() == "confirmed");
        numbers.push(number.clone());
        let shelves = [
            ("order documents", &documents.orders),
            ("receivables", &documents.receivables),
            ("pick tasks", &documents.picks),
        ];
        for (name, shelf) in shelves {
            let there = Documents::of(shelf, number).count();
            if there != expected {
                wrong.push(format!("{number} ({}) has {there} {name} instead of {expected}", order.state()));
            }
        }
    }
    outcomes.push(Outcome {
        name: "delivered",
        expected: "order document, receivable and pick task exactly once for every confirmed order above, none for the others",
        ok: wrong.is_empty(),
        actual: if wrong.is_empty() { "as expected".into() } else { wrong.join("; ") },
        numbers,
    });
    Ok(outcomes)
}

/// Only a run that is to end waits for the last message.
const fn until(args: &Args) -> Until {
    if args.headless { Until::Quiet } else { Until::Messages }
}

fn write(path: &Path, report: &Value) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    std::fs::write(path, text + "\n").with_context(|| format!("the report {} cannot be written", path.display()))
}
