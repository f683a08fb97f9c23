use std::collections::BTreeSet;

use super::*;
use crate::ids::UserId;
use crate::instant::Instant;
use crate::text::Text;
use crate::user::Profile;

fn rights(roles: &[Role]) -> Rights {
    let places = Places { stores: BTreeSet::from(["S1".into()]), regions: BTreeSet::from(["EAST".into()]) };
    Rights { roles: roles.iter().copied().collect(), places, scope: Scope::default() }
}

/// A letter for each role: all, own, nothing.
fn row(action: Action) -> String {
    let letter = |role: Role| match action.extent(role) {
        Extent::All => 'A',
        Extent::Own => 'o',
        Extent::No => '-',
    };
    Role::ALL.map(letter).iter().collect()
}

#[test]
fn the_table() {
    let table: String = Action::ALL.iter().map(|action| format!("{} {}\n", row(*action), action.name())).collect();
    insta::assert_snapshot!(table, @"
    AAoAo- orders.read
    A-o-o- orders.submit
    AAoAo- orders.attach
    AAo-o- orders.correct
    AAoA-- orders.cancel
    A-oAo- quotes.make
    AAo-o- contacts.read
    AAoAo- holds.read
    A-oA-- holds.release
    AAoAo- approvals.read
    A-oA-- approvals.decide
    AAAAAA approvals.by-link
    AAoAo- deliveries.read
    AA---- deliveries.inspect
    AA---- deliveries.replay
    AAo--- tickets.read
    AAo--- tickets.handle
    AA---- tickets.close
    AAAAA- customers.read
    A--A-- customers.change
    A--A-- credit.change
    AAoAo- leads.read
    A-o-o- leads.work
    A-o--- leads.import
    A-o--- leads.join
    A-o--- leads.approve
    A----- leads.export
    A----- leads.erase
    AAAAA- lead-rules.read
    A----- lead-rules.change
    AAAAAA catalog.read
    A----- catalog.change
    AA---A codes.read
    AA---- codes.change
    AAAAA- prices.read
    A--A-- prices.publish
    AA---A plugins.read
    A----A plugins.install
    AA---A plugins.inspect
    A----- plugins.fetch
    A----- plugins.remove
    AA---A publishers.read
    A----- publishers.change
    AA---A connections.read
    A----- connections.change
    AA---- connections.switch
    AA---- connections.try
    AA---- connections.operate
    AA---- connections.test
    AA-A-- rules.read
    AA-A-- rules.draft
    A--A-- rules.publish
    AA---- credentials.read
    A----- credentials.change
    AAAAAA company.read
    A----- company.change
    AAoAoA status.read
    AA---- retention.read
    A----- retention.change
    AA---A metrics.read
    A----- users.read
    A----- users.change
    A----- tokens.read
    A----- tokens.change
    A----- audit.read
    AAAAAA access.read
    AAAAAA people.read
    AAAAAA profile.read
    AAAAAA profile.change
    AAAAAA sessions.end
    AAAAAA sessions.open
    AAAAAA forms.submit
    AAAAAA invites.use
    ");
}

#[test]
fn an_admin_may_everything_and_nobody_else_hands_out_rights() {
    for action in Action::ALL {
        assert_eq!(action.extent(Role::Admin), Extent::All, "{}", action.name());
        assert_eq!(Action::parse(action.name()), Some(*action));
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
            assert!(!(action.hands_out_rights() && action.extent(role) != Extent::No), "{role} {}", action.name());
        }
    }
    assert_eq!(Rights::default().reach(Action::ProfileRead), Err(Denied::Role(Action::ProfileRead)));
}

#[test]
fn roles_add_up_to_the_farthest() {
    let own = Reach::Own(rights(&[]).places);
    assert_eq!(rights(&[Role::Sales]).reach(Action::OrdersRead), Ok(own.clone()));
    assert_eq!(rights(&[Role::Sales, Role::Finance]).reach(Action::OrdersRead), Ok(Reach::All));
    assert_eq!(rights(&[Role::Sales, Role::Finance]).reach(Action::OrdersSubmit), Ok(own));
    assert!(!rights(&[Role::Developer]).may(Action::OrdersRead));
}

#[test]
fn own_is_the_store_or_its_region() {
    let Ok(reach) = rights(&[Role::Sales]).reach(Action::OrdersRead) else { panic!("refused") };
    assert!(reach.covers("S1", "WEST") && reach.covers("S9", "EAST") && !reach.covers("S2", "WEST"));
    assert!(Reach::All.covers("S2", "WEST") && !Reach::Own(Places::default()).covers("", ""));
}

#[test]
fn a_bounded_token_does_less() {
    let bounded = |read_only, nouns: Option<&[&str]>| Rights {
        scope: Scope { read_only, nouns: nouns.map(|nouns| nouns.iter().map(ToString::to_string).collect()) },
        ..rights(&[Role::Admin])
    };
    let may =
        |rights: &Rights, actions: &[Action]| actions.iter().map(|action| rights.may(*action)).collect::<Vec<_>>();
    let asked = [Action::OrdersRead, Action::OrdersSubmit, Action::HoldsRead, Action::UsersRead, Action::UsersChange];
    assert_eq!(may(&bounded(false, None), &asked), [true, true, true, true, true]);
    assert_eq!(may(&bounded(true, None), &asked), [true, false, true, true, false]);
    assert_eq!(may(&bounded(false, Some(&["orders"])), &asked), [true, true, false, false, false]);
    assert_eq!(may(&bounded(true, Some(&["orders"])), &asked), [true, false, false, false, false]);
    // With rights to hand out, any bound could be left behind.
    assert_eq!(may(&bounded(false, Some(&["users", "tokens"])), &asked), [false, false, false, true, false]);
    assert_eq!(bounded(true, None).reach(Action::UsersChange), Err(Denied::Scope(Action::UsersChange)));
    // What no role allows is said to be so, whatever the scope.
    let sales = Rights { roles: Roles::from([Role::Sales]), ..bounded(true, None) };
    assert_eq!(sales.reach(Action::UsersChange), Err(Denied::Role(Action::UsersChange)));
}

#[test]
fn a_token_never_does_more_than_its_owner() {
    let mut owner = User {
        id: UserId(1),
        name: "anna".into(),
        profile: Profile {
            roles: Roles::from([Role::Sales]),
            stores: BTreeSet::from(["S7".into()]),
            ..Profile::default()
        },
        disabled: false,
        has_password: true,
        created_at: Instant(0),
        last_login_at: None,
    };
    let token = rights(&[Role::Admin, Role::Sales]);
    let acting = token.clone().on_behalf_of(&owner);
    assert_eq!((acting.roles.clone(), acting.places), (Roles::from([Role::Sales]), owner.profile.places()));
    owner.disabled = true;
    assert_eq!(token.on_behalf_of(&owner).roles, Roles::new());
}

#[test]
fn a_hold_names_who_releases_it() {
    let need = |role: &str| Need { kind: "approval".into(), role: role.into(), text: Text::same("") };
    let lacks = |roles: &[Role], needs: &[&str]| {
        let needs: Vec<_> = needs.iter().map(|role| need(role)).collect();
        rights(roles).lacks_for(&needs).map(ToOwned::to_owned)
    };
    assert_eq!(lacks(&[Role::Supervisor], &[""]), None);
    assert_eq!(lacks(&[Role::Supervisor], &["finance"]).as_deref(), Some("finance"));
    assert_eq!(lacks(&[Role::Finance], &["finance"]), None);
    assert_eq!(lacks(&[Role::Finance], &["supervisor", "finance"]).as_deref(), Some("supervisor"));
    assert_eq!(lacks(&[Role::Finance], &["board"]).as_deref(), Some("board"));
    assert_eq!(lacks(&[Role::Admin], &["board"]), None);
}
