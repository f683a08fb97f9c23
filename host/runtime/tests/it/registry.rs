//! Loading, replacing, serving; settings and credentials that are not right.

use std::sync::Arc;

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::RouteKey;
use mortise_domain::decimal::Decimal;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::order::{Buyer, OrderKind};
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::pricing::{PriceLine, PriceRequest};
use mortise_runtime::LoadError;
use serde_json::{Value, json};

use crate::harness::{BEGIN, Host, connection, context, hello, locate, misbehaving, told};

pub fn price_request(lines: u32) -> Request {
    let line = |number| PriceLine {
        number,
        sku: format!("A-{number}"),
        category: "tools".into(),
        unit: "piece".into(),
        unit_rate: Decimal::ONE,
        quantity: Decimal::whole(3),
        proposed: None,
        attributes: Vec::new(),
    };
    let customer = Buyer {
        code: "C-1".into(),
        name: "Customer".into(),
        level: "A".into(),
        region: "east".into(),
        attributes: Vec::new(),
    };
    Request::Price {
        request: PriceRequest {
            kind: OrderKind::Sale,
            customer,
            store: "S-1".into(),
            region: "east".into(),
            currency: "CNY".into(),
            placed_at: Instant(BEGIN),
            business_date: "2026-01-31".into(),
            lines: (1..=lines).map(line).collect(),
            attributes: Vec::new(),
        },
    }
}

async fn price(host: &Host, name: &str) -> String {
    let called = host.registry.call(name, price_request(1), context()).await;
    match called.result {
        Ok(Answer::Priced(priced)) => priced.lines[0].unit_price.to_string(),
        other => format!("{other:?}"),
    }
}

fn base(price: &str) -> impl FnOnce(&mut Value) {
    let settings = json!({ "base-price": price });
    move |connection| connection["settings"] = settings
}

#[tokio::test]
async fn a_call_prices_with_defaults_filled_in() {
    let host = Host::new();
    host.load("prices", hello(), base("100")).await;
    assert_eq!(price(&host, "prices").await, "115");
    let called = host.registry.call("prices", price_request(50), context()).await;
    let Ok(Answer::Priced(priced)) = called.result else { panic!("{called:?}") };
    assert_eq!(priced.lines.len(), 50);
    assert!(called.record.memory > 0);
}

#[tokio::test]
async fn replacing_is_atomic_and_calls_in_flight_end_on_the_old_version() {
    let host = Host::new();
    let proven = host.load("prices", hello(), base("100")).await;
    let slow = host
        .load("bad", misbehaving(), |connection| connection["limits"] = json!({ "cpu-ms": 300, "deadline-ms": 5_000 }))
        .await;
    let registry = Arc::clone(&host.registry);
    let flight = tokio::spawn(async move { registry.call("bad", locate(&json!([{ "do": "loop" }])), context()).await });
    while host.registry.in_flight("bad") == 0 {
        tokio::task::yield_now().await;
    }
    host.registry.load(connection("bad", &slow, |new| new["limits"] = json!({ "cpu-ms": 100 })), &slow).await.unwrap();
    assert_eq!(host.registry.in_flight("bad"), 1);
    assert!(told(&flight.await.unwrap()).contains("`limits.cpu-ms` is 300"));
    host.registry.load(connection("prices", &proven, base("200")), &proven).await.unwrap();
    assert_eq!(price(&host, "prices").await, "230");
    host.registry.load(connection("prices", &proven, |new| new["enabled"] = json!(false)), &proven).await.unwrap_err();
    assert_eq!(price(&host, "prices").await, "230");
    assert!(host.registry.unload("prices"));
    assert!(!host.registry.unload("prices"));
    insta::assert_snapshot!(told(&host.registry.call("prices", price_request(1), context()).await), @"Missing: no connection `prices` is loaded: check in the console that it exists, is enabled and has no load error");
    insta::assert_snapshot!(told(&host.registry.call("bad", Request::FindOrder { number: "1".into() }, context()).await), @"Missing: the plugin of `bad` does not export that interface: check which connection the work is routed to");
}

#[tokio::test]
async fn serving_is_by_routing_and_priority() {
    let host = Host::new();
    for (name, priority, region) in
        [("late", 9, "east"), ("first", 1, "east"), ("also", 1, "east"), ("west", 0, "west")]
    {
        host.load(name, hello(), |connection| {
            connection["settings"] = json!({ "base-price": "1" });
            connection["routing"] = json!({ "priority": priority, "regions": [region] });
        })
        .await;
    }
    let serving = |interface, region| {
        let key = RouteKey { region, ..RouteKey::default() };
        host.registry.serving(interface, key).iter().map(|connection| connection.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(serving(Interface::Pricing, "east"), ["also", "first", "late"]);
    assert_eq!(serving(Interface::Pricing, "west"), ["west"]);
    assert!(serving(Interface::Erp, "east").is_empty());
    assert_eq!(host.registry.connection("late").unwrap().routing.priority, 9);
    assert!(host.registry.connection("nobody").is_none());
}

#[tokio::test]
async fn one_proof_serves_many_connections() {
    let host = Host::new();
    let one = host.load("one", hello(), base("1")).await;
    let two = host.load("two", hello(), base("2")).await;
    assert!(Arc::ptr_eq(&one, &two));
}

#[tokio::test]
async fn settings_that_do_not_fit_name_the_field() {
    let host = Host::new();
    let proven = host.runtime.prove(misbehaving().into()).await.unwrap();
    let wrong =
        json!({ "upstream": 3, "surplus": 1, "nested": { "depth": 0 }, "tiers": [{ "min": 1 }, { "min": -1 }] });
    let load = |change: Value| {
        let connection = connection("bad", &proven, |connection| {
            for (name, value) in change.as_object().unwrap() {
                connection[name] = value.clone();
            }
        });
        let (registry, proven) = (Arc::clone(&host.registry), Arc::clone(&proven));
        async move { registry.load(connection, &proven).await.unwrap_err() }
    };
    let error = load(json!({ "settings": wrong })).await;
    let LoadError::Settings { faults } = error else { panic!("{error}") };
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    settings.upstream: 3 is not of type "string"; correct this field of the connection
    settings.nested.depth: 0 is less than the minimum of 1; correct this field of the connection
    settings.tiers[1].min: -1 is less than the minimum of 0; correct this field of the connection
    settings.surplus: Additional properties are not allowed ('surplus' was unexpected); correct this field of the connection
    "#);
    insta::assert_snapshot!(load(json!({ "limits": { "memory-bytes": 1_u64 << 40 } })).await, @"a limit is out of range: limits.memory-bytes: 1099511627776 is not between 65536 and 1073741824: choose a value in that range");
    insta::assert_snapshot!(load(json!({ "upstream-timeout-ms": 3_600_001 })).await, @"a limit is out of range: upstream-timeout-ms: 3600001 is not between 0 and 3600000: choose a value in that range");
    insta::assert_snapshot!(load(json!({ "limits": { "concurrency": 0 } })).await, @"a limit is out of range: limits.concurrency: 0 is not between 1 and 10000: choose a value in that range");
    insta::assert_snapshot!(load(json!({ "plugin": "another" })).await.to_string().replace(proven.hash(), "HASH"), @"the connection is configured for the plugin another, this is HASH: load the file that it names");
    for plugin in [String::new(), proven.hash().to_uppercase(), proven.hash()[..63].to_owned()] {
        let error = load(json!({ "plugin": plugin })).await;
        assert!(matches!(error, LoadError::OtherPlugin { .. }), "{plugin:?} is no digest of the file: {error}");
    }
    let settled = mortise_runtime::settle_settings(proven.manifest(), &json!({ "tiers": [{ "min": 1 }] })).unwrap();
    insta::assert_snapshot!(settled, @r#"{"tiers":[{"min":1,"rate":"1"}],"upstream":"","other":"","nested":{"depth":3}}"#);
}

#[tokio::test]
async fn a_required_credential_that_is_missing() {
    let host = Host::new();
    let proven = host.runtime.prove(misbehaving().into()).await.unwrap();
    host.registry.load(connection("bad", &proven, |_| {}), &proven).await.unwrap();
    assert_eq!(host.registry.missing_credentials("bad"), ["key"]);
    let called = host.script(json!([])).await;
    assert!(matches!(called.result, Err(Failure::Unauthorized { .. })));
    insta::assert_snapshot!(told(&called), @"unauthorized: the connection `bad` lacks the credential `key` (Key): an admin fills it in");
    host.fill("bad", "key", "now it is there");
    host.registry.reload_credentials("bad").await.unwrap();
    assert!(host.script(json!([])).await.result.is_ok());
    assert!(host.registry.missing_credentials("bad").is_empty());
}
