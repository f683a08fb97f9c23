use std::time::Duration;

use mortise_domain::order::OrderState;
use mortise_pipeline::Refused;
use serde_json::json;

use crate::world::{order, submit, submitted, world};

#[tokio::test(start_paused = true)]
async fn an_order_goes_all_the_way() {
    let world = world();
    let pipeline = world.living();
    let done = submitted(&pipeline, &[("A", "3"), ("B", "2"), ("S", "1")]).await;
    assert_eq!((done.state, done.number.as_str(), done.repeat), (OrderState::Confirmed, "SO-00000001", false));
    let judged = done.judged.unwrap();
    assert_eq!(judged.order.unwrap().totals.gross, 6_000);
    assert!(judged.holds.is_empty() && judged.rejection.is_none());
    world.work(&pipeline).await;
    let whats: Vec<String> = world.outside.lock().effects.iter().map(|effect| effect.what.clone()).collect();
    insta::assert_json_snapshot!(whats, @r#"
    [
      "order/SO-00000001",
      "receivable/SO-00000001",
      "pick/SO-00000001/pick/W1-Z1",
      "pick/SO-00000001/pick/W1-Z2"
    ]
    "#);
    insta::assert_json_snapshot!(world.events(done.id), @r#"
    [
      "order.received",
      "order.evaluated",
      "order.confirmed",
      "delivery.done",
      "delivery.done",
      "delivery.done",
      "delivery.done",
      "delivery.done"
    ]
    "#);
    let message = world.outside.lock().messages[0].clone();
    assert_eq!(message.title.en, "Order confirmed: SO-00000001");
}

#[tokio::test(start_paused = true)]
async fn the_hot_path_has_two_commits_and_few_reads() {
    let world = world();
    let pipeline = world.living();
    submitted(&pipeline, &[("A", "1")]).await;
    let mut calls = world.tables.lock().unwrap().calls.clone();
    // These two are read at the same time.
    calls[..2].sort_unstable();
    assert_eq!(calls, ["standing", "warehouses", "accept", "promised", "decide"]);
}

#[tokio::test(start_paused = true)]
async fn concurrent_orders_share_commits() {
    let world = world();
    let pipeline = world.living();
    let all = futures::future::join_all((0..50).map(|_| submitted(&pipeline, &[("A", "1")]))).await;
    let mut numbers: Vec<String> = all.into_iter().map(|done| done.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 50, "each has its own");
    let calls = world.tables.lock().unwrap().calls.clone();
    let count = |name: &str| calls.iter().filter(|call| **call == name).count();
    assert!(count("accept") < 10 && count("decide") < 25, "{} {}", count("accept"), count("decide"));
}

#[tokio::test(start_paused = true)]
async fn faults_name_field_and_remedy_and_nothing_is_stored() {
    let world = world();
    let pipeline = world.living();
    let mut bad = order(&[("X", "1"), ("A", "0")]);
    let Err(Refused::Faults(faults)) = submit(&pipeline, bad.clone()).await else { panic!("refused") };
    assert_eq!(faults[0].field, "lines[1].quantity");
    bad.lines.pop();
    bad.store = "HK".into();
    let Err(refused) = submit(&pipeline, bad).await else { panic!("refused") };
    insta::assert_snapshot!(refused, @r#"the order has 2 fault(s): lines[0].sku: there is no product "X"; correct the code or create the product; store: its currency HKD has no exchange rate; an admin sets one"#);
    let mut nul = order(&[("A", "1")]);
    nul.note = "\0".into();
    assert!(matches!(submit(&pipeline, nul).await, Err(Refused::Faults(_))));
    assert!(world.tables.lock().unwrap().orders.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_key_is_the_same_order() {
    let world = world();
    let pipeline = world.living();
    let hand_in = |lines: &'static str| {
        let key = Some("key-1".to_owned());
        pipeline.submit(order(&[(lines, "1")]), key, "token", Duration::from_secs(1))
    };
    let first = hand_in("A").await.unwrap();
    world.clock.pass(Duration::from_mins(1));
    let again = hand_in("A").await.unwrap();
    assert!(again.repeat && again.judged.is_none());
    assert_eq!((again.id, again.state), (first.id, OrderState::Confirmed));
    assert!(matches!(hand_in("B").await, Err(Refused::KeyReused)));
    assert_eq!(world.tables.lock().unwrap().orders.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_is_known_although_its_names_have_gone() {
    let world = world();
    let pipeline = world.living();
    let hand_in = async |quantity: &str, key: &str, actor: &str| {
        let mut boxes = order(&[("A", quantity)]);
        boxes.lines[0].unit = Some("box".into());
        pipeline.submit(boxes, Some(key.to_owned()), actor, Duration::from_secs(1)).await
    };
    let first = hand_in("1", "key-1", "till").await.unwrap();
    world.tables.lock().unwrap().products.get_mut("A").unwrap().units.clear();
    let again = hand_in("1", "key-1", "till").await.unwrap();
    assert_eq!((again.id, again.repeat), (first.id, true));
    assert!(matches!(hand_in("2", "key-1", "till").await, Err(Refused::KeyReused)));
    assert!(matches!(hand_in("1", "key-2", "till").await, Err(Refused::Faults(_))));
    assert!(matches!(hand_in("1", "key-1", "shop").await, Err(Refused::Faults(_))), "another caller's key");
}

#[tokio::test(start_paused = true)]
async fn who_does_not_wait_gets_the_present_state_and_the_judgement_goes_on() {
    let world = world();
    let pipeline = world.living();
    let quick = pipeline.submit(order(&[("A", "1")]), None, "token", Duration::ZERO).await.unwrap();
    assert_eq!(quick.state, OrderState::Received);
    world.work(&pipeline).await;
    assert_eq!(world.state(quick.id), OrderState::Confirmed);
    assert!(world.all_done());
}

#[tokio::test(start_paused = true)]
async fn a_return_is_neither_checked_against_stock_nor_picked() {
    let world = world();
    world.outside.disconnect("wms");
    let pipeline = world.living();
    let mut back = order(&[("A", "5000")]);
    back.kind = mortise_domain::order::OrderKind::Return;
    let done = submit(&pipeline, back).await.unwrap();
    assert_eq!(done.state, OrderState::Confirmed);
    world.work(&pipeline).await;
    assert_eq!(world.outside.lock().effects.len(), 2, "order and receivable");
    assert_eq!(world.tables.lock().unwrap().open_credit["C1"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_store_counts_credit_in_the_companys_currency() {
    let mut world = world();
    world.config.exchange_rates = [("HKD".to_owned(), "0.5".parse().unwrap())].into();
    let pipeline = world.living();
    let mut foreign = order(&[("A", "10")]);
    foreign.store = "HK".into();
    let done = submit(&pipeline, foreign).await.unwrap();
    let order = done.judged.unwrap().order.unwrap();
    assert_eq!((order.currency.as_str(), order.totals.gross), ("HKD", 10_000));
    assert_eq!(world.tables.lock().unwrap().open_credit["C1"], 5_000);
}

#[tokio::test(start_paused = true)]
async fn a_quote_shows_all_and_stores_nothing() {
    let world = world();
    let pipeline = world.living();
    world.outside.lock().level = Some(mortise_domain::place::Level::Road);
    let quote = pipeline.quote(order(&[("A", "300"), ("B", "1")])).await.unwrap();
    assert_eq!(quote.order.totals.gross, 301_000);
    assert_eq!(quote.prices.len(), 2);
    let holds: Vec<&str> = quote.holds.iter().map(|hold| hold.code.as_str()).collect();
    assert_eq!(holds, ["short-stock", "place-vague"]);
    assert_eq!(json!(quote.shortages), json!([{ "line": 1, "sku": "A", "needed": "300", "available": "200" }]));
    assert_eq!(quote.stock.len(), 4);
    assert_eq!(quote.credit.unwrap().limit, Some(1_000_000));
    assert_eq!(quote.located.unwrap().candidates.len(), 1);
    let tables = world.tables.lock().unwrap();
    assert!(tables.orders.is_empty() && !tables.calls.contains(&"accept"));
}
