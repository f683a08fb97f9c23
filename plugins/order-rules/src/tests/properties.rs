//! What holds for any order.

use proptest::prelude::*;

use super::*;
use crate::scene::Scene;
use crate::settings::Thresholds;

fn some_skus() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[A-F]", 0..8)
}

fn overlap(ours: &[String], theirs: &[String]) -> f64 {
    let skus: Vec<_> = ours.iter().map(String::as_str).collect();
    let mut facts = order(&skus);
    facts.recent = vec![earlier(&[], 0)];
    Scene::new(&facts, &Thresholds::default(), String::new).overlap(theirs)
}

proptest! {
    #[test]
    fn the_overlap_is_a_share_and_the_same_both_ways(ours in some_skus(), theirs in some_skus()) {
        let share = overlap(&ours, &theirs);
        prop_assert!((0.0..=1.0).contains(&share));
        prop_assert_eq!(share.to_bits(), overlap(&theirs, &ours).to_bits());
        if !ours.is_empty() {
            prop_assert!((overlap(&ours, &ours) - 1.0).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn the_amount_rule_is_exact(minor in 0..20_000_000_i64) {
        let mut facts = order(&["A"]);
        facts.order.gross = minor;
        prop_assert_eq!(!applied(&facts).is_empty(), minor > 5_000_000);
    }

    #[test]
    fn no_expression_breaks_the_plugin(when in "[a-z.(){}'!<>&|=+*? 0-9\\[\\],]{0,60}") {
        let settings = serde_json::json!({"rules": [{"code": "x", "title": {"zh": "z", "en": "e"}, "when": when, "outcome": "flag"}]});
        match verdicts(&settings.to_string(), &order(&["A"])) {
            Ok(_) => {}
            Err(Error::Invalid(invalid)) => prop_assert_eq!(invalid.field, "settings.rules[0].when"),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
