//! The whole demo, step by step.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::args::Args;
use crate::folder::{Folder, project};
use crate::play::{Material, play};
use crate::reset;
use crate::scene::Scene;
use crate::screen::Screen;
use crate::stop::Stop;
use crate::summary;

/// How often the demo looks whether all still runs.
const LOOK: Duration = Duration::from_millis(500);

/// Runs it; answers whether all was well. A signal ends it in an orderly way at any time.
pub async fn run(args: Args, screen: &Screen) -> anyhow::Result<bool> {
    let mut stop = Stop::listen()?;
    // Whoever only looks on may leave at any time; a run that is to end by itself has failed until then.
    let good = Cell::new(!args.headless);
    let stopped = async {
        stop.wait().await;
        screen.say("\nStopping …");
    };
    tokio::select! {
        outcome = demo(&args, screen, &good) => return outcome,
        () = stopped => {}
    }
    screen.say("Stopped; nothing of the demo runs any more.");
    Ok(good.get())
}

async fn demo(args: &Args, screen: &Screen, good: &Cell<bool>) -> anyhow::Result<bool> {
    reset::look_ahead(args.database.as_deref(), args.reset)?;
    // Before the folder is emptied: the files may lie in it.
    let material = Material::read(args.orders.as_deref(), args.addresses.as_deref())?;
    let data = args.data.clone().unwrap_or_else(|| project().join("target/demo"));
    let folder = Folder::fresh(&data)?;
    let addresses = folder.join("addresses.csv");
    std::fs::write(&addresses, material.places.gazetteer())?;
    let report = args.report.clone().unwrap_or_else(|| folder.join("report.json"));
    prepare_report(&report)?;
    let mut scene = Scene::set_up(args, &folder, &addresses, &report, screen).await?;
    let played = play(args, &scene, &material, &report, screen).await;
    if let Ok((well, number)) = &played
        && !args.headless
    {
        good.set(*well);
        // The file is there until a password is set.
        let link = std::fs::read_to_string(folder.join("data").join("setup.link")).ok();
        summary::console(screen, &scene.api, link.as_deref());
        summary::look_on(screen, &scene.api, &scene.upstreams.url, number.as_deref());
        screen.say(&format!("\nThe report is {}.", report.display()));
        screen.say("The demo keeps running until Ctrl-C.");
        loop {
            tokio::time::sleep(LOOK).await;
            scene.check().await?;
        }
    }
    scene.end().await;
    played.map(|(well, _)| well)
}

/// An old report must not be taken for this run's, and whether a new one can be written is known before the work, not after it.
fn prepare_report(report: &Path) -> anyhow::Result<()> {
    let fault = || format!("the report {} cannot be written; name another file with --report", report.display());
    if let Some(parent) = report.parent() {
        std::fs::create_dir_all(parent).with_context(fault)?;
    }
    std::fs::File::options().create(true).append(true).open(report).with_context(fault)?;
    // A device or a link to somewhere else stays.
    if report.symlink_metadata().with_context(fault)?.is_file() {
        std::fs::remove_file(report).with_context(fault)?;
    }
    Ok(())
}
