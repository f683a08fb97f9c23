//! JSON of every function of the contract, by the types alone.

use mortise_devkit::bench::Bench;
use mortise_devkit::json::{arguments, arguments_skeleton, expected, skeleton, write};
use mortise_runtime::{Function, Type, Val};
use serde_json::{Value, json};

use crate::contract::everything;
use crate::guests::{cache, waited};

fn functions() -> Vec<Function> {
    let bench = waited(Bench::new(everything(), cache())).unwrap();
    bench.functions()
}

fn function(name: &str) -> Function {
    functions().into_iter().find(|function| function.path() == name).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "the examples read better")]
fn fault(name: &str, json: Value) -> String {
    arguments(&function(name), &json).unwrap_err().to_string()
}

#[test]
fn every_function_of_the_contract_is_found() {
    let paths: Vec<String> = functions().iter().map(Function::path).collect();
    let all = "erp.find-order erp.push-order erp.change-order erp.cancel-order erp.find-receivable erp.push-receivable \
               erp.cancel-receivable erp.changes inventory.stock inventory.reserve inventory.release \
               inventory.find-pick inventory.push-pick inventory.cancel-pick inventory.changes geocoder.locate \
               geocoder.reverse pricing.price notifier.send notifier.read-receipts order-policy.judge";
    for known in all.split_ascii_whitespace() {
        assert!(paths.iter().any(|path| path == known), "{known} is not among {paths:?}");
    }
}

#[test]
fn what_is_read_is_written_again() {
    for function in functions() {
        let json = arguments_skeleton(&function);
        let values = arguments(&function, &json).unwrap();
        let types = function.parameters.iter();
        let written: Vec<Value> = values.iter().zip(types).map(|(value, (_, ty))| write(value, ty)).collect();
        let again = arguments(&function, &Value::Array(written.clone())).unwrap();
        assert_eq!(again, values, "{}", function.path());
        // What came out once comes out the same again, and is what a scenario may expect.
        for ((value, (name, ty)), text) in values.iter().zip(&function.parameters).zip(&written) {
            assert_eq!(write(value, ty), *text);
            assert_eq!(expected(text, ty, name).unwrap(), *text, "{}", function.path());
        }
        for ty in [&function.answer, &function.error].into_iter().flatten() {
            assert!(expected(&skeleton(ty), ty, "answer").is_ok(), "{}", function.path());
        }
    }
}

#[test]
fn short_forms_are_the_long_ones() {
    let price = function("pricing.price");
    let read = |request: Value| arguments(&price, &json!({ "request": request })).unwrap();
    let short = read(json!({
        "kind": "sale", "placed-at": "2026-03-02T09:00:00+08:00", "attributes": { "a": "1", "b": "2" },
        "lines": [{ "number": 1, "quantity": "12.50" }],
    }));
    let long = read(json!({
        "kind": "sale", "placed-at": 1_772_413_200_000_000_i64, "attributes": [["a", "1"], ["b", "2"]],
        "lines": [{ "number": 1, "quantity": { "units": 1250, "scale": 2 }, "proposed": null, "sku": "" }],
    }));
    assert_eq!(short, long);
    let written = write(&short[0], &price.parameters[0].1);
    assert_eq!(written["lines"][0]["quantity"], "12.5");
    assert_eq!(written["attributes"], json!({ "a": "1", "b": "2" }));
    let cancel = function("erp.cancel-order");
    let text = arguments(&cancel, &json!(["DOC-1", "why"])).unwrap();
    assert_eq!(write(&text[1], &cancel.parameters[1].1), json!({ "zh": "why", "en": "why" }));
    let digits = arguments(&price, &json!([{ "kind": "return", "placed-at": "9007199254740993" }])).unwrap();
    assert_eq!(write(&digits[0], &price.parameters[0].1)["placed-at"], 9_007_199_254_740_993_i64);
}

#[test]
fn bytes_and_repeated_names_keep_their_form() {
    let send = function("notifier.send");
    let message = |content: Value| {
        let file = json!({ "name": "a", "content": content });
        let message = json!({ "severity": "info", "attachments": [file], "attributes": [["x", "1"], ["x", "2"]] });
        let values = arguments(&send, &json!({ "message": message })).unwrap();
        write(&values[0], &send.parameters[0].1)
    };
    assert_eq!(message("héllo".into())["attachments"][0]["content"], "héllo");
    assert_eq!(message(json!({ "base64": "AP8=" }))["attachments"][0]["content"], json!({ "base64": "AP8=" }));
    assert_eq!(message(json!([104, 105]))["attachments"][0]["content"], "hi");
    assert_eq!(message("".into())["attributes"], json!([["x", "1"], ["x", "2"]]));
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    insta::assert_snapshot!(fault("pricing.price", json!({ "request": { "kind": "sale", "lines": [{ "quantity": true }] } })), @r#"arguments.request.lines[0].quantity: found true, expected a decimal such as "12.50""#);
    insta::assert_snapshot!(fault("pricing.price", json!({ "request": { "kind": "sale", "lines": [{ "quantity": "1,5" }] } })), @r#"arguments.request.lines[0].quantity: found "1,5", expected a decimal such as "12.50" (not a decimal number: use digits with at most one point, such as 12.50)"#);
    insta::assert_snapshot!(fault("pricing.price", json!({ "request": { "kind": "sell" } })), @r#"arguments.request.kind: found "sell", expected one of `sale`, `return`"#);
    insta::assert_snapshot!(fault("pricing.price", json!({ "request": {} })), @"arguments.request.kind: found nothing, expected one of `sale`, `return`");
    insta::assert_snapshot!(fault("pricing.price", json!({ "request": { "kind": "sale", "currancy": "CNY" } })), @"arguments.request.currancy: found the field `currancy`, expected an object with `kind`, `customer`, `store`, `region`, `currency`, `placed-at`, `business-date`, `lines`, `attributes`");
    insta::assert_snapshot!(fault("pricing.price", json!({ "order": {} })), @"arguments: found `order`, expected an object with `request`");
    insta::assert_snapshot!(fault("pricing.price", json!([])), @"arguments: found [], expected an object with `request`");
    insta::assert_snapshot!(fault("inventory.changes", json!({ "limit": -1 })), @"arguments.limit: found -1, expected a whole number of 32 bits");
    insta::assert_snapshot!(fault("geocoder.reverse", json!({ "point": { "longitude": "x", "system": "gcj02" } })), @r#"arguments.point.longitude: found "x", expected a number"#);
}

#[test]
fn expectations_may_leave_out_and_match() {
    let price = function("pricing.price");
    let (answer, error) = (price.answer.unwrap(), price.error.unwrap());
    let settled = |json: Value, ty: &Type| expected(&json, ty, "answer").unwrap();
    assert_eq!(
        settled(json!({ "lines": [{ "unit-price": 12.50 }] }), &answer),
        json!({ "lines": [{ "unit-price": "12.5" }] })
    );
    let matcher = json!({ "lines": { "$each": { "unit-price": "1.0" } } });
    assert_eq!(settled(matcher, &answer), json!({ "lines": { "$each": { "unit-price": "1" } } }));
    assert_eq!(settled(json!("retry"), &error), json!({ "retry": { "$any": true } }));
    let told = expected(&json!({ "lines": [{ "unit-prise": "1" }] }), &answer, "answer").unwrap_err();
    assert!(told.at == "answer.lines[0].unit-prise" && told.expected.contains("`unit-price`"), "{told}");
    assert!(expected(&json!("retri"), &error, "error").unwrap_err().expected.contains("`rate-limited`"));
}

#[test]
fn values_of_no_interface_are_null() {
    // Flags and the like have a form, although no interface has them yet.
    assert_eq!(write(&Val::Flags(vec!["a".into()]), &Type::Bool), json!(["a"]));
}
