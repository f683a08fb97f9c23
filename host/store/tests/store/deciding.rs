//! Decisions: stock, credit, holds, versions, each wholly or not at all.

use std::collections::BTreeMap;

use mortise_domain::access::Reach;
use mortise_domain::delivery::DeliveryState;
use mortise_domain::evaluation::{Conclusion, Decided, Decision};
use mortise_domain::hold::HoldKind;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::memory::{Deliveries, Orders};
use mortise_domain::text::Text;
use mortise_store::{DeliveryFilter, OrderFilter, PageRequest};

use crate::harness::{
    Harness, START, confirm, customer, d, decision, done, everything, hold, on_both, reading, reason, settled,
};

on_both! {
    a_confirmation_writes_everything,
    stock_is_promised_once,
    a_newer_reading_counts,
    a_promise_counts_until_a_later_reading,
    credit_is_taken_once,
    stale_decisions_change_nothing,
    holds_open_stay_and_close,
    a_rejection_says_why,
    many_lines_at_once,
}

fn keys(pairs: &[(&str, &str, i64)]) -> BTreeMap<(String, String), i64> {
    pairs.iter().map(|(warehouse, sku, n)| (((*warehouse).into(), (*sku).into()), *n)).collect()
}

async fn open_credit(h: &Harness) -> i64 {
    h.store.account("C1").await.unwrap().unwrap().open_credit
}

async fn a_confirmation_writes_everything(h: Harness) {
    h.store.put_customers(&[customer("C1", Some(100_000))]).await.unwrap();
    let lines = [("A", "2"), ("B", "0.5")];
    let id = h.accept(&lines).await;
    let at = h.advance(1);
    let decided = h.store.decide(&[confirm(id, 1, &lines, "5", at)]).await.unwrap();
    assert_eq!(decided, [Decided::Written(OrderState::Confirmed)]);
    assert_eq!(open_credit(&h).await, 2_825);
    let (order, state) = h.store.order(id).await.unwrap().unwrap();
    assert_eq!((order.totals.gross, state), (2_825, OrderState::Confirmed));
    let stored = h.store.stored_order(id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.summary.version, stored.summary.decided_at), (2, Some(at)));
    assert_eq!(stored.summary.totals, Some(order.totals));
    assert_eq!(stored.evaluation, Some(mortise_domain::evaluation::Evaluation::default()));
    let skus = ["A".to_owned(), "B".to_owned()];
    let expected = keys(&[("W1", "A", 2_000_000), ("W1", "B", 500_000)]);
    assert_eq!(h.store.promised(&skus, h.now()).await.unwrap(), expected);
    assert_eq!(
        h.store.last_readings(&skus).await.unwrap(),
        [reading("W1", "A", "5", START), reading("W1", "B", "5", START)]
    );
    let stock = h.store.stock(&skus).await.unwrap();
    assert_eq!((stock[1].promised, stock[1].reading.available), (d("0.5"), d("5")));
    let all = h.store.list_deliveries(&Reach::All, &DeliveryFilter::default(), &PageRequest::default()).await.unwrap();
    let states: Vec<_> = all.items.iter().map(|one| (one.operation.name(), one.state, one.due_at)).collect();
    assert_eq!(
        states,
        [
            ("notify", DeliveryState::Pending, at),
            ("push-pick", DeliveryState::Blocked, Instant::NEVER),
            ("push-receivable", DeliveryState::Blocked, Instant::NEVER),
            ("push-order", DeliveryState::Pending, at),
        ]
    );
    assert_eq!(all.items[0].order_number, format!("SO-{:08}", id.0));
    let story = h.store.timeline("order", &id.to_string(), &PageRequest::default()).await.unwrap();
    assert_eq!(
        story.items.iter().map(|entry| entry.event.as_str()).collect::<Vec<_>>(),
        ["order.received", "order.judged"]
    );
    assert_eq!(h.store.claim_pending(Instant(i64::MAX - 1), Instant::NEVER, 9).await.unwrap(), []);
}

async fn stock_is_promised_once(h: Harness) {
    let (first, second, third) = (h.accept(&[]).await, h.accept(&[]).await, h.accept(&[]).await);
    let batch = [
        confirm(first, 1, &[("A", "3"), ("A", "3")], "10", h.now()),
        confirm(second, 1, &[("B", "1"), ("A", "5")], "10", h.now()),
        confirm(third, 1, &[("A", "4")], "10", h.now()),
    ];
    let short = Decided::OutOfStock(vec![("W1".into(), "A".into())]);
    let written = Decided::Written(OrderState::Confirmed);
    assert_eq!(h.store.decide(&batch).await.unwrap(), [written.clone(), short.clone(), written]);
    let promised = h.store.promised(&["A".into(), "B".into()], h.now()).await.unwrap();
    assert_eq!(promised, keys(&[("W1", "A", 10_000_000)]), "nothing of the second order was written");
    assert_eq!(h.store.pending(second).await.unwrap().unwrap().version, 1);
    let alone = confirm(second, 1, &[("A", "0.000001")], "10", h.now());
    assert_eq!(h.store.decide(&[alone]).await.unwrap(), [short]);
    let mut unread = confirm(second, 1, &[("C", "1")], "10", h.now());
    if let Conclusion::Confirm(confirmation) = &mut unread.verdict {
        confirmation.readings.clear();
    }
    let short = Decided::OutOfStock(vec![("W1".into(), "C".into())]);
    assert_eq!(h.store.decide(&[unread]).await.unwrap(), [short], "what nobody has read is not there");
    assert_eq!(h.store.last_readings(&["C".into()]).await.unwrap(), []);
}

async fn a_newer_reading_counts(h: Harness) {
    let later = Instant(START.0 + 10);
    h.store.put_readings(&[reading("W1", "A", "1", later), reading("W1", "A", "7", START)]).await.unwrap();
    h.store.put_readings(&[reading("W1", "A", "9", START)]).await.unwrap();
    assert_eq!(h.store.last_readings(&["A".into()]).await.unwrap(), [reading("W1", "A", "1", later)]);
    let id = h.accept(&[]).await;
    let decided = h.store.decide(&[confirm(id, 1, &[("A", "2")], "9", h.now())]).await.unwrap();
    assert_eq!(decided, [Decided::OutOfStock(vec![("W1".into(), "A".into())])]);
    h.store.put_readings(&[reading("W1", "A", "3", Instant(later.0 + 1))]).await.unwrap();
    let decided = h.store.decide(&[confirm(id, 1, &[("A", "2")], "0", h.now())]).await.unwrap();
    assert_eq!(decided, [Decided::Written(OrderState::Confirmed)]);
}

async fn a_promise_counts_until_a_later_reading(h: Harness) {
    let first = h.accept(&[]).await;
    h.store.decide(&[confirm(first, 1, &[("A", "6")], "10", h.now())]).await.unwrap();
    let ended = h.advance(10);
    for _ in 0..2 {
        let claimed = h.store.claim(&everything(ended, Instant::NEVER, 10)).await.unwrap();
        let batch: Vec<_> = claimed.iter().map(|one| settled(one, done("x"), ended)).collect();
        h.store.settle(&batch).await.unwrap();
    }
    let second = h.accept(&[]).await;
    let with = |read_at| {
        let mut decision = confirm(second, 1, &[("A", "5")], "10", h.now());
        if let Conclusion::Confirm(confirmation) = &mut decision.verdict {
            confirmation.readings = vec![reading("W1", "A", "10", read_at)];
        }
        decision
    };
    let decided = h.store.decide(&[with(ended)]).await.unwrap();
    assert_eq!(decided, [Decided::OutOfStock(vec![("W1".into(), "A".into())])], "it may not know the dispatch");
    let decided = h.store.decide(&[with(Instant(ended.0 + 1))]).await.unwrap();
    assert_eq!(decided, [Decided::Written(OrderState::Confirmed)]);
}

async fn credit_is_taken_once(h: Harness) {
    h.store.put_customers(&[customer("C1", Some(2_500))]).await.unwrap();
    assert_eq!(h.add_open_credit("C1", 100).await.unwrap(), 100);
    let ids = [h.accept(&[]).await, h.accept(&[]).await, h.accept(&[]).await];
    let of = |id, version| confirm(id, version, &[("A", "1")], "10", h.now());
    let decided = h.store.decide(&[of(ids[0], 1), of(ids[1], 1), of(ids[2], 1)]).await.unwrap();
    let written = Decided::Written(OrderState::Confirmed);
    assert_eq!(decided, [written.clone(), written.clone(), Decided::OverCredit { open: 2_360, limit: 2_500 }]);
    assert_eq!(open_credit(&h).await, 2_360);
    let mut waived = of(ids[2], 1);
    if let Conclusion::Confirm(confirmation) = &mut waived.verdict {
        confirmation.credit_waived = true;
    }
    assert_eq!(h.store.decide(&[waived]).await.unwrap(), std::slice::from_ref(&written));
    assert_eq!(open_credit(&h).await, 3_490);
    h.store.put_customers(&[customer("C1", None)]).await.unwrap();
    assert_eq!(open_credit(&h).await, 3_490, "a new limit does not touch what is open");
    let id = h.accept(&[]).await;
    assert_eq!(h.store.decide(&[of(id, 1)]).await.unwrap(), [written]);
    assert_eq!(h.add_open_credit("C1", -4_620).await.unwrap(), 0);
    assert!(h.add_open_credit("nobody", 1).await.is_err());
}

async fn stale_decisions_change_nothing(h: Harness) {
    let id = h.accept(&[]).await;
    let stale = confirm(id, 7, &[("A", "1")], "10", h.now());
    assert_eq!(h.store.decide(&[stale]).await.unwrap(), [Decided::Stale]);
    assert_eq!(h.store.last_readings(&["A".into()]).await.unwrap(), []);
    let one = confirm(id, 1, &[("A", "1")], "10", h.now());
    let other = decision(id, 1, Conclusion::Reject { reason: Text::same("no") }, h.now());
    let decided = h.store.decide(&[one.clone(), other.clone()]).await.unwrap();
    assert_eq!(decided, [Decided::Written(OrderState::Confirmed), Decided::Stale]);
    assert_eq!(h.store.decide(&[one]).await.unwrap(), [Decided::Stale]);
    let next = Decision { version: 2, ..other };
    assert_eq!(h.store.decide(&[next]).await.unwrap(), [Decided::Stale], "a confirmed order is not rejected");
    let unknown =
        decision(mortise_domain::ids::OrderId(987_654), 1, Conclusion::Reject { reason: Text::same("no") }, START);
    assert_eq!(h.store.decide(&[unknown]).await.unwrap(), [Decided::Stale]);
    assert_eq!(h.store.decide(&[]).await.unwrap(), []);
}

async fn holds_open_stay_and_close(h: Harness) {
    let id = h.accept(&[]).await;
    let (late, dear, down) =
        (reason("late", HoldKind::Business), reason("dear", HoldKind::Business), reason("down", HoldKind::Technical));
    let first = h.advance(1);
    let again_at = first.after(std::time::Duration::from_mins(1));
    h.store.decide(&[hold(id, 1, vec![late.clone(), down.clone(), late.clone()], again_at, first)]).await.unwrap();
    assert_eq!(h.store.holds(id).await.unwrap().len(), 2, "one hold for each code");
    let second = h.advance(59);
    assert_eq!(h.store.claim_pending(second, second, 5).await.unwrap().len(), 0);
    let third = h.advance(1);
    assert_eq!(h.store.claim_pending(third, third, 5).await.unwrap().len(), 1);
    h.store.decide(&[hold(id, 2, vec![late, dear], Instant::NEVER, third)]).await.unwrap();
    let holds = h.store.holds(id).await.unwrap();
    let seen: Vec<_> = holds.iter().map(|hold| (hold.reason.code.as_str(), hold.opened_at, hold.released_at)).collect();
    assert_eq!(seen, [("late", first, None), ("down", first, Some(third)), ("dear", third, None)]);
    assert_eq!(holds[1].released_by.as_deref(), Some("host"));
    assert_eq!(h.store.pending(id).await.unwrap().unwrap().waived, [""; 0]);
    let fourth = h.advance(1);
    h.store.decide(&[confirm(id, 3, &[("A", "1")], "10", fourth)]).await.unwrap();
    assert!(h.store.holds(id).await.unwrap().iter().all(|hold| hold.released_at.is_some()));
    assert_eq!(h.store.counts(&Reach::All).await.unwrap().open_holds, 0);
}

async fn a_rejection_says_why(h: Harness) {
    let id = h.accept(&[]).await;
    let reason = Text::new("不做", "not done");
    h.store.decide(&[decision(id, 1, Conclusion::Reject { reason: reason.clone() }, h.now())]).await.unwrap();
    let stored = h.store.stored_order(id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.summary.state, stored.reject_reason, stored.order), (OrderState::Rejected, Some(reason), None));
    let counts = h.store.counts(&Reach::All).await.unwrap();
    assert_eq!((counts.orders["rejected"], counts.orders["received"], counts.next_due), (1, 0, None));
}

async fn many_lines_at_once(h: Harness) {
    let skus: Vec<String> = (0..1_000).map(|n| format!("SKU-{n:04}")).collect();
    let lines: Vec<(&str, &str)> = skus.iter().map(|sku| (sku.as_str(), "1.25")).collect();
    let ids = [h.accept(&lines).await, h.accept(&lines).await];
    let held = Decision {
        order: confirm(ids[0], 1, &lines[..3], "2", h.now()).order,
        ..hold(ids[0], 1, vec![], Instant::NEVER, h.now())
    };
    h.store.decide(&[held]).await.unwrap();
    let decided = h
        .store
        .decide(&[confirm(ids[0], 2, &lines, "2.5", h.now()), confirm(ids[1], 1, &lines, "2.5", h.now())])
        .await
        .unwrap();
    assert_eq!(decided, [Decided::Written(OrderState::Confirmed), Decided::Written(OrderState::Confirmed)]);
    assert_eq!(h.store.promised(&skus, h.now()).await.unwrap().values().sum::<i64>(), 2_500_000_000);
    let filter = OrderFilter { sku: Some("SKU-0999".into()), ..OrderFilter::default() };
    assert_eq!(h.store.list_orders(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items.len(), 2);
}
