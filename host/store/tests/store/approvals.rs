//! Approvals: opened with their hold, decided under lock, worked by timers once.

use std::time::Duration;

use mortise_domain::access::{Places, Reach, Rights, Role, Scope};
use mortise_domain::approval::{
    Approval, ApprovalState, Decider, NewTimer, Refusal, StepState, Terms, TimerKind, TimerWork, Turn,
};
use mortise_domain::delivery::{NewDelivery, Operation};
use mortise_domain::evaluation::{Decided, Decision};
use mortise_domain::hold::{HoldKind, Reason};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::approvals::Approvals;
use mortise_domain::ports::memory::Orders;
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use mortise_store::{
    ApprovalDecided, ApprovalDecision, ApprovalFilter, ApprovalViewer, Correction, DeliveryFilter, HoldFilter,
    NewAttachment, PageRequest,
};
use serde_json::json;

use crate::harness::{Harness, confirm, d, hold, judged, on_both, reason, together};

on_both! {
    a_hold_opens_its_approval,
    all_must_agree,
    a_refusal_rejects_the_order,
    a_file_is_asked_for_first,
    what_is_released_otherwise_needs_nobody,
    a_correction_asks_everybody_anew,
    another_amount_asks_everybody_anew,
    what_was_released_is_the_amount_that_was_looked_at,
    a_cancelled_order_asks_nobody,
    whoever_is_asked_from_elsewhere_finds_it,
    of_two_who_decide_at_once_one_is_told,
    timers_are_worked_once,
    a_decision_ends_the_timers,
    people_behind_tokens_are_known,
}

const DAY: Duration = Duration::from_hours(24);

fn with_terms(code: &str, attachment: bool) -> Reason {
    let terms = Terms {
        route: "large".into(),
        title: Text::new("大额", "large"),
        approvers: vec!["supervisor".parse().unwrap(), "finance".parse().unwrap()],
        escalate: vec!["admin".parse().unwrap()],
        deadline_hours: 24,
        remind_hours: 20,
        attachment,
    };
    Reason { approval: Some(terms), ..reason(code, HoldKind::Business) }
}

async fn held(h: &Harness, reasons: Vec<Reason>) -> OrderId {
    let id = h.accept(&[("A", "1")]).await;
    h.store.decide(&[hold(id, 1, reasons, Instant::NEVER, h.now())]).await.unwrap();
    id
}

async fn approvals(h: &Harness) -> Vec<Approval> {
    h.store.approvals(&Reach::All, &ApprovalFilter::default(), &PageRequest::default()).await.unwrap().items
}

async fn the(h: &Harness) -> Approval {
    approvals(h).await.pop().unwrap()
}

async fn decide(h: &Harness, actor: &str, role: Role, agrees: bool) -> Result<ApprovalDecided, Refusal> {
    let approval = the(h).await;
    let decision = ApprovalDecision {
        approval: approval.id,
        agrees,
        actor: actor.into(),
        person: actor.into(),
        note: "seen".into(),
        by_way: "api",
        at: h.now(),
    };
    let rights = Rights { roles: [role].into(), ..Rights::default() };
    let decider = Decider { actor, person: actor, rights: &rights };
    let choose =
        |approval: &Approval, files: usize| approval.decidable(&decider, None, agrees, files).map(|step| step.number);
    h.store.decide_approval(&decision, choose).await.unwrap()
}

async fn state(h: &Harness, id: OrderId) -> OrderState {
    h.store.stored_order(id, &Reach::All).await.unwrap().unwrap().summary.state
}

async fn events(h: &Harness, id: OrderId) -> Vec<(String, String)> {
    let story = h.store.timeline("order", &id.to_string(), &PageRequest::default()).await.unwrap().items;
    story.into_iter().map(|entry| (entry.event, entry.actor)).collect()
}

async fn a_hold_opens_its_approval(h: Harness) {
    let id = held(&h, vec![with_terms("large", false), reason("other", HoldKind::Business)]).await;
    let approval = the(&h).await;
    assert_eq!((approval.order, approval.code.as_str(), approval.state), (id, "large", ApprovalState::Open));
    assert_eq!(approval.requester, h.store.stored_order(id, &Reach::All).await.unwrap().unwrap().summary.actor);
    let steps: Vec<_> =
        approval.steps.iter().map(|one| (one.number, one.approver.to_string(), one.state, one.due_at)).collect();
    let due = h.now().after(DAY);
    assert_eq!(
        steps,
        [(1, "supervisor".into(), StepState::Waiting, due), (2, "finance".into(), StepState::Waiting, due)]
    );
    assert_eq!(h.store.approval(approval.id, &Reach::All).await.unwrap(), Some(approval.clone()));
    assert_eq!(h.store.approval(approval.id, &Reach::Own(Places::default())).await.unwrap(), None);
    let filter = ApprovalFilter { state: Some(ApprovalState::Approved), order: Some(id) };
    assert_eq!(h.store.approvals(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items, []);
    assert_eq!(h.store.next_timer().await.unwrap(), Some(h.now()), "they are asked at once");
    // Judged again for the same reason: the same approval.
    h.store.decide(&[hold(id, 2, vec![with_terms("large", false)], Instant::NEVER, h.now())]).await.unwrap();
    assert_eq!(approvals(&h).await.len(), 1);
    let open = h.store.open_holds(&Reach::All, &HoldFilter::default(), &PageRequest::default()).await.unwrap().items;
    let refused = h.store.release_hold(open[0].hold.id, "fred", "seen", h.now()).await.unwrap_err();
    assert!(refused.to_string().contains("is released by the approval"), "{refused}");
}

async fn all_must_agree(h: Harness) {
    let id = held(&h, vec![with_terms("large", false)]).await;
    assert_eq!(
        decide(&h, "user:dora", Role::Supervisor, true).await,
        Err(Refusal::NotAsked(the(&h).await.open_approvers()))
    );
    assert_eq!(decide(&h, "user:fred", Role::Finance, true).await, Ok(ApprovalDecided::Waits));
    assert_eq!(state(&h, id).await, OrderState::Held);
    assert_eq!(decide(&h, "user:fred", Role::Admin, true).await, Err(Refusal::Twice));
    let pending = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!(decide(&h, "user:ada", Role::Admin, true).await, Ok(ApprovalDecided::Released));
    let after = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!((after.waived, after.open_holds), (vec!["large".to_owned()], vec![]));
    assert!(after.version > pending.version, "a judgement under way is void");
    assert_eq!(h.store.claim_pending(h.now(), h.now().after(DAY), 9).await.unwrap().len(), 1, "judged again at once");
    let approval = the(&h).await;
    assert_eq!((approval.state, approval.closed_at), (ApprovalState::Approved, Some(h.now())));
    assert_eq!(approval.steps[1].decided_by.as_deref(), Some("user:fred"));
    assert_eq!(h.store.next_timer().await.unwrap(), None);
    let told = events(&h, id).await;
    let expected =
        [("approval.approved", "user:fred"), ("approval.approved", "user:ada"), ("hold.released", "user:ada")];
    assert_eq!(told[told.len() - 3..], expected.map(|(event, actor)| (event.to_owned(), actor.to_owned())));
    let closed = decide(&h, "user:zoe", Role::Admin, true).await;
    assert_eq!(closed, Err(Refusal::Closed(ApprovalState::Approved)));
}

async fn a_refusal_rejects_the_order(h: Harness) {
    let id = held(&h, vec![with_terms("large", true), reason("other", HoldKind::Business)]).await;
    assert_eq!(decide(&h, "user:fred", Role::Finance, false).await, Ok(ApprovalDecided::Rejected));
    let stored = h.store.stored_order(id, &Reach::All).await.unwrap().unwrap();
    assert_eq!(stored.summary.state, OrderState::Rejected);
    assert_eq!(stored.reject_reason.unwrap().en, "not approved (large) by user:fred: seen");
    assert!(h.store.holds(id).await.unwrap().iter().all(|hold| hold.released_by.as_deref() == Some("user:fred")));
    let approval = the(&h).await;
    assert_eq!(approval.state, ApprovalState::Rejected);
    assert_eq!(
        approval.steps.iter().map(|step| step.state).collect::<Vec<_>>(),
        [StepState::Void, StepState::Rejected]
    );
    assert_eq!(h.store.next_timer().await.unwrap(), None);
    assert_eq!(h.store.pending(id).await.unwrap(), None);
    assert_eq!(events(&h, id).await.last().unwrap(), &("order.rejected".to_owned(), "user:fred".to_owned()));
}

async fn a_file_is_asked_for_first(h: Harness) {
    let id = held(&h, vec![with_terms("large", true)]).await;
    assert_eq!(decide(&h, "user:fred", Role::Finance, true).await, Err(Refusal::NoFile));
    assert!(the(&h).await.lacks_file());
    let file = NewAttachment {
        order: id,
        name: "authorisation.pdf".into(),
        media_type: "application/pdf".into(),
        size: 3,
        sha256: "00".into(),
        path: "x".into(),
        actor: "user:sam".into(),
    };
    h.store.attach(&file).await.unwrap();
    assert!(the(&h).await.needs_file() && !the(&h).await.lacks_file());
    assert_eq!(decide(&h, "user:fred", Role::Finance, true).await, Ok(ApprovalDecided::Waits));
}

async fn what_is_released_otherwise_needs_nobody(h: Harness) {
    let id = held(&h, vec![with_terms("large", false)]).await;
    h.store.decide(&[confirm(id, 2, &[("A", "1")], "5", h.now())]).await.unwrap();
    assert_eq!(state(&h, id).await, OrderState::Confirmed);
    let approval = the(&h).await;
    assert_eq!((approval.state, approval.steps[0].state), (ApprovalState::Void, StepState::Void));
    assert_eq!(h.store.next_timer().await.unwrap(), None);
}

async fn of_two_who_decide_at_once_one_is_told(h: Harness) {
    held(&h, vec![with_terms("large", false)]).await;
    let told = together(8, |at| {
        let h = h.clone();
        async move { decide(&h, &format!("user:f{at}"), Role::Finance, true).await }
    })
    .await;
    assert_eq!(told.iter().filter(|one| **one == Ok(ApprovalDecided::Waits)).count(), 1, "{told:?}");
}

/// What a worker makes of the first due timer.
async fn work(h: &Harness, now: Instant) -> TimerWork {
    let due = h.store.due_timers(now, 9).await.unwrap();
    let timer = &due[0];
    let ring = timer.ring(now).unwrap();
    TimerWork {
        timer: timer.id,
        approval: timer.approval.id,
        step: timer.step,
        turn: ring.turn,
        timers: ring.timers,
        deliveries: vec![NewDelivery {
            connection: "chat".into(),
            operation: Operation::Notify,
            key: format!("t/{}", timer.id),
            detail: json!({}),
            after: None,
        }],
        story: vec![Entry::host(now, "approval.told", json!({ "timer": timer.id }))],
        at: now,
    }
}

async fn timers_are_worked_once(h: Harness) {
    let id = held(&h, vec![with_terms("large", false)]).await;
    let kinds = |due: Vec<mortise_domain::approval::DueTimer>| due.iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(kinds(h.store.due_timers(h.now(), 9).await.unwrap()), [TimerKind::Ask; 2]);
    let first = work(&h, h.now()).await;
    let other = h.other_node().await;
    let worked = together(6, |at| {
        let (store, first) = (if at % 2 == 0 { h.store.clone() } else { other.clone() }, first.clone());
        async move { store.work_timer(&first).await.unwrap() }
    })
    .await;
    assert_eq!(worked.iter().filter(|one| **one).count(), 1, "by whoever is first, on whichever node");
    let told = || async { events(&h, id).await.iter().filter(|(event, _)| event == "approval.told").count() };
    let sent = || async {
        h.store
            .list_deliveries(&Reach::All, &DeliveryFilter::default(), &PageRequest::default())
            .await
            .unwrap()
            .items
            .len()
    };
    assert_eq!((told().await, sent().await), (1, 1));
    assert!(h.store.work_timer(&work(&h, h.now()).await).await.unwrap());
    assert_eq!(h.store.due_timers(h.now(), 9).await.unwrap(), []);
    // A day later: two reminders, then two deadlines.
    let later = h.now().after(DAY);
    assert_eq!(
        kinds(h.store.due_timers(later, 9).await.unwrap()),
        [TimerKind::Remind, TimerKind::Remind, TimerKind::Expire, TimerKind::Expire]
    );
    for _ in 0..3 {
        assert!(h.store.work_timer(&work(&h, later).await).await.unwrap());
    }
    let approval = the(&h).await;
    let step = approval.steps.iter().find(|step| step.escalated == 1).unwrap();
    assert_eq!((step.due_at, step.overdue), (later.after(DAY), false));
    assert_eq!(h.store.due_timers(later, 9).await.unwrap().len(), 1, "the new ones are due later");
}

async fn a_decision_ends_the_timers(h: Harness) {
    let id = held(&h, vec![with_terms("large", false)]).await;
    let stale = work(&h, h.now()).await;
    assert_eq!(decide(&h, "user:ada", Role::Admin, true).await, Ok(ApprovalDecided::Waits));
    let due = h.store.due_timers(h.now().after(DAY), 9).await.unwrap();
    assert!(due.iter().all(|timer| timer.step == 2), "{due:?}");
    assert!(!h.store.work_timer(&stale).await.unwrap(), "it is gone with the step");
    let turn = Turn { escalated: 1, due_at: h.now(), overdue: false };
    let timers = vec![NewTimer { kind: TimerKind::Expire, due_at: h.now() }];
    let other = TimerWork { timer: due[0].id, step: 1, turn: Some(turn), timers, ..stale };
    assert!(h.store.work_timer(&other).await.unwrap());
    assert_eq!(the(&h).await.steps[0].escalated, 0, "a step that is decided stays as it is");
    assert!(!events(&h, id).await.iter().any(|(event, _)| event == "approval.told"));
}

async fn people_behind_tokens_are_known(h: Harness) {
    let profile = mortise_domain::user::Profile { display_name: "Sam".into(), ..Default::default() };
    let sam = h.store.create_user("sam", &profile).await.unwrap();
    let token = |name: &str, owner, hash| mortise_store::NewToken {
        name: name.into(),
        roles: [Role::Sales].into(),
        scope: Scope::default(),
        places: Places::default(),
        owner,
        created_by: "host".into(),
        hash: [hash; 32],
        expires_at: Instant::NEVER,
    };
    h.store.create_token(&token("sams-script", Some(sam.id), 1)).await.unwrap();
    h.store.create_token(&token("till", None, 2)).await.unwrap();
    held(&h, vec![with_terms("large", false)]).await;
    for (actor, authors) in [
        ("sams-script", vec!["sams-script", "user:sam"]),
        ("till", vec!["till"]),
        ("user:sam", vec!["user:sam"]),
        ("who", vec!["who"]),
    ] {
        h.raw_text(format!("UPDATE orders SET actor = '{actor}'")).await;
        assert_eq!(the(&h).await.authors, authors.into_iter().map(Into::into).collect());
    }
    assert_eq!(h.store.approvers().await.unwrap().len(), 1);
    h.store.disable_user("sam", true).await.unwrap();
    assert_eq!(h.store.approvers().await.unwrap(), []);
}

/// Ten times as much as before.
async fn correct(h: &Harness, id: OrderId) {
    let mut submission = h.store.pending(id).await.unwrap().unwrap().submission;
    submission.lines[0].quantity = d("10");
    let correction = Correction {
        order: id,
        version: None,
        submission,
        actor: "cleos-script".into(),
        person: "user:cleo".into(),
        note: String::new(),
        lease_until: h.now(),
    };
    h.store.correct_order(&correction).await.unwrap();
}

async fn a_correction_asks_everybody_anew(h: Harness) {
    let id = held(&h, vec![with_terms("large", false)]).await;
    assert_eq!(
        decide(&h, "user:dora", Role::Supervisor, true).await,
        Err(Refusal::NotAsked(the(&h).await.open_approvers()))
    );
    assert_eq!(decide(&h, "user:ada", Role::Admin, true).await, Ok(ApprovalDecided::Waits));
    let first = the(&h).await;
    correct(&h, id).await;
    let corrected = the(&h).await;
    assert_eq!((corrected.id, corrected.state), (first.id, ApprovalState::Void), "before it is judged again");
    let late = decide(&h, "user:fred", Role::Finance, true).await;
    assert_eq!(late, Err(Refusal::Closed(ApprovalState::Void)));
    let pending = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!((pending.waived.len(), pending.open_holds.len()), (0, 0), "nothing was released by the late one");
    h.store
        .decide(&[hold(id, pending.version, vec![with_terms("large", false)], Instant::NEVER, h.now())])
        .await
        .unwrap();
    let anew = approvals(&h).await.into_iter().find(|one| one.state == ApprovalState::Open).unwrap();
    assert_ne!(anew.id, first.id, "links of the first one are dead");
    assert!(anew.steps.iter().all(|step| step.state == StepState::Waiting), "{:?}", anew.steps);
    for author in ["user:cleo", "cleos-script", anew.requester.as_str()] {
        let rights = Rights { roles: [Role::Admin].into(), ..Rights::default() };
        let decider = Decider { actor: author, person: author, rights: &rights };
        assert_eq!(anew.decidable(&decider, None, true, 0), Err(Refusal::Own), "{author}");
    }
}

async fn another_amount_asks_everybody_anew(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    let judged = |version, quantity: &'static str, reason: Reason| {
        let order = judged("SO-1", &[("A", quantity)], h.now());
        Decision { order: Some(Box::new(order)), ..hold(id, version, vec![reason], Instant::NEVER, h.now()) }
    };
    h.store.decide(&[judged(1, "1", with_terms("large", false))]).await.unwrap();
    assert_eq!(decide(&h, "user:ada", Role::Admin, true).await, Ok(ApprovalDecided::Waits));
    let first = the(&h).await;
    // The same amount: the same request, told as it stands now, asking those of its own terms.
    let told = Reason { text: Text::same("told anew"), ..with_terms("large", true) };
    h.store.decide(&[judged(2, "1", told)]).await.unwrap();
    let same = the(&h).await;
    assert_eq!((same.id, same.reason.en.as_str(), same.needs_file()), (first.id, "told anew", false));
    assert_eq!(same.steps, first.steps);
    h.store.decide(&[judged(3, "10", with_terms("large", false))]).await.unwrap();
    let all = approvals(&h).await;
    assert_eq!(all.iter().map(|one| one.state).collect::<Vec<_>>(), [ApprovalState::Open, ApprovalState::Void]);
    assert!(all[0].steps.iter().all(|step| step.state == StepState::Waiting), "{:?}", all[0].steps);
    assert_eq!(h.store.pending(id).await.unwrap().unwrap().open_holds, ["large"]);
}

async fn what_was_released_is_the_amount_that_was_looked_at(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    let order = |quantity: &'static str| Some(Box::new(judged("SO-1", &[("A", quantity)], h.now())));
    let reasons = vec![reason("large", HoldKind::Business)];
    let held = Decision { order: order("1"), ..hold(id, 1, reasons, Instant::NEVER, h.now()) };
    h.store.decide(&[held]).await.unwrap();
    let open = h.store.holds(id).await.unwrap()[0].id;
    h.store.release_hold(open, "user:ada", "fine", h.now()).await.unwrap();
    let version = h.store.pending(id).await.unwrap().unwrap().version;
    // Prices have changed since: the order would be confirmed at ten times as much.
    let dearer = Decision { order: order("10"), ..confirm(id, version, &[("A", "1")], "5", h.now()) };
    assert_eq!(h.store.decide(&[dearer]).await.unwrap(), [Decided::Stale]);
    let pending = h.store.pending(id).await.unwrap().unwrap();
    assert_eq!((pending.waived.len(), pending.version), (0, version + 1), "asked anew");
    assert_eq!(h.store.claim_pending(h.now(), h.now().after(DAY), 9).await.unwrap().len(), 1, "at once");
    let held = Decision {
        order: order("10"),
        ..hold(id, version + 1, vec![reason("large", HoldKind::Business)], Instant::NEVER, h.now())
    };
    h.store.decide(&[held]).await.unwrap();
    let open = h.store.holds(id).await.unwrap()[1].id;
    h.store.release_hold(open, "user:ada", "fine", h.now()).await.unwrap();
    let version = h.store.pending(id).await.unwrap().unwrap().version;
    let confirmed = Decision { order: order("10"), ..confirm(id, version, &[("A", "1")], "5", h.now()) };
    assert_eq!(h.store.decide(&[confirmed]).await.unwrap(), [Decided::Written(OrderState::Confirmed)]);
}

async fn a_cancelled_order_asks_nobody(h: Harness) {
    let id = held(&h, vec![with_terms("large", false)]).await;
    h.store.cancel_order(id, "boss", &Text::same("not wanted")).await.unwrap();
    let approval = the(&h).await;
    assert_eq!((approval.state, approval.steps[0].state), (ApprovalState::Void, StepState::Void));
    assert_eq!(h.store.next_timer().await.unwrap(), None, "nobody is reminded");
    let late = decide(&h, "user:ada", Role::Admin, true).await;
    assert_eq!(late, Err(Refusal::Closed(ApprovalState::Void)));
}

async fn whoever_is_asked_from_elsewhere_finds_it(h: Harness) {
    let mut reason = with_terms("large", false);
    let terms = reason.approval.as_mut().unwrap();
    terms.approvers = vec!["supervisor@HQ".parse().unwrap(), "user:anna".parse().unwrap()];
    terms.escalate = vec!["user:zoe".parse().unwrap()];
    held(&h, vec![reason]).await;
    let nowhere = Reach::Own(Places::default());
    let seen = async |name: &str, person: &str| {
        let asked = [name.parse().unwrap()];
        let viewer = ApprovalViewer { reach: &nowhere, asked: &asked, person };
        let listed =
            h.store.approvals(viewer, &ApprovalFilter::default(), &PageRequest::default()).await.unwrap().items;
        let found = h.store.approval(the(&h).await.id, viewer).await.unwrap();
        assert_eq!(listed.len(), usize::from(found.is_some()));
        found.is_some()
    };
    for name in ["supervisor@HQ", "user:anna"] {
        assert!(seen(name, "user:x").await, "{name}");
    }
    for name in ["supervisor@EAST", "supervisor", "any", "user:zoe"] {
        assert!(!seen(name, "user:x").await, "{name}");
    }
    // Her turn comes with the deadline.
    for _ in 0..6 {
        h.store.work_timer(&work(&h, h.now().after(DAY)).await).await.unwrap();
    }
    assert!(seen("user:zoe", "user:zoe").await);
    assert_eq!(decide(&h, "user:ada", Role::Admin, true).await, Ok(ApprovalDecided::Waits));
    assert!(!seen("supervisor@HQ", "user:x").await, "that step is decided");
    assert!(seen("user:ada", "user:ada").await, "whoever decided it sees what became of it");
}
