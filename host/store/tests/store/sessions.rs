//! Sessions and failed sign-ins.

use std::time::Duration;

use mortise_domain::access::Role;
use mortise_domain::instant::Instant;
use mortise_domain::lockout::Patience;
use mortise_store::{Guesser, Session};

use crate::harness::{Harness, on_both, together};
use crate::users::{session, signed_up};

on_both! {
    sessions_live_and_die,
    sessions_end_one_by_one_or_all,
    each_attempt_counts_at_once,
    waits_survive_a_restart,
    a_right_password_forgives_the_account_alone,
    what_has_ended_is_removed,
}

const IDLE: Duration = Duration::from_secs(1_000);

async fn alive(h: &Harness, byte: u8) -> Option<Session> {
    let found = h.store.verify_session(&[byte; 32], h.now(), h.now().before(IDLE)).await.unwrap();
    found.map(|(session, _)| session)
}

async fn sessions_live_and_die(h: Harness) {
    let ann = signed_up(&h, "ann", &[Role::Admin]).await;
    let start = h.now();
    let id = h.store.open_session(&session(&ann, 1, start.after(IDLE * 3))).await.unwrap().unwrap();
    let (found, user) = h.store.verify_session(&[1; 32], start, Instant(0)).await.unwrap().unwrap();
    assert_eq!((found.id, found.created_at, found.seen_at), (id, start, start));
    assert_eq!((found.address.as_str(), found.agent.as_str()), ("203.0.113.9", "curl"));
    assert_eq!((user.name.as_str(), user.last_login_at), ("ann", Some(start)));
    assert_eq!(alive(&h, 2).await, None);
    // Uses are noted to the minute.
    h.advance(59);
    assert_eq!(alive(&h, 1).await.unwrap().seen_at, start);
    assert_eq!(alive(&h, 1).await.unwrap().seen_at, start);
    let noted = h.advance(1);
    alive(&h, 1).await.unwrap();
    assert_eq!(alive(&h, 1).await.unwrap().seen_at, noted);
    // Idle for too long.
    h.advance(999);
    assert!(alive(&h, 1).await.is_some());
    h.advance(1_000);
    assert_eq!(alive(&h, 1).await, None);
    // Used all the time, and yet it ends.
    h.store.open_session(&session(&ann, 3, h.now().after(IDLE * 3))).await.unwrap();
    for _ in 0..29 {
        h.advance(100);
        assert!(alive(&h, 3).await.is_some());
    }
    h.advance(100);
    assert_eq!(alive(&h, 3).await, None);
}

async fn sessions_end_one_by_one_or_all(h: Harness) {
    let ann = signed_up(&h, "ann", &[Role::Admin]).await;
    let bob = signed_up(&h, "bob", &[Role::Sales]).await;
    let mut ids = Vec::new();
    for byte in 1..=4 {
        ids.push(h.store.open_session(&session(&ann, byte, Instant::NEVER)).await.unwrap().unwrap());
    }
    h.store.open_session(&session(&bob, 9, Instant::NEVER)).await.unwrap().unwrap();
    let listed = h.store.sessions(ann.id, Instant(0)).await.unwrap();
    assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [ids[3], ids[2], ids[1], ids[0]]);
    assert!(!h.store.end_session(bob.id, ids[0]).await.unwrap(), "it is not his");
    assert!(h.store.end_session(ann.id, ids[0]).await.unwrap());
    h.store.end_session_of(&[2; 32]).await.unwrap();
    assert_eq!((alive(&h, 1).await, alive(&h, 2).await), (None, None));
    assert_eq!(h.store.end_sessions(ann.id, Some(ids[3])).await.unwrap(), 1);
    assert!(alive(&h, 4).await.is_some() && alive(&h, 9).await.is_some());
    assert_eq!(h.store.end_sessions(ann.id, None).await.unwrap(), 1);
    assert_eq!((alive(&h, 4).await, alive(&h, 9).await.is_some()), (None, true));
}

fn guessers() -> [Guesser; 2] {
    [("b account", Patience::ACCOUNT), ("a address", Patience::ADDRESS)]
        .map(|(subject, patience)| Guesser { subject: subject.into(), patience })
}

async fn each_attempt_counts_at_once(h: Harness) {
    let other = h.other_node().await;
    let outcomes = together(30, |at| {
        let (store, now) = (if at % 2 == 0 { h.store.clone() } else { other.clone() }, h.now());
        async move { store.attempt(&guessers(), now).await.unwrap() }
    })
    .await;
    // Five are free, the sixth is looked at and followed by the first wait; nobody gets more by asking faster.
    assert_eq!(outcomes.iter().filter(|locked| locked.is_none()).count(), 6, "{outcomes:?}");
    let until = Some(h.now().after(Duration::from_secs(5)));
    assert!(outcomes.iter().all(|locked| locked.is_none() || *locked == until), "{outcomes:?}");
}

async fn waits_survive_a_restart(h: Harness) {
    for _ in 0..6 {
        assert_eq!(h.store.attempt(&guessers(), h.now()).await.unwrap(), None);
    }
    h.store.close().await;
    let again = h.reopen(crate::harness::key()).await.unwrap();
    let until = h.now().after(Duration::from_secs(5));
    assert_eq!(again.attempt(&guessers(), h.now()).await.unwrap(), Some(until));
    assert_eq!(again.attempt(&guessers(), h.advance(4)).await.unwrap(), Some(until), "waiting costs nothing more");
    assert_eq!(again.attempt(&guessers(), h.advance(1)).await.unwrap(), None);
    assert_eq!(again.attempt(&guessers(), h.now()).await.unwrap(), Some(h.now().after(Duration::from_secs(10))));
    again.close().await;
}

async fn a_right_password_forgives_the_account_alone(h: Harness) {
    let [account, address] = guessers();
    for _ in 0..6 {
        h.store.attempt(&guessers(), h.now()).await.unwrap();
    }
    h.store.forgive(&account.subject, &address.subject).await.unwrap();
    // The account starts anew; of the address only the right one is taken back: 40 are free, 5 are counted.
    for attempt in 0..36 {
        let locked = h.store.attempt(std::slice::from_ref(&address), h.now()).await.unwrap();
        assert_eq!(locked, None, "{attempt}");
    }
    assert!(h.store.attempt(std::slice::from_ref(&address), h.now()).await.unwrap().is_some());
    for _ in 0..6 {
        assert_eq!(h.store.attempt(std::slice::from_ref(&account), h.now()).await.unwrap(), None);
    }
}

async fn what_has_ended_is_removed(h: Harness) {
    let ann = signed_up(&h, "ann", &[Role::Admin]).await;
    let soon = h.now().after(Duration::from_secs(10));
    h.store.open_session(&session(&ann, 1, soon)).await.unwrap();
    h.store.open_session(&session(&ann, 2, Instant::NEVER)).await.unwrap();
    h.store.invite(ann.id, &[1; 32], "host", soon).await.unwrap();
    for _ in 0..6 {
        h.store.attempt(&guessers(), h.now()).await.unwrap();
    }
    h.advance(10);
    h.store.sweep_access(h.now().before(IDLE), h.now().before(Duration::from_secs(10))).await.unwrap();
    // Asked as of the beginning, so that only what is gone is missing.
    let start = crate::harness::START;
    assert_eq!(h.store.verify_session(&[1; 32], start, Instant(0)).await.unwrap(), None);
    assert!(h.store.verify_session(&[2; 32], start, Instant(0)).await.unwrap().is_some());
    assert_eq!(h.store.invited(&[1; 32], start).await.unwrap(), None);
    assert_eq!(h.store.attempt(&guessers(), start).await.unwrap(), None, "forgotten");
}
