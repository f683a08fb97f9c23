//! The host is killed at random moments while deliveries are in flight, and started again.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::chance::{below, now_ms};
use crate::host::{Api, Host};
use crate::screen::Step;
use crate::settle::is_idle;
use crate::upstreams::Upstreams;

/// How long a kill waits for a delivery to be in flight.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is asked meanwhile whether there is anything to do.
const LOOK: Duration = Duration::from_millis(250);

/// Kills the host a number of times.
#[derive(Debug)]
pub struct Killer<'a> {
    host: &'a Host,
    api: &'a Api,
    upstreams: &'a Upstreams,
    wanted: usize,
    /// When each kill happened, in milliseconds since 1970.
    moments: Mutex<Vec<i64>>,
    /// Plugin calls of the processes that are gone.
    calls: AtomicU64,
}

impl<'a> Killer<'a> {
    pub fn new(host: &'a Host, api: &'a Api, upstreams: &'a Upstreams, wanted: u32) -> Self {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        Self { host, api, upstreams, wanted, moments: Mutex::default(), calls: AtomicU64::new(0) }
    }

    pub const fn wanted(&self) -> usize {
        self.wanted
    }

    pub fn has_more(&self) -> bool {
        self.moments().len() < self.wanted
    }

    /// When the kills happened.
    pub fn moments(&self) -> Vec<i64> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Plugin calls so far, over all processes of the host. A kill takes those of its last moment with it.
    pub async fn plugin_calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed) + calls_of(&self.api.text("/metrics").await.unwrap_or_default())
    }

    /// One kill, somewhere in this portion of orders, of which `done` have been answered.
    pub async fn strike(&self, done: &AtomicUsize, portion: usize, bar: &Step) -> anyhow::Result<()> {
        let share = below(u64::try_from(portion).unwrap_or(u64::MAX));
        let after = usize::try_from(share).unwrap_or(portion);
        while done.load(Ordering::Relaxed) < after {
            sleep(Duration::from_millis(2)).await;
        }
        sleep(Duration::from_millis(below(200))).await;
        self.host.check().await?;
        let calls = calls_of(&self.api.text("/metrics").await.unwrap_or_default());
        self.calls.fetch_add(calls, Ordering::Relaxed);
        self.delivery(|| done.load(Ordering::Relaxed) >= portion).await?;
        let moment = self.host.kill(now_ms).await?;
        self.moments.lock().unwrap_or_else(PoisonError::into_inner).push(moment);
        bar.note(format!("killed {} of {} times", self.moments().len(), self.wanted));
        self.host.restart().await
    }

    /// Waits until a delivery is in flight; not where none can come any more, because all orders are handed in and nothing is to do.
    async fn delivery(&self, all_in: impl Fn() -> bool) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut looked = begun;
        while self.upstreams.deliveries_in_flight().await? == 0 && begun.elapsed() < PATIENCE {
            if all_in() && looked.elapsed() > LOOK {
                looked = Instant::now();
                if is_idle(&self.api.get("/status").await?) {
                    break;
                }
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

/// The sum of all counts of plugin calls in the Prometheus text.
fn calls_of(metrics: &str) -> u64 {
    let counts = metrics.lines().filter(|line| line.starts_with("mortise_plugin_call_seconds_count"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed() {
        let text = "# TYPE mortise_plugin_call_seconds summary\n\
            mortise_plugin_call_seconds{connection=\"u8\",quantile=\"0.5\"} 0.01\n\
            mortise_plugin_call_seconds_sum{connection=\"u8\"} 3.5\n\
            mortise_plugin_call_seconds_count{connection=\"u8\",outcome=\"ok\"} 12\n\
            mortise_plugin_call_seconds_count{connection=\"amap\",outcome=\"ok\"} 30\n";
        assert_eq!(calls_of(text), 42);
        assert_eq!(calls_of(""), 0);
    }
}
