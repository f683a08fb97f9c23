//! What `check` says about files that fit.

use mortise_devkit::check::{check, wishes};
use mortise_devkit::report::checked;
use serde_json::json;

use crate::contract::{everything, manifest, of_world, packed};
use crate::guests::{FOLDERS, cache, file, waited};

#[test]
fn plugins_that_ship_fit() {
    for folder in FOLDERS {
        let report = waited(check(&file(folder), cache())).unwrap();
        assert!(report.fits(), "{folder}: {:?}", report.fault);
        assert!(!report.functions.is_empty() && report.hash.len() == 64, "{folder}");
    }
    let report = waited(check(&everything(), cache())).unwrap();
    assert!(report.fits() && report.functions.len() >= 21, "{:?}", report.functions);
}

#[test]
fn wishes_are_told_in_plain_words() {
    let report = waited(check(&file("plugins/u8"), cache())).unwrap();
    let manifest = report.manifest.unwrap();
    let told = |locale: &str| {
        let lines = wishes(&manifest).into_iter().map(|wish| wish.in_locale(locale).to_owned());
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told("en"), @"");
    insta::assert_snapshot!(told("zh-CN"), @"");
}

#[test]
fn the_report_says_what_a_plugin_is() {
    let report = waited(check(&file("examples/hello-pricing"), cache())).unwrap();
    let text = checked(&report, "en");
    for part in [
        "hello-pricing",
        "0.1.0",
        "Fixed markup",
        "pricing.price",
        "none: it only computes",
        "base-price",
        "required",
        "default \"0.15\"",
        "it fits",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(report.hints.is_empty(), "{:?}", report.hints);
}

#[test]
fn what_is_worth_a_second_look_is_a_hint() {
    let loose = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "title": "B" } } });
    let file = packed(&of_world("pricing-plugin"), &manifest(|manifest| manifest["settings"] = loose));
    let report = waited(check(&file, cache())).unwrap();
    assert!(report.fits());
    let hints: Vec<&str> = report.hints.iter().map(|hint| hint.en.as_str()).collect();
    assert_eq!(hints.len(), 3, "{hints:?}");
    assert!(hints[0].contains("`a` has no `title`") && hints[1].contains("`b` has no Chinese"));
}
