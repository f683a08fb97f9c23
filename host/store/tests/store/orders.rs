//! Acceptance, holds, attachments, lists, story.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::evaluation::{Conclusion, Pending};
use mortise_domain::hold::HoldKind;
use mortise_domain::ids::{HoldId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Acceptance, Accepted, Orders};
use mortise_domain::text::Text;
use mortise_store::{HoldFilter, NewAttachment, OrderFilter, PageRequest};

use crate::harness::{Harness, START, acceptance, confirm, decision, hold, on_both, reason};

on_both! {
    accepts_once_per_key,
    a_key_is_its_callers_own,
    a_batch_knows_its_own_repeats,
    pending_is_complete,
    a_release_by_a_person_waives_and_wakes,
    an_attachment_wakes_a_held_order,
    lists_by_pages_and_filters,
    the_story_is_in_order,
    recent_orders_of_a_customer,
}

async fn a_key_is_its_callers_own(h: Harness) {
    let sent =
        |actor: &str, sku: &str| Acceptance { actor: actor.into(), ..acceptance(Some("1001"), &[(sku, "1")], h.now()) };
    let batch = [sent("shop", "A"), sent("till", "B"), sent("shop", "A"), sent("till", "C")];
    let accepted = h.store.accept(&batch).await.unwrap();
    let [Accepted::New(web, _), Accepted::New(till, _), Accepted::Known(again, _), Accepted::KeyReused] = &accepted[..]
    else {
        panic!("{accepted:?}")
    };
    assert!(web == again && web != till);
    let accepted = h.store.accept(&[sent("till", "B"), sent("shop", "B"), sent("app", "B")]).await.unwrap();
    let [Accepted::Known(known, _), Accepted::KeyReused, Accepted::New(..)] = &accepted[..] else {
        panic!("{accepted:?}")
    };
    assert_eq!(known, till);
}

async fn accepts_once_per_key(h: Harness) {
    let first = acceptance(Some("k1"), &[("A", "1")], h.now());
    let Accepted::New(id, number) = h.store.accept(std::slice::from_ref(&first)).await.unwrap().remove(0) else {
        panic!()
    };
    assert_eq!(number, format!("SO-{:08}", id.0));
    let other = acceptance(Some("k1"), &[("A", "2")], h.now());
    let again = h.other_node().await.accept(&[first, other]).await.unwrap();
    assert_eq!(again, [Accepted::Known(id, number.clone()), Accepted::KeyReused]);
    let repeat = async |actor: &str, key: &str, lines: &[(&str, &str)]| {
        h.store.repeat(actor, key, &acceptance(None, lines, h.now()).fingerprint).await.unwrap()
    };
    assert_eq!(repeat("till", "k1", &[("A", "1")]).await, Some(Accepted::Known(id, number.clone())));
    assert_eq!(repeat("till", "k1", &[("A", "2")]).await, Some(Accepted::KeyReused));
    assert_eq!(repeat("till", "k2", &[("A", "1")]).await, None);
    assert_eq!(repeat("someone", "k1", &[("A", "1")]).await, None);
    let page = h.store.list_orders(&Reach::All, &OrderFilter::default(), &PageRequest::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let story = h.store.timeline("order", &id.to_string(), &PageRequest::default()).await.unwrap();
    assert_eq!(story.items.len(), 1);
    assert_eq!((story.items[0].event.as_str(), story.items[0].actor.as_str()), ("order.received", "till"));
    assert_eq!(h.store.order(id).await.unwrap(), None);
    assert_eq!(h.store.order_by_number(&number, &Reach::All).await.unwrap().unwrap().summary.id, id);
    assert_eq!(h.store.order_by_number(&number.replace("SO", "RO"), &Reach::All).await.unwrap(), None);
    assert_eq!(h.store.order_by_number("nonsense", &Reach::All).await.unwrap(), None);
}

async fn a_batch_knows_its_own_repeats(h: Harness) {
    let of = |key, lines| acceptance(key, lines, h.now());
    let batch = [
        of(Some("z"), &[("A", "1")]),
        of(None, &[("A", "1")]),
        of(Some("z"), &[("A", "1")]),
        of(Some("a"), &[("B", "1")]),
        of(Some("z"), &[("B", "1")]),
        of(None, &[("A", "1")]),
    ];
    let answers = h.store.accept(&batch).await.unwrap();
    let Accepted::New(id, number) = &answers[0] else { panic!() };
    assert_eq!(answers[2], Accepted::Known(*id, number.clone()));
    assert_eq!(answers[4], Accepted::KeyReused);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Accepted::New(..))).count(), 4);
    let page = h.store.list_orders(&Reach::All, &OrderFilter::default(), &PageRequest::default()).await.unwrap();
    assert_eq!(page.items.len(), 4);
}

async fn pending_is_complete(h: Harness) {
    let id = h.accept(&[("A", "1.5")]).await;
    let expected = Pending {
        id,
        number: format!("SO-{:08}", id.0),
        state: OrderState::Received,
        version: Pending::FIRST_VERSION,
        submission: crate::harness::submission(&[("A", "1.5")], START),
        placed_at: START,
        actor: "till".into(),
        waived: vec![],
        open_holds: vec![],
        attachments: vec![],
    };
    assert_eq!(h.store.pending(id).await.unwrap(), Some(expected.clone()));
    let reasons = vec![reason("late", HoldKind::Business), reason("price-unavailable", HoldKind::Technical)];
    h.store.decide(&[hold(id, 1, reasons, Instant::NEVER, h.now())]).await.unwrap();
    let file = |name: &str| NewAttachment {
        order: id,
        name: name.into(),
        media_type: "application/pdf".into(),
        size: 3,
        sha256: "00".into(),
        path: "0/1".into(),
        actor: "ann".into(),
    };
    h.store.attach(&file("z.pdf")).await.unwrap();
    h.store.attach(&file("a.pdf")).await.unwrap();
    let open = h.store.holds(id).await.unwrap();
    h.store.release_hold(open[0].id, "ann", "fine", h.now()).await.unwrap();
    let found = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!(found.version, 5);
    assert_eq!(found.state, OrderState::Held);
    assert_eq!(found.waived, ["late"]);
    assert_eq!(found.open_holds, ["price-unavailable"]);
    assert_eq!(found.attachments, ["z.pdf", "a.pdf"]);
    let claimed = h.store.claim_pending(h.now(), h.now().after(std::time::Duration::from_secs(9)), 10).await.unwrap();
    assert_eq!(claimed, [found]);
    h.store.decide(&[decision(id, 5, Conclusion::Reject { reason: Text::same("no") }, h.now())]).await.unwrap();
    assert_eq!(h.store.pending(id).await.unwrap(), None);
}

async fn a_release_by_a_person_waives_and_wakes(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    let reasons = vec![reason("late", HoldKind::Business), reason("big", HoldKind::Business)];
    h.store.decide(&[hold(id, 1, reasons, Instant::NEVER, h.now())]).await.unwrap();
    let page = PageRequest { after: None, limit: 1 };
    let first = h.store.open_holds(&Reach::All, &HoldFilter::default(), &page).await.unwrap();
    let rest = PageRequest { after: first.next.clone(), limit: 1 };
    let second = h.store.open_holds(&Reach::All, &HoldFilter::default(), &rest).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next.clone()), (1, 1, None));
    assert_ne!(first.items[0].hold.id, second.items[0].hold.id);
    assert_eq!((first.items[0].customer.as_str(), first.items[0].store.as_str()), ("C1", "S1"));
    let holds = h.store.holds(id).await.unwrap();
    assert_eq!(holds[0].reason, reason("late", HoldKind::Business));
    let now = h.advance(60);
    assert_eq!(h.store.release_hold(holds[0].id, "ann", "ok", now).await.unwrap(), id);
    let due = |h: &Harness| h.now().after(std::time::Duration::from_secs(1));
    assert_eq!(h.store.claim_pending(due(&h), due(&h), 10).await.unwrap(), [], "one business hold is still open");
    let again = h.store.release_hold(holds[0].id, "bob", "", now).await.unwrap_err();
    assert!(matches!(again, StoreError::Conflict(_)), "{again}");
    let missing = h.store.release_hold(HoldId(999), "bob", "", now).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound(_)), "{missing}");
    h.store.release_hold(holds[1].id, "bob", "", now).await.unwrap();
    let claimed = h.store.claim_pending(now, due(&h), 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].waived, ["big", "late"]);
    let released = h.store.hold(holds[0].id, &Reach::All).await.unwrap().unwrap();
    assert_eq!(
        (released.released_at, released.released_by.as_deref(), released.note.as_deref()),
        (Some(now), Some("ann"), Some("ok"))
    );
    let filter = HoldFilter { code: Some("late".into()), kind: Some(HoldKind::Business) };
    assert_eq!(h.store.open_holds(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items, []);
}

async fn an_attachment_wakes_a_held_order(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    h.store.decide(&[hold(id, 1, vec![reason("file", HoldKind::Business)], Instant::NEVER, h.now())]).await.unwrap();
    let new = NewAttachment {
        order: id,
        name: "po.pdf".into(),
        media_type: "application/pdf".into(),
        size: 7,
        sha256: "ff".into(),
        path: "0/2".into(),
        actor: "ann".into(),
    };
    let now = h.advance(5);
    let file = h.store.attach(&new).await.unwrap();
    assert_eq!((file.added_at, file.added_by.as_str()), (now, "ann"));
    assert_eq!(h.store.attachments(id).await.unwrap(), std::slice::from_ref(&file));
    assert_eq!(h.store.attachment(file.id).await.unwrap(), Some(file));
    assert_eq!(h.store.claim_pending(now, now.after(std::time::Duration::from_secs(1)), 10).await.unwrap().len(), 1);
    let many: Vec<OrderId> = (0..2_000).map(OrderId).collect();
    assert_eq!(h.store.attachment_paths(&many).await.unwrap(), ["0/2".to_owned()].into());
    assert!(h.store.attachment_paths(&[OrderId(id.0 + 1)]).await.unwrap().is_empty());
    let nowhere = NewAttachment { order: OrderId(77_777), ..new };
    assert!(matches!(h.store.attach(&nowhere).await.unwrap_err(), StoreError::NotFound(_)));
}

async fn lists_by_pages_and_filters(h: Harness) {
    let mut ids = Vec::new();
    for at in 0..5 {
        let mut new = acceptance(None, &[(["A", "B"][at % 2], "1")], h.advance(1));
        new.submission.reference = format!("R-{at}");
        new.submission.customer = ["C1", "C2"][at / 3].into();
        let Accepted::New(id, _) = h.store.accept(&[new]).await.unwrap().remove(0) else { panic!() };
        ids.push(id);
    }
    h.store.decide(&[confirm(ids[0], 1, &[("A", "1")], "5", h.now())]).await.unwrap();
    let list = async |filter: OrderFilter| {
        let (mut found, mut page) = (Vec::new(), PageRequest { after: None, limit: 2 });
        loop {
            let part = h.store.list_orders(&Reach::All, &filter, &page).await.unwrap();
            assert!(part.items.len() <= 2);
            found.extend(part.items.into_iter().map(|order| order.id));
            let Some(next) = part.next else { return found };
            page.after = Some(next.to_string().parse().unwrap());
        }
    };
    let newest_first: Vec<_> = ids.iter().rev().copied().collect();
    assert_eq!(list(OrderFilter::default()).await, newest_first);
    let of = |filter: OrderFilter| filter;
    let default = OrderFilter::default;
    assert_eq!(list(of(OrderFilter { state: Some(OrderState::Confirmed), ..default() })).await, [ids[0]]);
    assert_eq!(list(OrderFilter { customer: Some("C2".into()), ..default() }).await, [ids[4], ids[3]]);
    assert_eq!(list(OrderFilter { store: Some("S2".into()), ..default() }).await, []);
    assert_eq!(list(OrderFilter { reference: Some("R-2".into()), ..default() }).await, [ids[2]]);
    assert_eq!(list(OrderFilter { sku: Some("A".into()), ..default() }).await, [ids[0]]);
    let since = Some(START.after(std::time::Duration::from_secs(4)));
    assert_eq!(list(OrderFilter { since, ..default() }).await, [ids[4], ids[3]]);
    assert_eq!(list(OrderFilter { until: since, ..default() }).await, [ids[2], ids[1], ids[0]]);
}

async fn the_story_is_in_order(h: Harness) {
    use mortise_domain::timeline::Entry;
    let entries: Vec<Entry> = (0..7)
        .map(|n| Entry::by("ann", Instant(START.0 + n / 2), "plugin.installed", serde_json::json!({ "n": n })))
        .collect();
    h.store.record("plugin", "p1", &entries[3..]).await.unwrap();
    h.store.record("plugin", "p1", &entries[..3]).await.unwrap();
    h.store.record("plugin", "p2", &entries).await.unwrap();
    let (mut found, mut page) = (Vec::new(), PageRequest { after: None, limit: 3 });
    loop {
        let part = h.store.timeline("plugin", "p1", &page).await.unwrap();
        found.extend(part.items);
        let Some(next) = part.next else { break };
        page.after = Some(next);
    }
    let mut at: Vec<_> = found.iter().map(|entry| entry.at).collect();
    assert_eq!(found.len(), 7);
    assert!(at.is_sorted());
    at.dedup();
    assert_eq!(at.len(), 4);
    assert!(entries.iter().all(|entry| found.contains(entry)));
}

async fn recent_orders_of_a_customer(h: Harness) {
    use mortise_domain::ports::sandbox::Records;
    let first = h.accept(&[("B", "1"), ("A", "1"), ("B", "2")]).await;
    h.advance(10);
    let second = h.accept(&[("A", "1")]).await;
    let reject = decision(second, 1, Conclusion::Reject { reason: Text::same("no") }, h.now());
    h.store.decide(&[reject, confirm(first, 1, &[("B", "1")], "9", h.now())]).await.unwrap();
    let now = h.now();
    let long = Duration::from_secs(10);
    let all = h.store.recent("C1", now, long, None, 10).await.unwrap();
    assert_eq!(all.iter().map(|order| order.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!(all[1].skus, ["A", "B"]);
    assert_eq!((all[1].gross, all[1].state), (1_130, OrderState::Confirmed));
    assert_eq!(h.store.recent("C1", now, long, Some(second), 10).await.unwrap(), all[1..]);
    assert_eq!(h.store.recent("C1", now, long, None, 1).await.unwrap(), all[..1]);
    assert_eq!(h.store.recent("C1", now, Duration::from_micros(9_999_999), None, 10).await.unwrap(), all[..1]);
    assert_eq!(h.store.recent_orders("C1", START, 10).await.unwrap(), all[1..]);
    assert_eq!(h.store.recent("C2", now, long, None, 10).await.unwrap(), []);
    // What was handed in later is not seen by the one before it, but for the difference that clocks may have.
    let within = "UPDATE orders SET received_at = 1767225600000000 + 5000000 WHERE id = 2";
    let beyond = "UPDATE orders SET received_at = 1767225600000000 + 5000001 WHERE id = 2";
    for (received, seen) in [(within, true), (beyond, false)] {
        h.raw(received).await;
        let found = h.store.recent("C1", now, long, Some(first), 10).await.unwrap();
        assert_eq!(found.iter().any(|order| order.id == second), seen, "{received}");
        assert_eq!(h.store.recent("C1", now, long, Some(second), 10).await.unwrap().len(), 1);
    }
    // Of one that was placed in between, both are seen, and however many come later, those before are too.
    let third = h.advance(10);
    h.accept(&[("A", "1")]).await;
    let between = Instant(now.0 - 1_000_000);
    let cases = [
        (between, 60, 9, vec![third, now, START]),
        // The nearest of each side.
        (between, 60, 1, vec![now, START]),
        (between, 9, 9, vec![now, START]),
        (START, 10, 9, vec![now, START]),
    ];
    for (at, within, limit, expected) in cases {
        let found = h.store.recent("C1", at, Duration::from_secs(within), None, limit).await.unwrap();
        assert_eq!(found.iter().map(|order| order.placed_at).collect::<Vec<_>>(), expected, "{at} {within} {limit}");
    }
}
