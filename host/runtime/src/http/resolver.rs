//! Finds addresses of hosts; only allowed ones are dialled.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::address;
use super::wire::AddressRefused;

tokio::task_local! {
    /// Places for lookups of the connection whose request is under way. A lookup of the system cannot be called off: it holds a
    /// thread until it ends, even if nobody waits any more. A plugin that asks for one slow name after the other holds no more
    /// threads than these.
    pub(crate) static LOOKUPS: Arc<Semaphore>;
}

/// Lookups of one connection at the same time, those that nobody waits for any more included.
pub(crate) const MOST_LOOKUPS: usize = 8;

/// Lookups of all connections at the same time: half of the threads that wait for the system on everybody's behalf, so that slow
/// names of many connections leave enough for all other work.
pub(crate) const MOST_LOOKUPS_OF_ALL: usize = 256;

/// Finds the addresses of a host. Tests give their own.
#[async_trait]
pub trait Resolver: Send + Sync + 'static {
    /// All addresses of the host.
    async fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The system's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Hands out checked addresses only, so that what is checked is what is dialled.
pub(crate) struct Guarded {
    pub(crate) resolver: Arc<dyn Resolver>,
    /// Private addresses are granted for every origin of this client.
    pub(crate) private: bool,
    /// Places for lookups of all connections.
    pub(crate) all: Arc<Semaphore>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, private) = (Arc::clone(&self.resolver), self.private);
        let (places, everybodys) = (LOOKUPS.try_with(Arc::clone).ok(), Arc::clone(&self.all));
        Box::pin(async move {
            let place = match places {
                Some(places) => Some(places.acquire_owned().await?),
                None => None,
            };
            // The connection's own place first: while it waits for that, it takes nothing from the others.
            let place = (place, everybodys.acquire_owned().await?);
            let lookup = async move {
                let found = resolver.resolve(name.as_str()).await;
                drop(place);
                found
            };
            let all = tokio::spawn(lookup).await??;
            let refused = |address: &IpAddr| address::kind(*address).filter(|kind| !(private && kind.grantable(false)));
            let allowed: Vec<SocketAddr> = all
                .iter()
                .filter(|address| refused(address).is_none())
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if allowed.is_empty() {
                let first =
                    all.iter().find_map(|address| Some(AddressRefused { address: *address, kind: refused(address)? }));
                return Err(match first {
                    Some(refused) => refused.into(),
                    None => std::io::Error::new(std::io::ErrorKind::NotFound, "the host has no address").into(),
                });
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Gives one answer after the other.
    struct Script(Mutex<Vec<&'static [&'static str]>>);

    #[async_trait]
    impl Resolver for Script {
        async fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
            let answer = self.0.lock().unwrap().remove(0);
            Ok(answer.iter().map(|address| address.parse().unwrap()).collect())
        }
    }

    async fn dialled(guarded: &Guarded) -> Result<Vec<String>, String> {
        let name = Name::from_str("rebind.example").unwrap();
        let addresses = guarded.resolve(name).await.map_err(|error| error.to_string())?;
        Ok(addresses.map(|address| address.ip().to_string()).collect())
    }

    fn guarded(private: bool, script: &[&'static [&'static str]]) -> Guarded {
        let all = Arc::new(Semaphore::new(MOST_LOOKUPS_OF_ALL));
        Guarded { resolver: Arc::new(Script(Mutex::new(script.to_vec()))), private, all }
    }

    #[tokio::test]
    async fn an_answer_that_changes_is_checked_every_time() {
        let public = ["93.184.216.34"].as_slice();
        let guarded = guarded(false, &[public, &["127.0.0.1"], public, &["::ffff:127.0.0.1"], &["10.0.0.8"]]);
        assert_eq!(dialled(&guarded).await.unwrap(), ["93.184.216.34"]);
        assert_eq!(dialled(&guarded).await.unwrap_err(), "the host lies at 127.0.0.1, this machine itself");
        assert_eq!(dialled(&guarded).await.unwrap(), ["93.184.216.34"]);
        assert_eq!(dialled(&guarded).await.unwrap_err(), "the host lies at ::ffff:127.0.0.1, this machine itself");
        assert_eq!(dialled(&guarded).await.unwrap_err(), "the host lies at 10.0.0.8, a private network");
    }

    #[tokio::test]
    async fn of_a_mixed_answer_only_what_is_allowed_is_dialled() {
        let mixed = ["127.0.0.1", "93.184.216.34", "169.254.169.254", "fd00::1", "2606:4700::1111"].as_slice();
        assert_eq!(dialled(&guarded(false, &[mixed])).await.unwrap(), ["93.184.216.34", "2606:4700::1111"]);
        let private = ["127.0.0.1", "93.184.216.34", "fd00::1", "2606:4700::1111"];
        assert_eq!(dialled(&guarded(true, &[mixed])).await.unwrap(), private);
        assert_eq!(dialled(&guarded(true, &[&[]])).await.unwrap_err(), "the host has no address");
    }

    /// Answers never.
    struct Stuck(Arc<AtomicUsize>);

    #[async_trait]
    impl Resolver for Stuck {
        async fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn lookups_that_nobody_waits_for_keep_their_places() {
        let asked = Arc::new(AtomicUsize::new(0));
        let all = Arc::new(Semaphore::new(MOST_LOOKUPS_OF_ALL));
        let guarded = Guarded { resolver: Arc::new(Stuck(Arc::clone(&asked))), private: false, all };
        let places = Arc::new(Semaphore::new(MOST_LOOKUPS));
        for _ in 0..3 * MOST_LOOKUPS {
            let lookup = LOOKUPS.scope(Arc::clone(&places), async { dialled(&guarded).await });
            assert!(tokio::time::timeout(Duration::from_secs(1), lookup).await.is_err());
        }
        assert_eq!(asked.load(Ordering::SeqCst), MOST_LOOKUPS);
        // Another connection has places of its own.
        let other = LOOKUPS.scope(Arc::new(Semaphore::new(MOST_LOOKUPS)), async { dialled(&guarded).await });
        assert!(tokio::time::timeout(Duration::from_secs(1), other).await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), MOST_LOOKUPS + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn many_connections_together_hold_no_more_than_all_places() {
        let asked = Arc::new(AtomicUsize::new(0));
        let all = Arc::new(Semaphore::new(MOST_LOOKUPS + 3));
        let guarded = Guarded { resolver: Arc::new(Stuck(Arc::clone(&asked))), private: false, all };
        for _ in 0..4 {
            let places = Arc::new(Semaphore::new(MOST_LOOKUPS));
            for _ in 0..MOST_LOOKUPS {
                let lookup = LOOKUPS.scope(Arc::clone(&places), async { dialled(&guarded).await });
                assert!(tokio::time::timeout(Duration::from_secs(1), lookup).await.is_err());
            }
        }
        assert_eq!(asked.load(Ordering::SeqCst), MOST_LOOKUPS + 3);
    }
}
