//! What belongs to another store is neither read nor counted.

use std::collections::BTreeSet;

use mortise_domain::access::{Places, Reach};
use mortise_domain::catalog::Store as Shop;
use mortise_domain::delivery::Settlement;
use mortise_domain::hold::HoldKind;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::{Accepted, Deliveries, Orders};
use mortise_store::{DeliveryFilter, HoldFilter, OrderFilter, PageRequest, TicketFilter};

use crate::harness::{Harness, acceptance, confirm, everything, hold, on_both, reason, settled};

on_both! { each_store_sees_its_own, a_store_is_beyond_or_not }

fn own(stores: &[&str], regions: &[&str]) -> Reach {
    let set = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    Reach::Own(Places { stores: set(stores), regions: set(regions) })
}

async fn shops(h: &Harness) {
    let shop = |code: &str, region: &str| Shop {
        code: code.into(),
        name: code.into(),
        region: region.into(),
        currency: "CNY".into(),
    };
    h.store.put_stores(&[shop("S1", "EAST"), shop("S2", "WEST"), shop("S3", "WEST")]).await.unwrap();
}

/// A confirmed order with a ticket, and a held one.
async fn orders_of(h: &Harness, store: &str) -> [OrderId; 2] {
    let lines = [("A", "1")];
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut acceptance = acceptance(None, &lines, h.now());
        acceptance.submission.store = store.into();
        let accepted = h.store.accept(&[acceptance]).await.unwrap();
        let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
        ids.push(*id);
    }
    let held = hold(ids[1], 1, vec![reason("rule", HoldKind::Business)], Instant::NEVER, h.now());
    h.store.decide(&[confirm(ids[0], 1, &lines, "100", h.now()), held]).await.unwrap();
    for claimed in h.store.claim(&everything(h.now(), Instant::NEVER, 10)).await.unwrap() {
        h.store.settle(&[settled(&claimed, Settlement::Wait, h.now())]).await.unwrap();
    }
    [ids[0], ids[1]]
}

async fn each_store_sees_its_own(h: Harness) {
    shops(&h).await;
    let first = orders_of(&h, "S1").await;
    let second = orders_of(&h, "S2").await;
    let page = PageRequest::default();
    for (reach, seen, hidden) in [
        (own(&["S1"], &[]), first, second),
        (own(&[], &["EAST"]), first, second),
        (own(&["S2"], &[]), second, first),
        (own(&["S3"], &["WEST"]), second, first),
    ] {
        let orders = h.store.list_orders(&reach, &OrderFilter::default(), &page).await.unwrap().items;
        assert_eq!(orders.iter().map(|order| order.id).collect::<Vec<_>>(), [seen[1], seen[0]], "{reach:?}");
        let holds = h.store.open_holds(&reach, &HoldFilter::default(), &page).await.unwrap().items;
        assert_eq!(holds.iter().map(|row| row.hold.order).collect::<Vec<_>>(), [seen[1]], "{reach:?}");
        let deliveries = h.store.list_deliveries(&reach, &DeliveryFilter::default(), &page).await.unwrap().items;
        assert!(deliveries.len() == 4 && deliveries.iter().all(|delivery| delivery.order == seen[0]), "{reach:?}");
        let tickets = h.store.list_tickets(&reach, &TicketFilter::default(), &page).await.unwrap().items;
        assert!(tickets.len() == 2 && tickets.iter().all(|ticket| ticket.order == seen[0]), "{reach:?}");
        let counts = h.store.counts(&reach).await.unwrap();
        assert_eq!((counts.orders["confirmed"], counts.orders["held"], counts.orders["received"]), (1, 1, 0));
        assert_eq!((counts.deliveries["waiting"], counts.deliveries["blocked"]), (2, 2));
        assert_eq!((counts.open_holds, counts.open_tickets, counts.next_due), (1, 2, None));
        let past = h.store.past_prices("C1", &["A".into()], 5, &reach).await.unwrap();
        assert_eq!(
            past.iter().map(|past| past.order_number.clone()).collect::<Vec<_>>(),
            [format!("SO-{:0>8}", seen[0].0)]
        );
        for (order, visible) in [(seen[0], true), (hidden[0], false)] {
            let number = format!("SO-{:0>8}", order.0);
            assert_eq!(h.store.order_by_number(&number, &reach).await.unwrap().is_some(), visible);
            assert_eq!(h.store.stored_order(order, &reach).await.unwrap().is_some(), visible);
        }
        // One by one, by whoever guesses ids.
        let all = &Reach::All;
        for delivery in h.store.list_deliveries(all, &DeliveryFilter::default(), &page).await.unwrap().items {
            let found = h.store.delivery(delivery.id, &reach).await.unwrap();
            assert_eq!(found.is_some(), delivery.order == seen[0]);
        }
        for row in h.store.open_holds(all, &HoldFilter::default(), &page).await.unwrap().items {
            assert_eq!(h.store.hold(row.hold.id, &reach).await.unwrap().is_some(), row.hold.order == seen[1]);
        }
        for ticket in h.store.list_tickets(all, &TicketFilter::default(), &page).await.unwrap().items {
            assert_eq!(h.store.ticket(ticket.id, &reach).await.unwrap().is_some(), ticket.order == seen[0]);
        }
    }
    for nothing in [own(&[], &[]), own(&["S3"], &[]), own(&["S9"], &["NORTH"])] {
        assert_eq!(h.store.list_orders(&nothing, &OrderFilter::default(), &page).await.unwrap().items, []);
        let counts = h.store.counts(&nothing).await.unwrap();
        assert_eq!(counts.orders.values().sum::<i64>() + counts.deliveries.values().sum::<i64>(), 0);
        assert_eq!((counts.open_holds, counts.open_tickets), (0, 0));
    }
    assert_eq!(h.store.counts(&Reach::All).await.unwrap().orders["held"], 2);
}

async fn a_store_is_beyond_or_not(h: Harness) {
    shops(&h).await;
    let beyond = async |store: &str, reach: Reach| h.store.is_beyond(store, &reach).await.unwrap();
    assert!(!beyond("S1", own(&["S1"], &[])).await);
    assert!(beyond("S2", own(&["S1"], &["EAST"])).await);
    assert!(!beyond("S3", own(&["S1"], &["WEST"])).await);
    assert!(!beyond("S2", Reach::All).await);
    assert!(!beyond("S9", own(&[], &[])).await, "what does not exist is told elsewhere");
}
