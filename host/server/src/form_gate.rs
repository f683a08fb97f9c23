//! How many public forms are taken: from each network, and in all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mortise_domain::instant::Instant;

use crate::access::network;

/// Time over which forms are counted.
const WINDOW: Duration = Duration::from_mins(1);
/// Forms of one network in that time: a whole fair may stand behind one.
const EACH: u32 = 30;
/// Forms of all in that time; what is beyond is asked to come back, so that orders and people are not kept waiting.
const ALL: u32 = 1_200;
/// Networks that are remembered.
const REMEMBERED: usize = 10_000;

/// Counts forms.
#[derive(Debug, Default)]
pub struct FormGate(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    since: Instant,
    all: u32,
    each: HashMap<String, u32>,
}

impl FormGate {
    /// May one more come from there now? Otherwise: in how many seconds.
    pub fn admit(&self, address: IpAddr, now: Instant) -> Result<(), u16> {
        // Whoever has one IPv6 address has as many as they like.
        let network = network(address);
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= counted.since.after(WINDOW) || now < counted.since {
            *counted = Counted { since: now, ..Counted::default() };
        }
        let left = counted.since.after(WINDOW).since(now).as_secs().max(1);
        let wait = u16::try_from(left).unwrap_or(u16::MAX);
        let room = counted.each.len() < REMEMBERED || counted.each.contains_key(&network);
        if counted.all >= ALL || !room {
            return Err(wait);
        }
        let each = counted.each.entry(network).or_default();
        if *each >= EACH {
            return Err(wait);
        }
        *each += 1;
        counted.all += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_stopped_for_its_address_first() {
        let gate = FormGate::default();
        let one: IpAddr = "203.0.113.1".parse().unwrap();
        let at = |seconds| Instant(1_000_000_000_000).after(Duration::from_secs(seconds));
        let taken = (0..100).filter(|_| gate.admit(one, at(0)).is_ok()).count();
        assert_eq!((taken, gate.admit(one, at(20))), (30, Err(40)));
        assert_eq!(gate.admit("203.0.113.2".parse().unwrap(), at(20)), Ok(()));
        let many = (0..5_000_u32).filter(|at_| gate.admit(IpAddr::from((*at_).to_be_bytes()), at(30)).is_ok()).count();
        assert_eq!(many, 1_200 - 31);
        assert_eq!(gate.admit(one, at(60)), Ok(()));
        // One household, one count.
        let home = |host: u32| format!("2001:db8:1:2::{host:x}").parse::<IpAddr>().unwrap();
        assert_eq!((0..100).filter(|host| gate.admit(home(*host), at(61)).is_ok()).count(), 30);
        assert_eq!(gate.admit("2001:db8:1:3::1".parse().unwrap(), at(61)), Ok(()));
    }
}
