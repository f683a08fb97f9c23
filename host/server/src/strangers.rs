//! Attempts of those who are not known, as far as they are news.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mortise_domain::instant::Instant;

use crate::access::network;

/// Attempts of strangers are written once in so long for each network: they cost a stranger nothing, and us a row.
const QUIET: Duration = Duration::from_mins(1);
/// Networks that are remembered.
const REMEMBERED: usize = 10_000;

/// When the last attempt of a stranger from each network was written.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<HashMap<String, Instant>>);

impl Strangers {
    /// Is an attempt of a stranger from there to be written?
    pub fn is_news(&self, address: IpAddr, now: Instant) -> bool {
        // Whoever has one IPv6 address has as many as they like.
        let network = network(address);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(&network).is_some_and(|at| now < at.after(QUIET)) {
            return false;
        }
        if seen.len() >= REMEMBERED {
            seen.retain(|_, at| now < at.after(QUIET));
        }
        // While so many knock, further ones are left out.
        let room = seen.len() < REMEMBERED;
        if room {
            seen.insert(network, now);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_news_once_a_minute() {
        let strangers = Strangers::default();
        let (one, other): (IpAddr, IpAddr) = ("203.0.113.1".parse().unwrap(), "203.0.113.2".parse().unwrap());
        let at = |seconds| Instant(0).after(Duration::from_secs(seconds));
        let seen = [(one, 0), (one, 59), (other, 59), (one, 60), (one, 61)]
            .map(|(who, when)| strangers.is_news(who, at(when)));
        assert_eq!(seen, [true, false, true, true, false]);
    }
}
