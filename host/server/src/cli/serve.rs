//! `mortise serve`, `mortise migrate`.

use std::sync::Arc;

use mortise_runtime::RuntimeConfig;
use mortise_store::Store;
use tokio::signal::unix::{SignalKind, signal};

use super::say;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::folder::Folder;
use crate::start::{Outside, secret_key, start_in};

/// Runs the server until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    crate::logging::start(&config);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    // The running program itself, even if its file has been replaced meanwhile.
    let sandbox = Box::new(|bounds: &mut RuntimeConfig| bounds.compiler = Some("/proc/self/exe".into()));
    let running = start_in(config, Outside { sandbox, ..Outside::default() }).await?;
    if let Some(link) = &running.first_link {
        // Not into the log, which others read and keep.
        say(format!("Nobody has signed in yet. The admin sets a password here, once, until {}:", link.expires_at))?;
        say(link.url.expose())?;
    }
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

/// Brings the database to this version's schema.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let folder = Folder::open(&config.data)?;
    let key = secret_key(config, &folder)?;
    let store = Store::open(&config.database, key, Arc::new(SystemClock)).await?;
    store.close().await;
    say(format!("the database ({}) has the schema of mortise {}", store.engine(), env!("CARGO_PKG_VERSION")))
}
