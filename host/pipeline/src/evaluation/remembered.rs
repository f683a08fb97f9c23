//! Places of orders that wait. An order that is judged again and again because something else does not answer asks the map
//! once, not every time: maps count and charge each question.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::Address;
use mortise_domain::place::Located;

/// How long a place is taken to be what the map said.
const KEPT: Duration = Duration::from_hours(1);
/// Of how many orders; of others the map is asked again.
const MOST: usize = 10_000;

#[derive(Default)]
pub(crate) struct Remembered(Mutex<HashMap<OrderId, Place>>);

struct Place {
    text: String,
    city: String,
    located: Located,
    until: Instant,
}

impl Remembered {
    /// What the map said of this order's address, if the address is still the same.
    pub fn of(&self, order: OrderId, address: &Address, now: Instant) -> Option<Located> {
        let places = self.lock();
        let place = places.get(&order)?;
        let same = place.text == address.text && place.city == address.city && now < place.until;
        same.then(|| place.located.clone())
    }

    /// Keeps it while the order waits. What is kept already stays as old as it is.
    pub fn keep(&self, order: OrderId, address: &Address, located: &Located, now: Instant) {
        let mut places = self.lock();
        if places.len() >= MOST {
            places.retain(|_, place| now < place.until);
        }
        let known = places.get(&order).is_some_and(|place| now < place.until && place.text == address.text);
        if known || places.len() >= MOST {
            return;
        }
        let (text, city) = (address.text.clone(), address.city.clone());
        places.insert(order, Place { text, city, located: located.clone(), until: now.after(KEPT) });
    }

    pub fn forget(&self, order: OrderId) {
        self.lock().remove(&order);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OrderId, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
