//! Orders are found by what people know of them, quickly however many there are.

use std::time::{Duration, Instant as Stopwatch};

use mortise_domain::access::{Places, Reach};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::memory::{Acceptance, Accepted, Orders};
use mortise_domain::search::Question;
use mortise_domain::submission::Submission;
use mortise_store::{Correction, OrderFilter, PageRequest};
use serde_json::json;

use crate::harness::{Harness, acceptance, customer, on_both, product};

on_both! {
    found_by_name_number_phone_and_item,
    orders_of_before_are_indexed_in_the_background,
    a_corrected_order_is_found_by_what_it_says_now,
    codes_may_have_words_in_them,
    pages_and_reach_are_those_of_lists,
    two_hundred_thousand_orders_are_searched_at_once,
}

fn ask(text: &str) -> Question {
    let mut question = Question::default();
    question.words(text, true).unwrap();
    question
}

async fn found(h: &Harness, text: &str) -> Vec<i64> {
    found_with(h, text, &OrderFilter::default()).await
}

async fn found_with(h: &Harness, text: &str, filter: &OrderFilter) -> Vec<i64> {
    let page = PageRequest::default();
    let page = h.store.search_orders(&Reach::All, &ask(text), filter, &page).await.unwrap();
    page.items.iter().map(|order| order.id.0).collect()
}

/// An order of this customer for this receiver.
async fn accept(h: &Harness, customer: &str, contact: &str, phone: &str, sku: &str) -> OrderId {
    let mut one: Acceptance = acceptance(None, &[(sku, "1")], h.now());
    one.submission.customer = customer.into();
    one.submission.ship_to.contact = contact.into();
    one.submission.ship_to.phone = phone.into();
    let accepted = h.store.accept(&[one]).await.unwrap();
    let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
    *id
}

async fn furnish(h: &Harness) {
    let names = [("C1", "上海明远机械有限公司"), ("C2", "北京远大科技有限公司"), ("C3", "Smith-Jones Ltd")];
    let customers: Vec<_> = names
        .map(|(code, name)| {
            let mut one = customer(code, None);
            one.name = name.into();
            one
        })
        .into();
    h.store.put_customers(&customers).await.unwrap();
    h.store.put_products(&[product("T-100"), product("M-300")]).await.unwrap();
}

async fn found_by_name_number_phone_and_item(h: Harness) {
    furnish(&h).await;
    let first = accept(&h, "C1", "张三", "13812345678", "T-100").await.0;
    h.advance(1);
    let second = accept(&h, "C2", "李四", "+86 139 0000 1111", "M-300").await.0;
    h.advance(1);
    let third = accept(&h, "C3", "欧阳修", "021-5888 0000", "T-100").await.0;
    assert_eq!(found(&h, "明远").await, [0_i64; 0], "a moment later");
    assert_eq!(h.store.unindexed_orders().await.unwrap(), 3);
    assert_eq!(h.store.index_orders(10).await.unwrap(), 3);
    assert_eq!(h.store.index_orders(10).await.unwrap(), 0);
    for (text, expected) in [
        ("明远", vec![first]),
        ("远机", vec![first]),
        ("远大", vec![second]),
        ("有限公司", vec![second, first]),
        ("张三", vec![first]),
        ("阳修", vec![third]),
        ("smith-jones", vec![third]),
        ("jones", vec![third]),
        ("c2", vec![second]),
        ("t-100", vec![third, first]),
        ("t-100 有限公司", vec![first]),
        ("5678", vec![first]),
        ("13900001111", vec![second]),
        ("+86 13812345678", vec![first]),
        ("58880000", vec![third]),
        (&format!("SO-{second:08}"), vec![second]),
        (&second.to_string(), vec![second]),
        ("北海", vec![]),
        ("明远 5679", vec![]),
    ] {
        assert_eq!(found(&h, text).await, expected, "{text}");
    }
    let any = OrderFilter::default();
    let later = Some(Instant(crate::harness::START.0 + 1));
    for (filter, expected) in [
        (OrderFilter { sku: Some("T-100".into()), ..any.clone() }, vec![first]),
        (OrderFilter { customer: Some("C2".into()), ..any.clone() }, vec![second]),
        (OrderFilter { state: Some(OrderState::Received), ..any.clone() }, vec![second, first]),
        (OrderFilter { state: Some(OrderState::Held), ..any.clone() }, vec![]),
        (OrderFilter { since: later, ..any.clone() }, vec![second]),
        (OrderFilter { until: later, ..any.clone() }, vec![first]),
        (OrderFilter { reference: Some("R-1".into()), ..any.clone() }, vec![second, first]),
    ] {
        assert_eq!(found_with(&h, "公司", &filter).await, expected, "{filter:?}");
    }
    let mut without = Question::default();
    without.words("13812345678", false).unwrap();
    let page = h.store.search_orders(&Reach::All, &without, &OrderFilter::default(), &PageRequest::default()).await;
    assert!(page.unwrap().items.is_empty(), "who may not see telephone numbers does not find by them");
}

async fn orders_of_before_are_indexed_in_the_background(h: Harness) {
    furnish(&h).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(accept(&h, "C1", "张三", "", "T-100").await.0);
    }
    h.raw("UPDATE orders SET submission = '{}' WHERE id = (SELECT MAX(id) FROM orders)").await;
    let mut rounds = Vec::new();
    loop {
        let count = h.store.index_orders(2).await.unwrap();
        if count == 0 {
            break;
        }
        rounds.push(count);
    }
    assert_eq!(rounds, [2, 2, 1]);
    ids.pop();
    ids.reverse();
    assert_eq!(found(&h, "张三").await, ids, "one that cannot be read holds no other up");
}

async fn a_corrected_order_is_found_by_what_it_says_now(h: Harness) {
    furnish(&h).await;
    let id = accept(&h, "C1", "张三", "13812345678", "T-100").await;
    h.store.index_orders(10).await.unwrap();
    let pending = h.store.pending(id).await.unwrap().unwrap();
    let mut submission: Submission = pending.submission;
    // What the order was found by so far was made of the name that the customer had then.
    let mut renamed = customer("C1", None);
    renamed.name = "上海新名机械有限公司".into();
    h.store.put_customers(&[renamed]).await.unwrap();
    submission.customer = "C2".into();
    submission.ship_to.contact = "李四".into();
    let correction = Correction {
        person: "user:clerk".into(),
        order: id,
        version: Some(pending.version),
        submission,
        actor: "clerk".into(),
        note: "wrong name".into(),
        lease_until: h.now(),
    };
    h.store.correct_order(&correction).await.unwrap();
    h.store.index_orders(10).await.unwrap();
    assert_eq!(found(&h, "李四").await, [id.0]);
    assert_eq!(found(&h, "远大 5678").await, [id.0]);
    for gone in ["张三", "明远", "c1"] {
        assert_eq!(found(&h, gone).await, [0_i64; 0], "{gone}");
    }
}

async fn codes_may_have_words_in_them(h: Harness) {
    furnish(&h).await;
    let mut one = acceptance(None, &[("轴承-6204", "1")], h.now());
    one.submission.customer = "客A1".into();
    one.submission.reference = "合同2026-7".into();
    let accepted = h.store.accept(&[one]).await.unwrap();
    let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
    accept(&h, "C1", "张三", "", "T-100").await;
    h.store.index_orders(10).await.unwrap();
    for text in ["轴承-6204", "合同2026-7", "合同20267"] {
        assert_eq!(found(&h, text).await, [id.0], "{text}");
    }
    assert_eq!(found(&h, "轴承-6205").await, [0_i64; 0]);
    assert_eq!(found(&h, "轴承-6204 张三").await, [0_i64; 0]);
}

async fn pages_and_reach_are_those_of_lists(h: Harness) {
    furnish(&h).await;
    let place =
        |code: &str| serde_json::from_value(json!({ "code": code, "name": code, "region": "east", "currency": "CNY" }));
    h.store.put_stores(&[place("S1").unwrap(), place("S2").unwrap()]).await.unwrap();
    let mut ids = Vec::new();
    for at in 0..7 {
        let mut one = acceptance(None, &[("T-100", "1")], h.now());
        one.submission.store = if at % 2 == 0 { "S1" } else { "S2" }.into();
        let accepted = h.store.accept(&[one]).await.unwrap();
        let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
        ids.push(id.0);
        h.advance(u64::from(at != 3));
    }
    h.store.index_orders(10).await.unwrap();
    ids.reverse();
    let mut seen = Vec::new();
    let mut page = PageRequest { after: None, limit: 2 };
    loop {
        let found = h.store.search_orders(&Reach::All, &ask("明远"), &OrderFilter::default(), &page).await.unwrap();
        seen.extend(found.items.iter().map(|order| order.id.0));
        match found.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    let own = Reach::Own(Places { stores: ["S2".to_owned()].into(), ..Places::default() });
    let found =
        h.store.search_orders(&own, &ask("明远"), &OrderFilter::default(), &PageRequest::default()).await.unwrap();
    assert!(found.items.iter().all(|order| order.store == "S2"), "{found:?}");
    assert_eq!(found.items.len(), 3);
}

/// 200,000 orders as 2,000 customers place them: each has one of 40 × 50 names, a telephone number, three of 300 items.
async fn grow(h: &Harness) {
    h.raw(
        "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 200999) \
         INSERT INTO orders (id, number, kind, state, reference, customer, store, actor, placed_at, received_at, evaluate_at, skus, \
         submission, fingerprint) \
         SELECT i, 'SO-' || i, 'sale', CASE WHEN i % 1000 = 7 THEN 'held' WHEN i % 20 = 0 THEN 'confirmed' ELSE 'completed' END, '', \
         'K' || (i % 2000), 'S' || (i % 49), 'shop', i, 1767225600000000 + CAST(i AS BIGINT) * 1000000, 9223372036854775807, '[]', '{}', '' FROM n",
    )
    .await;
    // The terms of every order: six pairs of the customer's name (of which four are everybody's), the code, the items, the phone.
    let terms = [
        "10000 + id % 40",
        "20000 + id % 50",
        "30000",
        "30001",
        "30002",
        "30003",
        "40000 + id % 2000",
        "50000 + id % 300",
        "50000 + (id + 100) % 300",
        "50000 + (id + 200) % 300",
        "200000 + id % 100000",
        "100000 + id % 9000",
    ];
    for term in terms {
        h.raw_text(format!(
            "INSERT INTO order_terms (term, at, order_id) SELECT {term}, received_at, id FROM orders WHERE id >= 1000"
        ))
        .await;
    }
    h.raw("DELETE FROM unindexed_orders").await;
    if h.store.engine() == "postgres" {
        h.raw("ANALYZE orders; ANALYZE order_terms").await;
    }
}

async fn two_hundred_thousand_orders_are_searched_at_once(h: Harness) {
    grow(&h).await;
    let question = |terms: &[i64]| Question { groups: terms.iter().map(|term| vec![*term]).collect() };
    let any = OrderFilter::default();
    let held = OrderFilter { state: Some(OrderState::Held), ..OrderFilter::default() };
    let completed = OrderFilter { state: Some(OrderState::Completed), ..OrderFilter::default() };
    let shop = OrderFilter { store: Some("S7".into()), ..OrderFilter::default() };
    let early = OrderFilter {
        since: Some(Instant(1_767_225_600_000_000)),
        until: Some(Instant(1_767_225_600_000_000 + 5_000 * 1_000_000)),
        ..OrderFilter::default()
    };
    // What everybody has; what everybody has, three times; a city; city and name; a person; a telephone number; an item.
    let cases: [(&str, &[i64], &OrderFilter); 12] = [
        ("everybody's", &[30_000], &any),
        ("everybody's, three", &[30_000, 30_001, 30_002], &any),
        ("a city", &[10_003], &any),
        ("a city and a name", &[10_003, 20_013, 30_000], &any),
        ("two that never meet", &[10_003, 20_014], &any),
        ("a telephone number", &[200_123], &any),
        ("an item", &[50_030], &any),
        ("everybody's, held", &[30_000], &held),
        ("a city, held", &[10_007], &held),
        ("a city, completed", &[10_003], &completed),
        ("everybody's, one shop", &[30_000], &shop),
        ("everybody's, of the first hour", &[30_000, 30_001], &early),
    ];
    let page = PageRequest::default();
    for (what, terms, filter) in cases {
        let question = question(terms);
        let plan = h.store.explain_search(&Reach::All, &question, filter, &page).await.unwrap().unwrap_or_default();
        for line in &plan {
            assert!(!reads_all(line), "{what}: {plan:#?}");
        }
        let mut best = Duration::MAX;
        let mut rows = 0;
        for _ in 0..3 {
            let begun = Stopwatch::now();
            rows = h.store.search_orders(&Reach::All, &question, filter, &page).await.unwrap().items.len();
            best = best.min(begun.elapsed());
        }
        println!("{} {what}: {rows} rows in {:.1} ms", h.store.engine(), best.as_secs_f64() * 1_000.0);
        assert!(best < Duration::from_millis(100), "{what}: {best:?}, {plan:#?}");
    }
    for (terms, expected) in [(&[10_003, 20_014][..], 0), (&[10_003, 20_013, 30_000], 50), (&[200_123], 2)] {
        let found = h.store.search_orders(&Reach::All, &question(terms), &any, &page).await.unwrap();
        assert_eq!(found.items.len(), expected, "{terms:?}");
    }
}

/// Does this line of a plan say that a table is read from end to end?
fn reads_all(line: &str) -> bool {
    line.contains("Seq Scan on orders")
        || line.contains("Seq Scan on order_terms")
        || line.starts_with("SCAN orders") && !line.contains("USING")
        || line.starts_with("SCAN order_terms")
        || line.starts_with("SCAN hit") && !line.contains("hit USING")
}
