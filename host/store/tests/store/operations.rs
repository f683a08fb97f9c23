//! What operations do: take orders back, correct them, see to tickets, replay, let connections rest; and what they look at.

use std::collections::BTreeMap;
use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::control::Pause;
use mortise_domain::delivery::{Delivery, DeliveryState, Operation, Settlement};
use mortise_domain::evaluation::Conclusion;
use mortise_domain::figure::{Cell, Tally};
use mortise_domain::hold::HoldKind;
use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Deliveries, Orders, Settled};
use mortise_domain::text::Text;
use mortise_store::{Correction, DeliveryFilter, PageRequest, Replay, TicketFilter};

use crate::harness::{Harness, confirm, customer, decision, done, everything, hold, on_both, reason, settled};

on_both! {
    an_order_that_waits_is_taken_back_at_once,
    what_went_out_is_taken_back_in_order,
    a_connection_that_is_gone_takes_nothing_back,
    what_upstreams_may_know_is_taken_back_too,
    an_attempt_under_way_is_waited_for,
    a_settlement_after_the_cancellation_is_noted,
    what_is_over_is_not_taken_back,
    a_correction_voids_releases_and_judges_again,
    tickets_have_an_owner_and_a_trail,
    a_replay_tells_how_far_it_is,
    controls_are_told_and_read,
    queues_and_figures_add_up,
    news_are_told_in_order,
}

const LINES: [(&str, &str); 1] = [("A", "2")];

async fn confirmed(h: &Harness) -> OrderId {
    h.store.put_customers(&[customer("C1", Some(1_000_000))]).await.unwrap();
    h.connect().await;
    let id = h.accept(&LINES).await;
    h.store.decide(&[confirm(id, 1, &LINES, "100", h.now())]).await.unwrap();
    id
}

async fn claim(h: &Harness) -> Vec<Delivery> {
    h.store.claim(&everything(h.now(), h.now().after(Duration::from_mins(1)), 100)).await.unwrap()
}

async fn deliver_all(h: &Harness) {
    loop {
        let claimed = claim(h).await;
        if claimed.is_empty() {
            return;
        }
        let now = h.advance(1);
        let batch: Vec<Settled> =
            claimed.iter().map(|one| settled(one, done(&format!("X-{}", one.key)), now)).collect();
        h.store.settle(&batch).await.unwrap();
    }
}

async fn deliveries(h: &Harness, order: OrderId) -> Vec<Delivery> {
    let filter = DeliveryFilter { order: Some(order), ..DeliveryFilter::default() };
    let page = PageRequest { after: None, limit: 500 };
    let mut all = h.store.list_deliveries(&Reach::All, &filter, &page).await.unwrap().items;
    all.sort_by_key(|one| one.id);
    all
}

fn states(deliveries: &[Delivery]) -> Vec<(&str, &str)> {
    deliveries.iter().map(|one| (one.operation.name(), one.state.name())).collect()
}

async fn open_credit(h: &Harness) -> i64 {
    h.store.account("C1").await.unwrap().unwrap().open_credit
}

async fn cancel(h: &Harness, order: OrderId) -> Result<mortise_store::Cancelled, StoreError> {
    h.store.cancel_order(order, "boss", &Text::same("wrong customer")).await
}

async fn events(h: &Harness, order: OrderId) -> Vec<String> {
    let page = PageRequest { after: None, limit: 500 };
    let story = h.store.timeline("order", &order.to_string(), &page).await.unwrap();
    story.items.into_iter().map(|entry| entry.event).collect()
}

async fn an_order_that_waits_is_taken_back_at_once(h: Harness) {
    let id = h.accept(&LINES).await;
    h.store.decide(&[hold(id, 1, vec![reason("vague", HoldKind::Business)], Instant::NEVER, h.now())]).await.unwrap();
    let cancelled = cancel(&h, id).await.unwrap();
    assert_eq!((cancelled.before, cancelled.dropped, cancelled.compensations), (OrderState::Held, 0, 0));
    assert_eq!(h.store.pending(id).await.unwrap(), None, "it is not judged any more");
    let holds = h.store.holds(id).await.unwrap();
    assert!(holds.iter().all(|hold| hold.released_by.as_deref() == Some("boss")), "{holds:?}");
    assert!(events(&h, id).await.contains(&"order.cancelled".to_owned()));
    assert!(matches!(cancel(&h, id).await, Err(StoreError::Conflict(_))), "once");
    assert!(matches!(cancel(&h, OrderId(999)).await, Err(StoreError::NotFound(_))));
    // A judgement under way comes too late.
    let decided = h.store.decide(&[confirm(id, 2, &LINES, "100", h.now())]).await.unwrap();
    assert_eq!(decided, [mortise_domain::evaluation::Decided::Stale]);
}

async fn what_went_out_is_taken_back_in_order(h: Harness) {
    let id = confirmed(&h).await;
    deliver_all(&h).await;
    assert!(open_credit(&h).await > 0);
    let cancelled = cancel(&h, id).await.unwrap();
    assert_eq!((cancelled.before, cancelled.dropped, cancelled.compensations), (OrderState::Confirmed, 0, 3));
    assert_eq!(open_credit(&h).await, 0);
    let new = |all: Vec<Delivery>| all.into_iter().skip(4).collect::<Vec<_>>();
    let all = new(deliveries(&h, id).await);
    assert_eq!(
        states(&all),
        [("cancel-pick", "pending"), ("cancel-receivable", "blocked"), ("cancel-order", "blocked")]
    );
    assert_eq!(all[2].detail["reason"]["en"], "wrong customer");
    for expected in [Operation::CancelPick, Operation::CancelReceivable, Operation::CancelOrder] {
        let claimed = claim(&h).await;
        assert_eq!(claimed.iter().map(|one| one.operation).collect::<Vec<_>>(), [expected]);
        let now = h.advance(1);
        h.store.settle(&[settled(&claimed[0], done("gone"), now)]).await.unwrap();
    }
    assert_eq!(claim(&h).await, []);
    let promised = h.store.promised(&["A".into()], h.advance(1)).await.unwrap();
    assert!(promised.is_empty(), "{promised:?}");
}

async fn a_connection_that_is_gone_takes_nothing_back(h: Harness) {
    let id = confirmed(&h).await;
    deliver_all(&h).await;
    h.raw("DELETE FROM connections WHERE name = 'erp'").await;
    cancel(&h, id).await.unwrap();
    let all: Vec<Delivery> = deliveries(&h, id).await.into_iter().skip(4).collect();
    assert_eq!(
        states(&all),
        [("cancel-pick", "pending"), ("cancel-receivable", "waiting"), ("cancel-order", "waiting")]
    );
    let tickets =
        h.store.list_tickets(&Reach::All, &TicketFilter::default(), &PageRequest::default()).await.unwrap().items;
    assert_eq!(tickets.iter().map(|one| one.connection.as_str()).collect::<Vec<_>>(), ["erp", "erp"]);
    assert!(events(&h, id).await.contains(&"ticket.opened".to_owned()));
}

/// The order was undecided in the backup, and went on before that was needed.
async fn what_upstreams_may_know_is_taken_back_too(h: Harness) {
    confirmed(&h).await;
    deliver_all(&h).await;
    let id = h.accept(&LINES).await;
    h.store.decide(&[hold(id, 1, vec![reason("vague", HoldKind::Business)], Instant::NEVER, h.now())]).await.unwrap();
    h.raw("UPDATE orders SET restored = TRUE WHERE state = 'held'").await;
    let cancelled = cancel(&h, id).await.unwrap();
    assert_eq!((cancelled.dropped, cancelled.compensations), (0, 3));
    let all = deliveries(&h, id).await;
    assert_eq!(
        states(&all),
        [("cancel-receivable", "pending"), ("cancel-order", "blocked"), ("cancel-pick", "waiting")]
    );
    assert!(all.iter().all(|one| one.in_doubt), "they look before they act");
    let tickets =
        h.store.list_tickets(&Reach::All, &TicketFilter::default(), &PageRequest::default()).await.unwrap().items;
    assert_eq!(tickets.iter().map(|one| one.connection.as_str()).collect::<Vec<_>>(), ["wms"]);
    // The same where it is rejected.
    let rejected = h.accept(&LINES).await;
    h.raw("UPDATE orders SET restored = TRUE WHERE state = 'received'").await;
    let verdict = Conclusion::Reject { reason: Text::same("no such customer") };
    h.store.decide(&[decision(rejected, 1, verdict, h.now())]).await.unwrap();
    assert_eq!(states(&deliveries(&h, rejected).await), states(&all));
    let never = h.accept(&LINES).await;
    assert_eq!(cancel(&h, never).await.unwrap().compensations, 0, "of others nothing is presumed");
}

async fn an_attempt_under_way_is_waited_for(h: Harness) {
    let id = confirmed(&h).await;
    let push = claim(&h).await.into_iter().find(|one| one.operation == Operation::PushOrder).unwrap();
    let cancelled = cancel(&h, id).await.unwrap();
    assert_eq!((cancelled.dropped, cancelled.compensations), (4, 1), "the order, which may be there");
    let all = deliveries(&h, id).await;
    let undo = all.iter().find(|one| one.operation == Operation::CancelOrder).unwrap();
    assert_eq!((undo.state, undo.due_at), (DeliveryState::Pending, push.due_at), "not before the lease ends");
    assert!(claim(&h).await.iter().all(|one| one.operation != Operation::CancelOrder));
    h.advance(61);
    let claimed = claim(&h).await;
    assert!(claimed.iter().any(|one| one.operation == Operation::CancelOrder));
    assert!(claimed.iter().all(|one| one.operation != Operation::PushOrder), "what was dropped is never tried again");
    assert!(h.store.promised(&["A".into()], h.now()).await.unwrap().is_empty());
}

async fn a_settlement_after_the_cancellation_is_noted(h: Harness) {
    let id = confirmed(&h).await;
    let push = claim(&h).await.into_iter().find(|one| one.operation == Operation::PushOrder).unwrap();
    cancel(&h, id).await.unwrap();
    let now = h.advance(1);
    h.store.settle(&[settled(&push, done("U8-7"), now)]).await.unwrap();
    let (stored, attempts) = h.store.delivery(push.id, &Reach::All).await.unwrap().unwrap();
    assert_eq!(
        (stored.state, stored.external_id.as_deref(), attempts.len()),
        (DeliveryState::Cancelled, Some("U8-7"), 1)
    );
    let known = h.store.external_id("erp", "order", &push.order_number).await.unwrap();
    assert_eq!(known.as_deref(), Some("U8-7"), "what takes it back need not look for it");
    let all = deliveries(&h, id).await;
    let followers = all.iter().filter(|one| matches!(one.operation, Operation::PushReceivable | Operation::PushPick));
    assert!(followers.clone().all(|one| one.state == DeliveryState::Cancelled), "{:?}", states(&all));
}

async fn what_is_over_is_not_taken_back(h: Harness) {
    let id = confirmed(&h).await;
    deliver_all(&h).await;
    h.raw(
        "INSERT INTO shipped_lines (order_id, line, connection, interface, quantity, at) SELECT id, 1, 'erp', 'erp', '1', 0 FROM orders",
    )
    .await;
    let refused = cancel(&h, id).await.unwrap_err();
    assert!(refused.to_string().contains("have left already"), "{refused}");
    h.raw("DELETE FROM shipped_lines; UPDATE orders SET state = 'shipped'").await;
    let refused = cancel(&h, id).await.unwrap_err();
    assert!(refused.to_string().contains("is shipped and cannot be cancelled"), "{refused}");
    assert!(open_credit(&h).await > 0);
}

async fn a_correction_voids_releases_and_judges_again(h: Harness) {
    let id = h.accept(&LINES).await;
    h.store.decide(&[hold(id, 1, vec![reason("vague", HoldKind::Business)], Instant::NEVER, h.now())]).await.unwrap();
    let open = h.store.holds(id).await.unwrap()[0].id;
    h.store.release_hold(open, "clerk", "ok", h.now()).await.unwrap();
    let before = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!(before.waived, ["vague"]);
    let mut submission = before.submission.clone();
    submission.ship_to.text = "上海市浦东新区世纪大道100号".into();
    submission.lines[0].quantity = crate::harness::d("3");
    submission.placed_at = None;
    let correction = |version| Correction {
        order: id,
        version,
        submission: submission.clone(),
        actor: "clerk".into(),
        person: "user:clerk".into(),
        note: "house number added".into(),
        lease_until: h.now(),
    };
    let stale = h.store.correct_order(&correction(Some(1))).await.unwrap_err();
    assert!(stale.to_string().contains("changed in the meantime"), "{stale}");
    h.store.correct_order(&correction(Some(before.version))).await.unwrap();
    let after = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!((after.version, after.waived.as_slice()), (before.version + 1, &[][..]));
    assert_eq!(after.open_holds, Vec::<String>::new(), "what it waited for was about the order as it was");
    assert_eq!(after.submission.lines[0].quantity, crate::harness::d("3"));
    assert_eq!(after.placed_at, before.placed_at);
    let due = h.store.claim_pending(h.now(), h.now().after(Duration::from_mins(1)), 10).await.unwrap();
    assert_eq!(due.len(), 1, "judged again");
    let story = h.store.timeline("order", &id.to_string(), &PageRequest::default()).await.unwrap().items;
    let told = story.last().unwrap();
    assert_eq!(
        (told.event.as_str(), &told.data["fields"]),
        ("order.corrected", &serde_json::json!(["ship_to", "lines"]))
    );
    let confirmed = confirmed(&h).await;
    let refused = h.store.correct_order(&Correction { order: confirmed, ..correction(None) }).await.unwrap_err();
    assert!(refused.to_string().contains("only one that waits can be corrected"), "{refused}");
}

async fn tickets_have_an_owner_and_a_trail(h: Harness) {
    let order = confirmed(&h).await;
    let claimed = claim(&h).await;
    let push = claimed.iter().find(|one| one.operation == Operation::PushOrder).unwrap();
    h.store.settle(&[settled(push, Settlement::Wait, h.now())]).await.unwrap();
    let list = async |assignee: Option<&str>| {
        let filter = TicketFilter { assignee: assignee.map(Into::into), ..TicketFilter::default() };
        h.store.list_tickets(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items
    };
    let ticket = list(Some("")).await[0].id;
    h.store.assign_ticket(ticket, Some("li"), "boss").await.unwrap();
    h.advance(1);
    h.store.comment_ticket(ticket, "asked the ERP's people", "user:li").await.unwrap();
    h.advance(1);
    assert_eq!((list(Some("")).await.len(), list(Some("li")).await.len(), list(None).await.len()), (0, 1, 1));
    h.store.close_ticket(ticket, "user:li").await.unwrap();
    let trail = h.store.ticket_trail(ticket).await.unwrap();
    let told: Vec<(&str, &str)> = trail.iter().map(|entry| (entry.actor.as_str(), entry.event.as_str())).collect();
    assert_eq!(told, [("boss", "ticket.assigned"), ("user:li", "ticket.commented"), ("user:li", "ticket.closed")]);
    assert_eq!(trail[1].data["text"], "asked the ERP's people");
    let story = h.store.timeline("order", &order.to_string(), &PageRequest::default()).await.unwrap().items;
    let commented = story.iter().find(|entry| entry.event == "ticket.commented").unwrap();
    assert_eq!(commented.data.get("text"), None, "the words are for operations");
    assert!(matches!(h.store.assign_ticket(ticket, None, "boss").await, Err(StoreError::Conflict(_))));
    h.store.comment_ticket(ticket, "afterwards", "boss").await.unwrap();
}

async fn a_replay_tells_how_far_it_is(h: Harness) {
    for _ in 0..3 {
        confirmed(&h).await;
    }
    let claimed: Vec<Delivery> =
        claim(&h).await.into_iter().filter(|one| one.operation == Operation::PushOrder).collect();
    let batch: Vec<Settled> = claimed.iter().map(|one| settled(one, Settlement::Wait, h.now())).collect();
    h.store.settle(&batch).await.unwrap();
    let since = Replay::Since { at: Instant(0), connection: Some("erp".into()) };
    let job = h.store.begin_replay(&since, "boss").await.unwrap();
    let progress = async |job| h.store.replay_job(job).await.unwrap().unwrap();
    let begun = progress(job).await;
    assert_eq!((begun.total, begun.left, begun.replayed, begun.ended_at), (3, 3, 0, None));
    assert_eq!(h.store.open_replays().await.unwrap(), [job], "another node may go on with it");
    assert!(h.store.go_on_with_replay(job).await.unwrap());
    assert!(h.store.go_on_with_replay(job).await.unwrap(), "over is over");
    let ran = progress(job).await;
    assert_eq!((ran.left, ran.replayed, ran.passed_over, ran.done, ran.failed), (0, 3, 0, 0, 0));
    assert_eq!(ran.ended_at, Some(h.now()));
    let again: Vec<Delivery> =
        claim(&h).await.into_iter().filter(|one| one.operation == Operation::PushOrder).collect();
    let now = h.advance(1);
    h.store.settle(&[settled(&again[0], done("U8-1"), now), settled(&again[1], Settlement::Wait, now)]).await.unwrap();
    let later = progress(job).await;
    assert_eq!((later.done, later.failed), (1, 1));
    let ids = vec![again[0].id, again[1].id, again[1].id, DeliveryId(9_999)];
    assert_eq!(h.store.replay(&Replay::Many(ids), "boss").await.unwrap(), 1);
    let newest = h.store.list_replays(&PageRequest::default()).await.unwrap().items;
    assert_eq!((newest[0].total, newest[0].replayed, newest[0].passed_over), (2, 1, 1), "what is done is passed over");
}

async fn controls_are_told_and_read(h: Harness) {
    let revision = h.store.config_revision().await.unwrap();
    let pause = Pause { since: h.now(), until: Instant::NEVER, by: "boss".into(), reason: "maintenance".into() };
    h.store.pause_connection("erp", &pause).await.unwrap();
    assert!(h.store.config_revision().await.unwrap() > revision, "other nodes notice");
    let control = async || h.store.controls().await.unwrap()["erp"].clone();
    assert_eq!(control().await.pause, Some(pause));
    h.store.close_breakers("erp", "boss").await.unwrap();
    let first = control().await.breakers_closed_at;
    h.store.close_breakers("erp", "boss").await.unwrap();
    assert!(control().await.breakers_closed_at > first, "each time is another one");
    h.store.resume_connection("erp", "boss").await.unwrap();
    assert_eq!(control().await.pause, None);
    let story = h.store.timeline("connection", "erp", &PageRequest::default()).await.unwrap().items;
    let mut told: Vec<&str> = story.iter().map(|entry| entry.event.as_str()).collect();
    told.sort_unstable();
    let closed = "connection.breakers-closed";
    assert_eq!(told, [closed, closed, "connection.paused", "connection.resumed"]);
}

async fn queues_and_figures_add_up(h: Harness) {
    confirmed(&h).await;
    let claimed = claim(&h).await;
    let push = claimed.iter().find(|one| one.operation == Operation::PushOrder).unwrap();
    h.store.settle(&[settled(push, Settlement::Wait, h.now())]).await.unwrap();
    let queues = h.store.queues().await.unwrap();
    let erp = &queues["erp"];
    assert_eq!((erp.pending, erp.blocked, erp.waiting, erp.tickets), (0, 1, 1, 1));
    assert_eq!((queues["wms"].blocked, queues["chat"].pending), (1, 1));
    assert_eq!(erp.oldest_waiting, Some(h.now()));
    let cell = |micros| Cell::of("erp", "push-order", "ok", micros, h.now());
    let tally = |calls, micros| Tally { calls, micros };
    for _ in 0..2 {
        let figures = BTreeMap::from([(cell(900), tally(2, 1_800)), (cell(90_000), tally(1, 90_000))]);
        h.store.add_figures(&figures).await.unwrap();
    }
    let hour = h.now();
    let read = h.store.figures("erp", hour, hour.after(Duration::from_hours(1))).await.unwrap();
    assert_eq!(read, BTreeMap::from([(cell(900), tally(4, 3_600)), (cell(90_000), tally(2, 180_000))]));
    assert_eq!(h.store.expire_figures(hour.after(Duration::from_secs(1)), 10).await.unwrap(), 2);
}

async fn news_are_told_in_order(h: Harness) {
    let first = h.accept(&LINES).await;
    let later = h.advance(10);
    let second = confirmed(&h).await;
    let news = h.store.news(later, 100).await.unwrap();
    let told: Vec<(&str, &str)> = news.iter().map(|one| (one.subject.as_str(), one.entry.event.as_str())).collect();
    let id = second.to_string();
    assert_eq!(told, [(id.as_str(), "order.received"), (&id, "order.judged")]);
    assert_eq!(h.store.news(Instant(0), 2).await.unwrap().len(), 2);
    assert_eq!(h.store.order_news(first, Instant(0)).await.unwrap().len(), 1);
    let seen = h.store.at_glance(&[second.0]).await.unwrap();
    assert_eq!((seen[&second.0].state.as_str(), seen[&second.0].store.as_str()), ("confirmed", "S1"));
}
