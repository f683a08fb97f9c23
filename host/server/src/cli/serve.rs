//! `mortise serve`, `mortise migrate`.

use std::io::IsTerminal as _;
use std::sync::Arc;

use mortise_runtime::RuntimeConfig;
use mortise_store::Store;
use tokio::signal::unix::{SignalKind, signal};

use super::say;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::folder::{Folder, remove_if_there, write_private};
use crate::invites::Link;
use crate::start::{Outside, secret_key, start_in};

/// Runs the server until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    crate::logging::start(&config)?;
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    // The running program itself, even if its file has been replaced meanwhile.
    let sandbox = Box::new(|bounds: &mut RuntimeConfig| bounds.compiler = Some("/proc/self/exe".into()));
    let running = start_in(config, Outside { sandbox, ..Outside::default() }).await?;
    hand_over(running.first_link.as_ref(), &running.app.folder)?;
    let stop = running.stop.clone();
    let ended = running.ended();
    tokio::pin!(ended);
    tokio::select! {
        () = &mut ended => return Ok(()),
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
    }
    stop.cancel();
    tokio::select! {
        () = ended => {}
        _ = interrupt.recv() => tracing::warn!("SIGINT again: what is in flight is cut off"),
    }
    Ok(())
}

/// Shows the first admin's link to whoever sits at the terminal. Where nobody does, what is printed ends in a log, which others
/// read and keep: there it lies in a file of the data folder, as the first token does.
fn hand_over(link: Option<&Link>, folder: &Folder) -> anyhow::Result<()> {
    let file = folder.setup_link();
    remove_if_there(&file)?;
    let Some(link) = link else { return Ok(()) };
    if std::io::stdout().is_terminal() {
        say(format!("Nobody has a password yet. The admin sets one here, once, until {}:", link.expires_at))?;
        return say(link.url.expose());
    }
    write_private(&file, link.url.expose())?;
    let (file, until) = (file.display(), link.expires_at);
    tracing::info!(%file, %until, "nobody has a password yet; the link by which the admin sets one is in this file");
    Ok(())
}

/// Brings the database to this version's schema.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let folder = Folder::open(&config.data)?;
    let key = secret_key(config, &folder)?;
    let store = Store::open(&config.database, key, Arc::new(SystemClock)).await?;
    store.close().await;
    say(format!("the database ({}) has the schema of mortise {}", store.engine(), env!("CARGO_PKG_VERSION")))
}
