//! What comes back from the upstreams: whose turn it is to ask, and what is told once in effect.

use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::erp::{Change, ChangeKind, ChangePage};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::memory::{Orders, Poll, Returns};
use mortise_store::Store;

use crate::harness::{Harness, confirm, customer, d, failure, on_both};

on_both! { one_node_asks_at_a_time, quantities_only_grow_and_free_the_credit, what_is_not_ours_is_left_alone }

const MINUTE: Duration = Duration::from_mins(1);

async fn turn(store: &Store, now: Instant) -> Option<Poll> {
    store.claim_poll("erp", Interface::Erp, now, now.after(MINUTE), now.after(MINUTE * 5)).await.unwrap()
}

fn page(items: Vec<Change>, cursor: &str) -> ChangePage {
    ChangePage { items, cursor: cursor.into(), more: false }
}

fn change(order: &str, what: ChangeKind, at: Instant) -> Change {
    Change { order: order.into(), external_id: "U8-1".into(), at, what, attributes: vec![] }
}

fn shipped(lines: &[(u32, &str)]) -> ChangeKind {
    ChangeKind::Shipped { lines: lines.iter().map(|(line, quantity)| (*line, d(quantity))).collect() }
}

fn paid(amount: i64) -> ChangeKind {
    ChangeKind::Paid { amount, currency: "CNY".into() }
}

async fn one_node_asks_at_a_time(h: Harness) {
    let other = h.other_node().await;
    assert_eq!(turn(&h.store, h.now()).await, None, "the first turn is later");
    h.advance(299);
    assert_eq!(turn(&h.store, h.now()).await, None);
    let now = h.advance(1);
    let poll = turn(&h.store, now).await.unwrap();
    assert_eq!((poll.cursor.as_deref(), poll.failures), (None, 0));
    assert_eq!(turn(&other, now).await, None, "the turn is taken");
    h.store.poll_failed(&poll, &failure(), now.after(MINUTE), now).await.unwrap();
    let now = h.advance(60);
    let again = turn(&other, now).await.unwrap();
    assert_eq!(again.failures, 1);
    let row = &h.store.polls("erp").await.unwrap()[0];
    assert_eq!((row.failures, row.failure.clone(), row.interface.as_str()), (1, Some(failure()), "erp"));
    // The first one was only slow: what it brings now is void.
    let late = h.store.keep_changes(&poll, &page(vec![], "old"), now, now).await.unwrap();
    assert_eq!((late.len(), h.store.change_cursor("erp", Interface::Erp).await.unwrap()), (0, None));
    other.keep_changes(&again, &page(vec![], "new"), now.after(MINUTE), now).await.unwrap();
    assert_eq!(h.store.change_cursor("erp", Interface::Erp).await.unwrap().as_deref(), Some("new"));
    let row = &h.store.polls("erp").await.unwrap()[0];
    assert_eq!((row.failures, row.failure.clone(), row.due_at), (0, None, now.after(MINUTE)));
}

async fn confirmed(h: &Harness) -> (OrderId, String) {
    h.store.put_customers(&[customer("C1", Some(1_000_000))]).await.unwrap();
    let lines = [("A", "2"), ("B", "3")];
    let id = h.accept(&lines).await;
    h.store.decide(&[confirm(id, 1, &lines, "100", h.now())]).await.unwrap();
    (id, format!("SO-{:08}", id.0))
}

/// Tells these changes in a turn of their own.
async fn tell(h: &Harness, changes: Vec<Change>) -> Vec<(String, OrderState)> {
    turn(&h.store, h.now()).await;
    let now = h.advance(400);
    let poll = turn(&h.store, now).await.unwrap();
    h.store.keep_changes(&poll, &page(changes, "c"), now.after(MINUTE), now).await.unwrap()
}

async fn quantities_only_grow_and_free_the_credit(h: Harness) {
    let (id, number) = confirmed(&h).await;
    let open = async || h.store.account("C1").await.unwrap().unwrap().open_credit;
    let credit = open().await;
    let events = async || {
        let page = mortise_store::PageRequest { after: None, limit: 500 };
        let story = h.store.timeline("order", &id.to_string(), &page).await.unwrap();
        story.items.into_iter().map(|entry| entry.event).collect::<Vec<_>>()
    };
    let of = |what| change(&number, what, h.now());
    assert_eq!(tell(&h, vec![of(shipped(&[(1, "2"), (2, "1")])), of(paid(credit / 2))]).await, []);
    assert_eq!(open().await, credit - credit / 2);
    let before = events().await;
    assert!(before.ends_with(&["order.goods-left".to_owned(), "order.payment".to_owned()]), "{before:?}");
    assert_eq!(tell(&h, vec![of(shipped(&[(1, "1"), (2, "1")])), of(paid(1))]).await, [], "less is no news");
    assert_eq!(events().await, before);
    let shipped_all = tell(&h, vec![of(shipped(&[(2, "3")]))]).await;
    assert_eq!(shipped_all, [(number.clone(), OrderState::Shipped)]);
    let completed = tell(&h, vec![of(paid(credit))]).await;
    assert_eq!(completed, [(number.clone(), OrderState::Completed)]);
    assert_eq!(open().await, 0);
    assert_eq!(tell(&h, vec![of(paid(credit * 2))]).await, [], "paid too much frees nothing more");
    assert_eq!(open().await, 0);
    let (lines, amount) = h.store.come_back(id).await.unwrap();
    assert_eq!((lines, amount), (vec![(1, d("2")), (2, d("3"))], credit * 2));
}

async fn what_is_not_ours_is_left_alone(h: Harness) {
    let (id, number) = confirmed(&h).await;
    let wrong = number.replace("SO-", "RO-");
    let changes = ["", "4711", "SO-99999999", &wrong].map(|order| change(order, shipped(&[(1, "2")]), h.now()));
    assert_eq!(tell(&h, changes.into()).await, []);
    assert_eq!(h.store.come_back(id).await.unwrap().0, []);
    let foreign = ChangeKind::Paid { amount: 1_000_000, currency: "USD".into() };
    assert_eq!(tell(&h, vec![change(&number, foreign, h.now())]).await, [], "another currency");
    assert_eq!(h.store.come_back(id).await.unwrap().1, 0);
}
