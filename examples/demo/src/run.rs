//! The whole demo, step by step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use crate::addresses::{self, Address};
use crate::args::Args;
use crate::catalog::Catalog;
use crate::folder::{Folder, project};
use crate::host::{Api, Host};
use crate::kill::Killer;
use crate::load::{Answer, Told, load};
use crate::orders::Sheet;
use crate::report::{Documents, Evidence, Flights, Report};
use crate::scenario::{self, Found, Outcome, Stage};
use crate::screen::Screen;
use crate::settle::settle;
use crate::submission::{Prepared, prepare};
use crate::upstreams::Upstreams;
use crate::{artifacts, connect, reset, seed, summary};

/// Questions to the host at the same time.
const PARALLEL: usize = 8;

/// Everything that runs.
struct Scene {
    host: Host,
    api: Api,
    upstreams: Upstreams,
}

/// Runs it; answers whether all was well. A signal ends it in an orderly way at any time.
pub async fn run(args: Args, screen: &Screen) -> anyhow::Result<bool> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        outcome = demo(&args, screen) => outcome,
        _ = tokio::signal::ctrl_c() => { screen.say("\nStopped."); Ok(!args.headless) }
        _ = terminate.recv() => { screen.say("\nStopped."); Ok(!args.headless) }
    }
}

async fn demo(args: &Args, screen: &Screen) -> anyhow::Result<bool> {
    let data = args.data.clone().unwrap_or_else(|| project().join("target/demo"));
    let folder = Folder::fresh(&data)?;
    let sample = |name: &str| project().join("examples/data").join(name);
    let file = args.orders.clone().unwrap_or_else(|| sample("orders.csv"));
    let places = args.addresses.clone().unwrap_or_else(|| sample("addresses.csv"));
    let bytes = std::fs::read(&file).with_context(|| format!("the orders {} cannot be read", file.display()))?;
    let sheet = Sheet::read(&bytes).with_context(|| format!("the orders {} cannot be used", file.display()))?;
    let addresses = addresses::read(&places)?;
    let report = args.report.clone().unwrap_or_else(|| folder.join("report.json"));
    if let Some(parent) = report.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
    }
    let mut scene = set_up(args, &folder, &places, &report, screen).await?;
    let catalog = Catalog::of(&sheet, &addresses);
    let good = play(args, &scene, &Material { sheet, addresses, catalog }, &report, screen).await;
    if let Ok((_, number)) = &good
        && !args.headless
    {
        summary::look_on(screen, &scene.api, number);
        screen.say(&format!("The report is {}. Ctrl-C ends the demo.", report.display()));
        std::future::pending::<()>().await;
    }
    scene.host.end().await;
    scene.upstreams.end().await;
    good.map(|(good, _)| good)
}

/// What the files say.
struct Material {
    sheet: Sheet,
    addresses: Vec<Address>,
    catalog: Catalog,
}

async fn set_up(args: &Args, folder: &Folder, places: &Path, report: &Path, screen: &Screen) -> anyhow::Result<Scene> {
    let programs = artifacts::programs(screen, args.programs.as_deref()).await?;
    let plugins = artifacts::plugins(screen).await?;
    let log = beside(report);
    // The simulator appends.
    if log.exists() {
        std::fs::remove_file(&log).with_context(|| format!("the old log {} cannot be removed", log.display()))?;
    }
    let step = screen.step("Start upstreams and host");
    let upstreams = Upstreams::start(&programs.upstreams, folder, places, log).await?;
    let database = args.database.as_deref();
    if let Some(url) = database.filter(|_| args.reset) {
        reset::reset(url).await?;
    }
    let host = Host::start(&programs.host, folder, database).await.map_err(|error| reset::hint(error, database))?;
    let token = host.token();
    let api = token.as_ref().map(|token| Api::new(&host.url, token)).transpose()?;
    reset::must_be_new(token.as_deref(), api.as_ref()).await?;
    let api = api.context("the host made no token")?;
    seed::company(&api).await?;
    host.end().await;
    host.restart().await?;
    step.done(&format!("{} and {}", upstreams.url, host.url));
    connect::connect(&api, &plugins, &upstreams.url, screen).await?;
    Ok(Scene { host, api, upstreams })
}

/// The upstreams' raw log lies beside the report.
fn beside(report: &Path) -> PathBuf {
    let mut name = report.file_stem().unwrap_or_default().to_owned();
    name.push(".upstream.jsonl");
    report.with_file_name(name)
}

/// Orders, scenarios, report. Answers whether all is well, and the number of an order to look at.
async fn play(
    args: &Args,
    scene: &Scene,
    material: &Material,
    path: &Path,
    screen: &Screen,
) -> anyhow::Result<(bool, String)> {
    seed::seed(&scene.api, &scene.upstreams, &material.catalog, screen).await?;
    let stage = Stage::find(&scene.api, &material.addresses).await?;
    if args.faults > 0.0 {
        scene.upstreams.disturb(args.faults).await?;
    }
    let (Report { mut value, mut problems }, answers) = orders(args, scene, material, screen).await?;
    write(path, &value)?;
    let outcomes = if value["stuck"].is_null() { scenarios(scene, &stage, screen).await? } else { Vec::new() };
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
    if problems.is_empty() {
        screen.say("\nAll is well.");
    } else {
        screen.say(&format!("\nNOT well:\n  {}", problems.join("\n  ")));
    }
    let number = answers.into_iter().find_map(|answer| match answer.told {
        Told::Number(number) => Some(number),
        _ => None,
    });
    Ok((problems.is_empty(), number.unwrap_or_default()))
}

/// The orders of the file, from handing in to the report.
async fn orders(
    args: &Args,
    scene: &Scene,
    material: &Material,
    screen: &Screen,
) -> anyhow::Result<(Report, Vec<Answer>)> {
    let Scene { host, api, upstreams } = scene;
    let sheet = &material.sheet;
    let begun = Instant::now();
    let all: Vec<Prepared> =
        sheet.orders().map(|(at, invoice, order)| prepare(at, invoice, order, &material.addresses)).collect();
    let killer = Killer::new(host, api, upstreams, args.kill);
    let answers = load(api, &all, &killer, screen).await?;
    let stuck = settle(host, api, screen, "Deliver").await?;
    let elapsed_ms = begun.elapsed().as_millis();
    let plugin_calls = killer.plugin_calls().await;
    let found = look_up(api, &answers).await?;
    let tickets = api.all("/tickets").await?;
    let tickets: Vec<(String, bool)> = tickets
        .iter()
        .map(|ticket| (ticket["order_number"].as_str().unwrap_or_default().to_owned(), ticket["closed_at"].is_null()))
        .collect();
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
        plugin_calls,
        elapsed_ms,
        stuck: stuck.as_deref(),
    };
    let report = evidence.report();
    Ok((report, answers))
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
async fn scenarios(scene: &Scene, stage: &Stage<'_>, screen: &Screen) -> anyhow::Result<Vec<Outcome>> {
    let mut outcomes = scenario::play(stage, screen).await;
    let stuck = settle(&scene.host, &scene.api, screen, "Deliver the scenarios").await?;
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

fn write(path: &Path, report: &Value) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    std::fs::write(path, text + "\n").with_context(|| format!("the report {} cannot be written", path.display()))
}
