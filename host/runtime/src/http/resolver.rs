//! Finds addresses of hosts; only allowed ones are dialled.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address;
use super::wire::AddressRefused;

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
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, private) = (Arc::clone(&self.resolver), self.private);
        Box::pin(async move {
            let all = resolver.resolve(name.as_str()).await?;
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
