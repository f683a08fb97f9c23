//! Users and their invitations.

use std::collections::BTreeSet;
use std::time::Duration;

use mortise_domain::access::{Places, Role, Roles, Scope};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::user::{Language, Profile, User};
use mortise_store::{NewSession, NewToken, Page, PageRequest};

use crate::harness::{Harness, on_both, together};

on_both! {
    users_are_kept,
    the_last_admin_stays,
    two_admins_cannot_demote_each_other,
    whoever_is_disabled_is_out,
    a_person_is_forgotten,
    an_invitation_is_used_once,
    an_invitation_is_void_when_replaced_expired_or_disabled,
    passwords_change,
}

pub fn profile(roles: &[Role]) -> Profile {
    Profile { display_name: "安娜".into(), roles: roles.iter().copied().collect(), ..Profile::default() }
}

/// A user with a password of this hash.
pub async fn signed_up(h: &Harness, name: &str, roles: &[Role]) -> User {
    let user = h.store.create_user(name, &profile(roles)).await.unwrap();
    h.store.set_password(user.id, &format!("hash of {name}")).await.unwrap();
    h.store.user(name).await.unwrap().unwrap()
}

pub fn session(user: &User, byte: u8, expires_at: Instant) -> NewSession {
    NewSession {
        user: user.id,
        password: format!("hash of {}", user.name),
        hash: [byte; 32],
        expires_at,
        address: "203.0.113.9".into(),
        agent: "curl".into(),
    }
}

fn is_conflict(outcome: &Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict(_)))
}

async fn users_are_kept(h: Harness) {
    let full = Profile {
        display_name: "张伟".into(),
        email: Some("wei@example.com".into()),
        roles: Roles::from([Role::Sales, Role::Finance]),
        stores: BTreeSet::from(["S1".into(), "S2".into()]),
        regions: BTreeSet::from(["EAST".into()]),
        language: Language::En,
    };
    let user = h.store.create_user("zhang.wei", &full).await.unwrap();
    assert_eq!((user.profile.clone(), user.has_password, user.created_at), (full.clone(), false, h.now()));
    let taken = h.store.create_user("zhang.wei", &full).await.unwrap_err();
    assert!(matches!(taken, StoreError::Conflict(_)), "{taken}");
    h.store.create_user("anna", &profile(&[Role::Sales])).await.unwrap();
    assert_eq!(h.store.user("zhang.wei").await.unwrap().as_ref(), Some(&user));
    assert_eq!(h.store.user_by_id(user.id).await.unwrap().as_ref(), Some(&user));
    assert_eq!(h.store.user("nobody").await.unwrap(), None);
    let names = |page: &Page<User>| page.items.iter().map(|user| user.name.clone()).collect::<Vec<_>>();
    let one = PageRequest { after: None, limit: 1 };
    let first = h.store.users("", &one).await.unwrap();
    let second = h.store.users("", &PageRequest { after: first.next.clone(), limit: 1 }).await.unwrap();
    assert_eq!((names(&first), names(&second), second.next), (vec!["anna".into()], vec!["zhang.wei".into()], None));
    assert_eq!(names(&h.store.users("张", &PageRequest::default()).await.unwrap()), ["zhang.wei"]);
    let changed = Profile { regions: BTreeSet::new(), email: None, ..full };
    h.store.put_user("zhang.wei", &changed).await.unwrap();
    assert_eq!(h.store.user("zhang.wei").await.unwrap().unwrap().profile, changed);
    // One's own words about oneself leave roles and places alone.
    let own = Profile { display_name: "Wei".into(), ..profile(&[Role::Admin]) };
    h.store.put_own_profile(user.id, &own).await.unwrap();
    let expected = Profile { display_name: "Wei".into(), language: Language::Zh, ..changed };
    assert_eq!(h.store.user("zhang.wei").await.unwrap().unwrap().profile, expected);
    let missing = h.store.put_user("nobody", &expected).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound(_)), "{missing}");
    let people = h.store.people().await.unwrap();
    assert_eq!(people, [("anna".into(), "安娜".into()), ("zhang.wei".into(), "Wei".into())]);
}

async fn the_last_admin_stays(h: Harness) {
    signed_up(&h, "ann", &[Role::Admin, Role::Sales]).await;
    // Invited only: cannot sign in yet.
    let bob = h.store.create_user("bob", &profile(&[Role::Admin])).await.unwrap();
    let sales = profile(&[Role::Sales]);
    assert!(is_conflict(&h.store.put_user("ann", &sales).await));
    assert!(is_conflict(&h.store.disable_user("ann", true).await));
    assert!(is_conflict(&h.store.erase_user("ann").await));
    h.store.put_user("ann", &profile(&[Role::Admin])).await.unwrap();
    // The one who cannot sign in may go.
    h.store.disable_user("bob", true).await.unwrap();
    h.store.disable_user("bob", false).await.unwrap();
    h.store.set_password(bob.id, "x").await.unwrap();
    h.store.put_user("ann", &sales).await.unwrap();
    assert!(is_conflict(&h.store.disable_user("bob", true).await));
    // Whoever is no admin may always go.
    h.store.disable_user("ann", true).await.unwrap();
}

async fn two_admins_cannot_demote_each_other(h: Harness) {
    for name in ["ann", "bob"] {
        signed_up(&h, name, &[Role::Admin]).await;
    }
    let other = h.other_node().await;
    let outcomes = together(2, |at| {
        let (store, name) = if at == 0 { (h.store.clone(), "ann") } else { (other.clone(), "bob") };
        async move { store.put_user(name, &profile(&[Role::Sales])).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| is_conflict(outcome)).count(), 1, "{outcomes:?}");
}

async fn whoever_is_disabled_is_out(h: Harness) {
    signed_up(&h, "ann", &[Role::Admin]).await;
    let bob = signed_up(&h, "bob", &[Role::Sales]).await;
    h.store.open_session(&session(&bob, 1, Instant::NEVER)).await.unwrap().unwrap();
    h.store.invite(bob.id, &[7; 32], "ann", Instant::NEVER).await.unwrap();
    h.store.disable_user("bob", true).await.unwrap();
    assert!(h.store.user("bob").await.unwrap().unwrap().disabled);
    assert_eq!(h.store.open_session(&session(&bob, 2, Instant::NEVER)).await.unwrap(), None);
    h.store.disable_user("bob", false).await.unwrap();
    // What was open before does not come back.
    assert_eq!(h.store.verify_session(&[1; 32], h.now(), Instant(0)).await.unwrap(), None);
    assert_eq!(h.store.invited(&[7; 32], h.now()).await.unwrap(), None);
}

async fn a_person_is_forgotten(h: Harness) {
    signed_up(&h, "ann", &[Role::Admin]).await;
    let bob = signed_up(&h, "bob", &[Role::Sales]).await;
    h.store.open_session(&session(&bob, 1, Instant::NEVER)).await.unwrap().unwrap();
    let token = NewToken {
        name: "bobs".into(),
        roles: Roles::from([Role::Sales]),
        scope: Scope::default(),
        places: Places::default(),
        owner: Some(bob.id),
        created_by: "user:ann".into(),
        hash: [9; 32],
        expires_at: Instant::NEVER,
    };
    h.store.create_token(&token).await.unwrap();
    h.store.erase_user("bob").await.unwrap();
    assert_eq!(h.store.user("bob").await.unwrap(), None);
    assert_eq!(h.store.users("", &PageRequest::default()).await.unwrap().items.len(), 1);
    assert_eq!(h.store.verify_session(&[1; 32], h.now(), Instant(0)).await.unwrap(), None);
    assert_eq!(h.store.verify_token(&[9; 32], h.now()).await.unwrap(), None);
    let left = h.store.user_by_id(bob.id).await.unwrap().unwrap();
    assert_eq!((left.profile, left.disabled, left.has_password), (Profile::default(), true, false));
    assert_eq!(h.store.people().await.unwrap()[1], ("bob".into(), String::new()));
    let refused = h.store.create_user("bob", &profile(&[Role::Sales])).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "the name stays with the story: {refused}");
}

async fn an_invitation_is_used_once(h: Harness) {
    assert!(!h.store.has_passwords().await.unwrap());
    let ann = h.store.create_user("ann", &profile(&[Role::Admin])).await.unwrap();
    let until = h.now().after(Duration::from_mins(1));
    h.store.invite(ann.id, &[1; 32], "host", until).await.unwrap();
    assert_eq!(h.store.invited(&[1; 32], h.now()).await.unwrap(), Some((ann.clone(), until)));
    let other = h.other_node().await;
    let used = together(8, |at| {
        let (store, now) = (if at % 2 == 0 { h.store.clone() } else { other.clone() }, h.now());
        async move { store.accept_invite(&[1; 32], &format!("hash {at}"), now).await.unwrap() }
    })
    .await;
    assert_eq!(used.iter().filter(|used| **used).count(), 1, "{used:?}");
    let winner = used.iter().position(|used| *used).unwrap();
    let (_, hash) = h.store.user_with_password("ann").await.unwrap().unwrap();
    assert_eq!(hash, Some(format!("hash {winner}")));
    assert_eq!(h.store.invited(&[1; 32], h.now()).await.unwrap(), None);
    assert!(h.store.has_passwords().await.unwrap());
}

async fn an_invitation_is_void_when_replaced_expired_or_disabled(h: Harness) {
    let ann = h.store.create_user("ann", &profile(&[Role::Sales])).await.unwrap();
    let until = h.now().after(Duration::from_mins(1));
    let good = async |byte: u8| {
        let shown = h.store.invited(&[byte; 32], h.now()).await.unwrap().is_some();
        (shown, h.store.accept_invite(&[byte; 32], "x", h.now()).await.unwrap())
    };
    h.store.invite(ann.id, &[1; 32], "host", until).await.unwrap();
    h.store.invite(ann.id, &[2; 32], "host", until).await.unwrap();
    assert_eq!(good(1).await, (false, false), "replaced");
    h.advance(59);
    assert_eq!(good(2).await, (true, true));
    let until = h.now().after(Duration::from_mins(1));
    h.store.invite(ann.id, &[3; 32], "host", until).await.unwrap();
    h.advance(60);
    assert_eq!(good(3).await, (false, false), "expired");
    h.store.invite(ann.id, &[4; 32], "host", Instant::NEVER).await.unwrap();
    h.raw("UPDATE users SET disabled = TRUE").await;
    assert_eq!(good(4).await, (false, false), "disabled");
    assert_eq!(good(9).await, (false, false), "unknown");
}

async fn passwords_change(h: Harness) {
    let ann = signed_up(&h, "ann", &[Role::Admin]).await;
    h.store.open_session(&session(&ann, 1, Instant::NEVER)).await.unwrap().unwrap();
    h.store.rehash_password(ann.id, "another", "dearer").await.unwrap();
    h.store.rehash_password(ann.id, "hash of ann", "dearer").await.unwrap();
    assert_eq!(h.store.user_with_password("ann").await.unwrap().unwrap().1.as_deref(), Some("dearer"));
    assert!(h.store.verify_session(&[1; 32], h.now(), Instant(0)).await.unwrap().is_some(), "it is the same password");
    h.store.set_password(ann.id, "next").await.unwrap();
    assert_eq!(h.store.verify_session(&[1; 32], h.now(), Instant(0)).await.unwrap(), None);
    // Whoever was let in by the old one a moment ago comes too late.
    assert_eq!(h.store.open_session(&session(&ann, 2, Instant::NEVER)).await.unwrap(), None);
    assert_eq!(h.store.user_with_password("bob").await.unwrap(), None);
}
