//! `mortise-upstreams`: the simulated upstreams as a program of their own, so that they outlive the host under test.

use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use mortise_upstreams::{Config, Settings, Upstreams};
use tracing_subscriber::EnvFilter;

/// U8, AMap and WeCom as one program that behaves, and fails, as they do.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Where to listen; port 0 takes a free one, which is printed.
    #[arg(long, default_value = "127.0.0.1:7080")]
    listen: SocketAddr,
    /// The map's gazetteer: CSV with name, address, city, province_code, postcode, phone, longitude, latitude.
    #[arg(long, value_name = "FILE")]
    addresses: Option<PathBuf>,
    /// Stock, customers and inventory, as JSON (see `POST /__sim/seed`).
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Raw request log: JSON lines, appended.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Keeps documents and messages across restarts.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Settings to start with, as JSON (see `POST /__sim/config`).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();

    let args = Args::parse();
    let read = |path: PathBuf| -> anyhow::Result<serde_json::Value> {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
    };
    let settings = match args.config.map(read).transpose()? {
        Some(change) => Settings::default().with(&change).map_err(anyhow::Error::msg)?,
        None => Settings::default(),
    };
    let seed = args.seed.map(read).transpose()?;
    let config =
        Config { listen: args.listen, addresses: args.addresses, seed, log: args.log, state: args.state, settings };
    let upstreams = Upstreams::start(config).await?;
    announce(&upstreams.base_url());
    wait_for_signal().await?;
    upstreams.stop().await;
    Ok(())
}

/// The first line on standard output is the address, for scripts that start the program on a free port.
#[expect(clippy::print_stdout, reason = "the address is this program's only output")]
fn announce(url: &str) {
    println!("{url}");
}

async fn wait_for_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
