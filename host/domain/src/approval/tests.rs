use std::time::Duration;

use super::*;
use crate::access::{Places, Rights, Role, Scope};
use crate::decimal::Decimal;
use crate::hold::{HoldKind, Reason};

const HOUR: Duration = Duration::from_hours(1);

fn rights(roles: &[Role], regions: &[&str]) -> Rights {
    let places = Places { regions: regions.iter().map(|&code| code.to_owned()).collect(), ..Places::default() };
    Rights { roles: roles.iter().copied().collect(), places, scope: Scope::default() }
}

fn reason(code: &str, needs: &[(&str, &str)]) -> Reason {
    let need = |(kind, role): &(&str, &str)| Need { kind: (*kind).into(), role: (*role).into(), text: Text::default() };
    Reason {
        code: code.into(),
        kind: HoldKind::Business,
        text: Text::same("why"),
        needs: needs.iter().map(need).collect(),
        detail: serde_json::Value::Null,
        approval: None,
    }
}

fn scene() -> Scene<'static> {
    Scene { gross: Some(Decimal::whole(60_000)), store: "S1", region: "EAST" }
}

fn approval(escalate: &[&str]) -> Approval {
    let terms = Terms {
        route: "large".into(),
        title: Text::same("large"),
        approvers: vec!["supervisor".parse().unwrap(), "finance".parse().unwrap()],
        escalate: escalate.iter().map(|one| one.parse().unwrap()).collect(),
        deadline_hours: 24,
        remind_hours: 20,
        attachment: true,
    };
    let step = |(number, approver): (u32, &Approver)| Step {
        number,
        approver: approver.clone(),
        escalated: 0,
        state: StepState::Waiting,
        due_at: Instant(0).after(24 * HOUR),
        overdue: false,
        decided_at: None,
        decided_by: None,
        note: None,
    };
    Approval {
        id: ApprovalId(1),
        hold: HoldId(2),
        code: "amount-over-limit".into(),
        reason: Text::same("why"),
        needs: vec![],
        order: OrderId(3),
        order_number: "SO-3".into(),
        requester: "sams-token".into(),
        authors: ["sams-token", "user:sam", "user:cleo"].map(Into::into).into(),
        store: "S1".into(),
        region: "EAST".into(),
        files: 0,
        steps: (1..).zip(&terms.approvers).map(step).collect(),
        terms,
        state: ApprovalState::Open,
        opened_at: Instant(0),
        closed_at: None,
    }
}

fn number(found: Result<&Step, Refusal>) -> u32 {
    found.unwrap().number
}

#[test]
fn approvers_are_their_text() {
    for text in ["any", "finance", "supervisor@EAST", "user:anna"] {
        assert_eq!(text.parse::<Approver>().unwrap().to_string(), text);
    }
    for text in ["", "boss", "boss@EAST", "finance@", "user:"] {
        assert!(text.parse::<Approver>().is_err(), "{text:?}");
    }
    assert_eq!(serde_json::from_str::<Approver>("\"boss\"").unwrap(), Approver::Word("boss".into()));
}

#[test]
fn default_routes_ask_both_for_large_amounts() {
    let routes = ApprovalRoutes::default();
    assert_eq!(routes.faults(), []);
    let asked = |reason: &Reason| {
        let terms = routes.terms(reason, scene())?;
        Some((terms.route, terms.approvers.iter().map(ToString::to_string).collect::<Vec<_>>()))
    };
    let large = asked(&reason("amount-over-limit", &[("attachment", "")])).unwrap();
    assert_eq!(large, ("large-amount".into(), vec!["supervisor".into(), "finance".into()]));
    let named = asked(&reason("own", &[("approval", "finance"), ("approval", "user:zoe"), ("approval", "finance")]));
    assert_eq!(named.unwrap(), ("as-named".into(), vec!["finance".into(), "user:zoe".into()]));
    assert_eq!(asked(&reason("suspected-duplicate", &[("review", "")])), None);
    let technical = Reason { kind: HoldKind::Technical, ..reason("amount-over-limit", &[]) };
    assert_eq!(asked(&technical), None);
}

#[test]
fn a_route_is_for_some_orders_only() {
    let mut routes = ApprovalRoutes::default();
    routes.routes[0].above = Some(Decimal::whole(60_000));
    assert!(routes.terms(&reason("amount-over-limit", &[]), scene()).is_none(), "60,000 is not above 60,000");
    routes.routes[0].above = Some(Decimal::whole(59_999));
    routes.routes[0].regions = vec!["WEST".into()];
    assert!(routes.terms(&reason("amount-over-limit", &[]), scene()).is_none());
    routes.routes[0].regions.push("EAST".into());
    assert!(routes.terms(&reason("amount-over-limit", &[]), scene()).is_some());
}

#[test]
fn faults_of_routes_name_the_field() {
    let mut routes = ApprovalRoutes::default();
    let first = &mut routes.routes[0];
    first.deadline_hours = 10;
    first.approvers = vec![Approver::Word("boss".into())];
    first.code = "discount".into();
    let faults: Vec<String> = routes.faults().iter().map(ToString::to_string).collect();
    insta::assert_json_snapshot!(faults, @r#"
    [
      "routes[0].remind-hours: must be at least 1 and less than deadline-hours",
      "routes[0].approvers[0]: \"boss\" is nobody: write a role (admin, operator, supervisor, finance, sales, developer), a role of a region such as supervisor@EAST, user:<name>, or any",
      "routes[1].code: \"discount\" is used twice: give each route a code of its own"
    ]
    "#);
}

#[test]
fn each_decides_the_step_that_asks_them() {
    let mut approval = approval(&["admin"]);
    let (director, finance) = (rights(&[Role::Supervisor], &["EAST"]), rights(&[Role::Finance], &[]));
    let (other, admin) = (rights(&[Role::Supervisor], &["WEST"]), rights(&[Role::Admin], &[]));
    let decider = |actor: &'static str, rights| Decider { actor, person: actor, rights };
    let ask = |approval: &Approval, who: &Decider<'_>, agrees, files| {
        approval.decidable(who, None, agrees, files).map(|step| step.number)
    };
    let (dora, fred) = (decider("user:dora", &director), decider("user:fred", &finance));
    assert_eq!((ask(&approval, &dora, true, 1), ask(&approval, &fred, true, 1)), (Ok(1), Ok(2)));
    assert_eq!(ask(&approval, &dora, true, 0), Err(Refusal::NoFile));
    assert_eq!(ask(&approval, &dora, false, 0), Ok(1), "refusing needs no file");
    assert!(matches!(ask(&approval, &decider("user:wei", &other), true, 1), Err(Refusal::NotAsked(_))));
    assert_eq!(ask(&approval, &decider("user:sam", &admin), true, 1), Err(Refusal::Own));
    assert_eq!(
        approval.decidable(&Decider { actor: "his-other-token", person: "user:sam", rights: &admin }, None, true, 1),
        Err(Refusal::Own),
        "by a token of the same person",
    );
    assert_eq!(ask(&approval, &decider("user:cleo", &admin), true, 1), Err(Refusal::Own), "who corrected it");
    let ada = decider("user:ada", &admin);
    assert_eq!(number(approval.decidable(&ada, Some(2), true, 1)), 2, "in the place of finance");

    approval.steps[0].state = StepState::Approved;
    approval.steps[0].decided_by = Some("user:dora".into());
    let both = rights(&[Role::Supervisor, Role::Finance], &["EAST"]);
    let dora = decider("user:dora", &both);
    assert_eq!(ask(&approval, &dora, true, 1), Err(Refusal::Twice), "four eyes");
    assert_eq!(ask(&approval, &dora, false, 1), Ok(2), "but she may refuse in the end");
    assert_eq!(approval.decidable(&fred, Some(1), true, 1), Err(Refusal::Decided));
    approval.state = ApprovalState::Rejected;
    assert_eq!(ask(&approval, &fred, true, 1), Err(Refusal::Closed(ApprovalState::Rejected)));
}

#[test]
fn some_are_asked_wherever_the_order_comes_from() {
    let director = rights(&[Role::Supervisor, Role::Finance], &["EAST", "HQ"]);
    let dora = Decider { actor: "doras-token", person: "user:dora", rights: &director };
    let mut all: Vec<String> = Approver::everywhere(&dora).iter().map(ToString::to_string).collect();
    all.sort();
    assert_eq!(all, ["finance@EAST", "finance@HQ", "supervisor@EAST", "supervisor@HQ", "user:dora"]);
    for asked in all {
        let asked: Approver = asked.parse().unwrap();
        assert!(asked.is(&dora, "S9", "WEST"), "{asked}");
    }
}

#[test]
fn whoever_is_escalated_to_decides_from_then_on() {
    let mut approval = approval(&["user:zoe"]);
    let nobody = rights(&[], &[]);
    let zoe = Decider { actor: "user:zoe", person: "user:zoe", rights: &nobody };
    assert!(matches!(approval.decidable(&zoe, None, true, 1), Err(Refusal::NotAsked(_))));
    approval.steps[1].escalated = 1;
    assert_eq!(number(approval.decidable(&zoe, None, true, 1)), 2);
}

#[test]
fn a_deadline_asks_the_next_one_and_then_reminds_for_ever() {
    let mut approval = approval(&["admin"]);
    let now = Instant(0).after(25 * HOUR);
    let due = |approval: &Approval, kind| DueTimer { id: 1, step: 1, kind, approval: approval.clone() };
    let ring = due(&approval, TimerKind::Expire).ring(now).unwrap();
    assert_eq!(ring.turn, Some(Turn { escalated: 1, due_at: now.after(24 * HOUR), overdue: false }));
    assert_eq!(ring.message, Some(("approval-escalated", vec![Approver::Role(Role::Admin)])));
    assert_eq!(ring.timers.len(), 2);
    assert_eq!(ring.story[0].event, "approval.escalated");

    approval.steps[0].escalated = 1;
    let ring = due(&approval, TimerKind::Expire).ring(now).unwrap();
    assert!(ring.turn.unwrap().overdue);
    assert_eq!((ring.message.unwrap().1.len(), ring.story[0].event.as_str()), (2, "approval.overdue"));
    approval.steps[0].overdue = true;
    let ring = due(&approval, TimerKind::Expire).ring(now).unwrap();
    assert_eq!((ring.timers.len(), ring.story.len()), (1, 0), "said once, but asked again and again");

    approval.steps[0].state = StepState::Approved;
    for kind in [TimerKind::Ask, TimerKind::Remind, TimerKind::Expire] {
        assert_eq!(due(&approval, kind).ring(now), None);
    }
}
