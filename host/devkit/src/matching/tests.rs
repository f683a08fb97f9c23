use serde_json::json;

use super::*;

fn partial(expected: &Value, found: &Value) -> bool {
    fits(expected, found, Depth::Partial)
}

#[test]
fn objects_are_partial_lists_are_not() {
    let found = json!({ "a": 1, "b": [{ "c": 1, "d": 2 }, 3] });
    assert!(partial(&json!({ "b": [{ "c": 1 }, 3] }), &found));
    assert!(!fits(&json!({ "b": [{ "c": 1 }, 3] }), &found, Depth::Exact));
    assert!(fits(&found, &found, Depth::Exact));
    for wrong in
        [json!({ "b": [3, { "c": 1 }] }), json!({ "b": [{ "c": 1 }] }), json!({ "a": "1" }), json!({ "x": null })]
    {
        assert!(!partial(&wrong, &found), "{wrong}");
    }
    assert!(partial(&json!(1), &json!(1.0)) && !partial(&json!(1), &json!(1.5)));
    assert!(!partial(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992_i64)));
}

#[test]
fn every_matcher_fits_and_does_not() {
    let table = [
        (json!({ "$any": true }), json!(null), json!(1), None),
        (json!({ "a": { "$absent": true } }), json!({ "b": 1 }), json!({ "a": null }), Some(json!({ "a": 1 }))),
        (json!({ "$matches": "^SO-[0-9]+$" }), json!("SO-1"), json!("SO-17"), Some(json!("XSO-1"))),
        (json!({ "$matches": "^12$" }), json!(12), json!("12"), Some(json!(120))),
        (json!({ "$contains": "b" }), json!("abc"), json!(["a", "b"]), Some(json!("ac"))),
        (
            json!({ "$contains": { "x": 1 } }),
            json!([{ "x": 1, "y": 2 }]),
            json!([2, { "x": 1 }]),
            Some(json!([{ "x": 2 }])),
        ),
        (
            json!({ "$each": { "x": 1 } }),
            json!([]),
            json!([{ "x": 1 }, { "x": 1, "y": 2 }]),
            Some(json!([{ "x": 1 }, {}])),
        ),
        (json!({ "$in-any-order": [1, 2] }), json!([2, 1]), json!([1, 2]), Some(json!([1, 1]))),
        (json!({ "$length": 2 }), json!([1, 2]), json!("中文"), Some(json!("abc"))),
        (json!({ "$decimal": "12.50" }), json!(12.5), json!("12.500"), Some(json!("12.51"))),
        (json!({ "$one-of": [1, "a"] }), json!(1), json!("a"), Some(json!(2))),
        (json!({ "$not": { "$contains": "x" } }), json!("abc"), json!(1), Some(json!("axb"))),
        (json!({ "$json": { "a": 1 } }), json!("{\"a\":1,\"b\":2}"), json!("{\"a\":1}"), Some(json!("{\"a\":2}"))),
    ];
    for (matcher, first, second, wrong) in table {
        assert!(partial(&matcher, &first), "{matcher} {first}");
        assert!(partial(&matcher, &second), "{matcher} {second}");
        if let Some(wrong) = wrong {
            assert!(!partial(&matcher, &wrong), "{matcher} {wrong}");
        }
    }
}

#[test]
fn entries_that_fit_several_find_their_own() {
    let wanted = json!({ "$in-any-order": [{ "$any": true }, { "a": 1 }, { "$one-of": [2, { "a": 1 }] }] });
    assert!(partial(&wanted, &json!([{ "a": 1 }, 2, 3])));
    assert!(partial(&wanted, &json!([3, { "a": 1 }, 2])));
    assert!(!partial(&wanted, &json!([3, 4, { "a": 1 }])));
}

#[test]
fn a_slip_of_the_pen_fits_nothing() {
    for (matcher, told) in [
        (json!({ "$lenght": 1 }), "one of the matchers"),
        (json!({ "$matches": "(" }), "a regular expression"),
        (json!({ "$decimal": "x" }), "a decimal"),
        (json!({ "$any": false }), "a value that `$any` can have"),
    ] {
        let differences = compare(&matcher, &json!([1]), Depth::Partial, "a");
        assert!(differences.iter().any(|one| one.expected.contains(told)), "{matcher}: {differences:?}");
    }
}

#[test]
fn a_difference_names_its_place() {
    let differences =
        compare(&json!({ "a": [{ "b": 1 }], "c": 1 }), &json!({ "a": [{ "b": 2 }, 3] }), Depth::Exact, "answer");
    let places: Vec<&str> = differences.iter().map(|one| one.at.as_str()).collect();
    assert_eq!(places, ["answer.a[0].b", "answer.a[1]", "answer.c"]);
}
