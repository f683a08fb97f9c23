//! What comes back from the upstreams: whose turn it is to ask, and what is told once in effect.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::call::Interface;
use mortise_domain::erp::{Change, ChangeKind, ChangePage};
use mortise_domain::hold::HoldKind;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Orders, Poll, Returns};
use mortise_domain::text::Text;
use mortise_store::{CreditBooking, Store};
use serde_json::json;

use crate::harness::{Harness, confirm, customer, d, failure, hold, on_both, reason, together};

on_both! {
    one_node_asks_at_a_time,
    quantities_only_grow_and_free_the_credit,
    what_is_not_ours_is_left_alone,
    warehouses_add_up_and_an_erp_tells_all,
    rows_of_a_split_line_add_up,
    what_cannot_be_read_holds_no_other_up,
    what_came_back_before_the_confirmation_counts_with_it,
    money_frees_credit_once,
    a_repeated_booking_books_nothing,
    credit_adds_up_whoever_tells_it_first,
}

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
    tell_by(h, ("erp", Interface::Erp), changes).await
}

async fn tell_by(h: &Harness, source: (&str, Interface), changes: Vec<Change>) -> Vec<(String, OrderState)> {
    let (name, interface) = source;
    let turn = async |now: Instant| {
        h.store.claim_poll(name, interface, now, now.after(MINUTE), now.after(MINUTE * 5)).await.unwrap()
    };
    turn(h.now()).await;
    let poll = turn(h.advance(400)).await.unwrap();
    let now = h.now();
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

async fn warehouses_add_up_and_an_erp_tells_all(h: Harness) {
    let (id, number) = confirmed(&h).await;
    let of = |lines: &[(u32, &str)]| vec![change(&number, shipped(lines), h.now())];
    let (east, west) = (("wms-east", Interface::Inventory), ("wms-west", Interface::Inventory));
    let left = async || h.store.come_back(id).await.unwrap().0;
    assert_eq!(tell_by(&h, east, of(&[(1, "2"), (2, "1.8")])).await, []);
    assert_eq!(tell(&h, of(&[(2, "1")])).await, [], "the ERP is behind");
    assert_eq!(left().await, [(1, d("2")), (2, d("1.8"))]);
    let all = tell_by(&h, west, of(&[(2, "1.2")])).await;
    assert_eq!(all, [(number.clone(), OrderState::Shipped)], "less than the other warehouse, and still the rest of it");
    assert_eq!(left().await, [(1, d("2")), (2, d("3"))]);
    tell(&h, of(&[(2, "3")])).await;
    assert_eq!(left().await, [(1, d("2")), (2, d("3"))], "the ERP tells the same goods");
    let page = mortise_store::PageRequest { after: None, limit: 500 };
    let story = h.store.timeline("order", &id.to_string(), &page).await.unwrap().items;
    let told: Vec<_> =
        story.iter().filter(|one| one.event == "order.goods-left").map(|one| &one.data["lines"]).collect();
    assert_eq!(told, [&json!([[1, "2"], [2, "1.8"]]), &json!([[2, "3"]])]);
}

async fn rows_of_a_split_line_add_up(h: Harness) {
    let (id, number) = confirmed(&h).await;
    let split = shipped(&[(1, "1"), (2, "3"), (1, "1")]);
    let moved = tell(&h, vec![change(&number, split, h.now())]).await;
    assert_eq!(moved, [(number, OrderState::Shipped)]);
    assert_eq!(h.store.come_back(id).await.unwrap().0, [(1, d("2")), (2, d("3"))]);
    assert_eq!(h.store.change_cursor("erp", Interface::Erp).await.unwrap().as_deref(), Some("c"));
}

async fn what_cannot_be_read_holds_no_other_up(h: Harness) {
    let (first, number) = confirmed(&h).await;
    let (_, second) = confirmed(&h).await;
    h.raw_text(format!("UPDATE orders SET judged = '{{\"of\": \"a newer program\"}}' WHERE id = {first}")).await;
    let all = shipped(&[(1, "2"), (2, "3")]);
    let moved = tell(&h, vec![change(&number, all.clone(), h.now()), change(&second, all, h.now())]).await;
    assert_eq!(moved, [(second, OrderState::Shipped)]);
}

/// As after a restoration: the upstream knows what is undecided here.
async fn what_came_back_before_the_confirmation_counts_with_it(h: Harness) {
    h.store.put_customers(&[customer("C1", Some(1_000_000))]).await.unwrap();
    let lines = [("A", "2"), ("B", "3")];
    let id = h.accept(&lines).await;
    h.store.decide(&[hold(id, 1, vec![reason("vague", HoldKind::Business)], Instant::NEVER, h.now())]).await.unwrap();
    let number = format!("SO-{:08}", id.0);
    let of = |what| change(&number, what, h.now());
    assert_eq!(tell(&h, vec![of(shipped(&[(1, "2"), (2, "3")])), of(paid(5_650))]).await, []);
    let version = h.store.pending(id).await.unwrap().unwrap().version;
    h.store.decide(&[confirm(id, version, &lines, "100", h.now())]).await.unwrap();
    let stored = h.store.stored_order(id, &Reach::All).await.unwrap().unwrap();
    assert_eq!(stored.summary.state, OrderState::Completed);
    assert_eq!(open(&h).await, 0, "it has been paid");
}

async fn open(h: &Harness) -> i64 {
    h.store.account("C1").await.unwrap().unwrap().open_credit
}

fn booking(delta: i64, order: Option<OrderId>) -> CreditBooking {
    CreditBooking { customer: "C1".into(), delta, order, elsewhere: false }
}

async fn money_frees_credit_once(h: Harness) {
    let (id, number) = confirmed(&h).await;
    let credit = open(&h).await;
    let book = async |delta, order| h.store.book_credit(&booking(delta, order), "user:fred", None).await;
    let told = async |amount| tell(&h, vec![change(&number, paid(amount), h.now())]).await;
    // Of an order: by hand first, then by the ERP, and the other way round.
    assert_eq!(book(-1_000, Some(id)).await.unwrap(), credit - 1_000);
    told(1_000).await;
    assert_eq!(open(&h).await, credit - 1_000, "the same money");
    told(2_000).await;
    assert_eq!(book(-1_000, Some(id)).await.unwrap(), credit - 2_000, "the ERP has told it already");
    assert_eq!(h.store.come_back(id).await.unwrap().1, 2_000);
    let too_much = book(-credit, Some(id)).await.unwrap_err();
    assert!(too_much.to_string().contains("at most 3650 can be booked"), "{too_much}");
    let stranger = CreditBooking { customer: "C2".into(), ..booking(-1, Some(id)) };
    let refused = h.store.book_credit(&stranger, "user:fred", None).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound(_)), "{refused}");
    // On account.
    assert_eq!(book(-1_500, None).await.unwrap(), credit - 3_500);
    told(3_000).await;
    assert_eq!(open(&h).await, credit - 3_500, "of what is on account, 1,000");
    told(4_000).await;
    assert_eq!(open(&h).await, credit - 4_000, "500 were left on account");
    // A payment that was booked by mistake.
    book(-700, None).await.unwrap();
    assert_eq!(book(700, None).await.unwrap(), credit - 4_000);
    told(4_100).await;
    assert_eq!(open(&h).await, credit - 4_100, "nothing is on account any more");
    // What is of no order here is matched with none.
    let elsewhere = CreditBooking { elsewhere: true, ..booking(-200, None) };
    assert_eq!(h.store.book_credit(&elsewhere, "user:fred", None).await.unwrap(), credit - 4_300);
    let completed = tell(
        &h,
        vec![change(&number, shipped(&[(1, "2"), (2, "3")]), h.now()), change(&number, paid(credit), h.now())],
    );
    assert_eq!(completed.await, [(number.clone(), OrderState::Completed)]);
    assert_eq!(open(&h).await, -200);
}

async fn a_repeated_booking_books_nothing(h: Harness) {
    h.store.put_customers(&[customer("C1", None)]).await.unwrap();
    let book = async |delta, actor: &str, key| h.store.book_credit(&booking(delta, None), actor, Some(key)).await;
    assert_eq!(book(500, "user:fred", "k1").await.unwrap(), 500);
    assert_eq!(book(-100, "user:fred", "k2").await.unwrap(), 400);
    assert_eq!(book(500, "user:fred", "k1").await.unwrap(), 500, "as it was answered then");
    assert_eq!(open(&h).await, 400);
    let other = book(600, "user:fred", "k1").await.unwrap_err();
    assert!(matches!(other, StoreError::Conflict(_)), "{other}");
    assert_eq!(book(500, "user:ann", "k1").await.unwrap(), 900, "her own key");
    let unknown = CreditBooking { customer: "C9".into(), ..booking(1, None) };
    let refused = h.store.book_credit(&unknown, "user:fred", Some("k3")).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound(_)), "{refused}");
    let at_once = together(6, |_| {
        let h = h.clone();
        async move { h.store.book_credit(&booking(7, None), "user:fred", Some("k9")).await.unwrap() }
    })
    .await;
    assert_eq!((at_once, open(&h).await), (vec![907; 6], 907));
}

/// What is open is always what the orders took, without what was paid of them, without what is on account.
async fn credit_adds_up_whoever_tells_it_first(h: Harness) {
    let mut orders = Vec::new();
    for _ in 0..3 {
        let (id, number) = confirmed(&h).await;
        orders.push((id, number, 0_i64, 0_i64, true));
    }
    let credit = open(&h).await / 3;
    let (mut on_account, mut chance) = (0_i64, 7_u64);
    for _ in 0..40 {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let roll = chance >> 33;
        let amount = i64::try_from(roll % 900).unwrap() + 1;
        let (id, number, told, noted, stands) = &mut orders[usize::try_from(roll % 3).unwrap()];
        match (roll / 7) % 8 {
            0..=2 => {
                let (freed, before) = (told.saturating_add(amount).min(credit), (*told).max(*noted));
                tell(&h, vec![change(number, paid(*told + amount), h.now())]).await;
                *told = freed;
                if *stands {
                    on_account -= on_account.min((freed - before).max(0));
                }
            }
            3..=5 => {
                let booked = h.store.book_credit(&booking(-amount, Some(*id)), "user:fred", None).await;
                assert_eq!(booked.is_ok(), *stands && *noted + amount <= credit);
                if booked.is_ok() {
                    *noted += amount;
                }
            }
            6 => {
                h.store.book_credit(&booking(-amount, None), "user:fred", None).await.unwrap();
                on_account += amount;
            }
            _ if roll % 5 == 0 && *stands => {
                h.store.cancel_order(*id, "boss", &Text::same("enough")).await.unwrap();
                *stands = false;
            }
            _ => {}
        }
        let taken: i64 = orders.iter().filter(|one| one.4).map(|(_, _, told, noted, _)| credit - told.max(noted)).sum();
        assert_eq!(open(&h).await, taken - on_account, "{orders:?}, {on_account} on account");
    }
}
