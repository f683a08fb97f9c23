//! Standing data in bulk, price lists, past prices, code maps.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::catalog::{Company, PriceEntry, PriceList, Region, Store as Shop, Warehouse};
use mortise_domain::collection::Collection;
use mortise_domain::decimal::Decimal;
use mortise_domain::evaluation::Decided;
use mortise_domain::hold::HoldKind;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Orders, Standing};
use mortise_domain::ports::sandbox::Records;
use mortise_store::{Account, PageRequest};

use crate::harness::{Harness, confirm, customer, d, on_both, product, reason};

on_both! {
    standing_data_of_an_order,
    ten_thousand_products,
    searching_and_substitutes,
    one_version_of_prices_is_in_force,
    past_prices_are_the_last_of_each_item,
    codes_both_ways,
    new_collections_have_orders_judged_by_them,
    the_company,
}

async fn standing_data_of_an_order(h: Harness) {
    let shop = Shop { code: "S1".into(), name: "南京路店".into(), region: "east".into(), currency: "CNY".into() };
    let region = |name: &str| Region { code: "east".into(), name: name.into() };
    let warehouse =
        |code: &str, priority| Warehouse { code: code.into(), name: code.into(), region: "east".into(), priority };
    h.store.put_regions(&[region("old"), region("华东")]).await.unwrap();
    h.store.put_stores(std::slice::from_ref(&shop)).await.unwrap();
    h.store.put_warehouses(&[warehouse("W2", 1), warehouse("W1", 5)]).await.unwrap();
    h.store.put_warehouses(&[warehouse("W1", 2)]).await.unwrap();
    h.store.put_customers(&[customer("C1", Some(5)), customer("C2", None)]).await.unwrap();
    h.add_open_credit("C1", 3).await.unwrap();
    h.store.put_products(&[product("A"), product("B")]).await.unwrap();
    let skus = ["A".to_owned(), "nope".to_owned()];
    let standing = h.store.standing("C1", "S1", &skus).await.unwrap();
    let expected = Standing {
        collection: None,
        customer: Some(customer("C1", Some(5))),
        open_credit: 3,
        store: Some(shop.clone()),
        region: Some(region("华东")),
        products: [("A".to_owned(), product("A"))].into(),
    };
    assert_eq!(standing, expected);
    assert_eq!(h.store.standing("C9", "S9", &[]).await.unwrap(), Standing::default());
    assert_eq!(h.store.warehouses().await.unwrap(), [warehouse("W1", 2), warehouse("W2", 1)]);
    assert_eq!(h.store.stores().await.unwrap(), [shop]);
    assert_eq!(h.store.regions().await.unwrap(), [region("华东")]);
    assert_eq!(Records::customer(&h.store, "C2").await.unwrap(), Some(customer("C2", None)));
    assert_eq!(Records::customer(&h.store, "C3").await.unwrap(), None);
}

async fn ten_thousand_products(h: Harness) {
    let all: Vec<_> = (0..10_000).map(|n| product(&format!("P{n:05}"))).collect();
    let began = std::time::Instant::now();
    h.store.put_products(&all).await.unwrap();
    h.store.put_products(&all).await.unwrap();
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    let (mut count, mut page) = (0, PageRequest { after: None, limit: 9_999 });
    loop {
        let part = h.store.product_page("", &page).await.unwrap();
        count += part.items.len();
        assert!(part.items.len() <= 500);
        let Some(next) = part.next else { break };
        page.after = Some(next);
    }
    assert_eq!(count, 10_000);
    let skus: Vec<String> = (0..3_000).map(|n| format!("P{n:05}")).collect();
    assert_eq!(h.store.products(&skus).await.unwrap().len(), 3_000);
}

async fn searching_and_substitutes(h: Harness) {
    let mut other = product("D");
    other.specification = "M8".into();
    let mut loose = product("E");
    loose.category = String::new();
    let mut named = product("100%_!");
    named.name = "六角螺丝".into();
    h.store
        .put_products(&[product("A"), product("B"), product("C"), other, loose.clone(), named.clone()])
        .await
        .unwrap();
    let skus = |products: Vec<mortise_domain::catalog::Product>| {
        products.into_iter().map(|product| product.sku).collect::<Vec<_>>()
    };
    let instead = async |skus: &[&str], each: u32| {
        let skus: Vec<String> = skus.iter().map(ToString::to_string).collect();
        let found = h.store.substitutes(&skus, each).await.unwrap();
        found.into_iter().map(|(of, product)| format!("{of}: {}", product.sku)).collect::<Vec<_>>()
    };
    assert_eq!(instead(&["B"], 9).await, ["B: 100%_!", "B: A", "B: C"]);
    assert_eq!(instead(&["E", "Z"], 9).await, [""; 0]);
    assert_eq!(instead(&["D", "C", "A"], 2).await, ["A: 100%_!", "A: B", "C: 100%_!", "C: A"]);
    assert_eq!(instead(&["A"], 0).await, [""; 0]);
    // Whoever asks for many kinds at once is answered too.
    let kinds: Vec<_> = (0..120).map(|n| (format!("K{n:03}a"), format!("K{n:03}b"), format!("S{n}"))).collect();
    let of = |sku: &str, kind: &str| mortise_domain::catalog::Product { specification: kind.into(), ..product(sku) };
    let pairs: Vec<_> = kinds.iter().flat_map(|(a, b, kind)| [of(a, kind), of(b, kind)]).collect();
    h.store.put_products(&pairs).await.unwrap();
    let many: Vec<&str> = kinds.iter().map(|(a, ..)| a.as_str()).collect();
    let expected: Vec<String> = kinds.iter().map(|(a, b, _)| format!("{a}: {b}")).collect();
    assert_eq!(instead(&many, 1).await, expected);
    let search = async |words: &str| skus(h.store.product_page(words, &PageRequest::default()).await.unwrap().items);
    assert_eq!(search("screw a").await, ["A"]);
    assert_eq!(search("角螺").await, ["100%_!"]);
    assert_eq!(search("%").await, ["100%_!"]);
    assert_eq!(search("_!").await, ["100%_!"]);
    assert_eq!(search("'; --").await, [""; 0]);
    assert_eq!(h.store.product("E").await.unwrap(), Some(loose));
    h.store.put_customers(&[customer("C1", None), customer("K2", Some(1))]).await.unwrap();
    let found = h.store.accounts("k2", &PageRequest::default()).await.unwrap().items;
    assert_eq!(found, [Account { customer: customer("K2", Some(1)), open_credit: 0 }]);
}

fn entry(sku: &str, price: &str) -> PriceEntry {
    PriceEntry {
        sku: sku.into(),
        unit: "pc".into(),
        price: d(price),
        tax_inclusive: true,
        tax_rate: d("0.13"),
        min_quantity: Decimal::ZERO,
        level: String::new(),
    }
}

fn list(code: &str, from: &str, to: Option<&str>, entries: Vec<PriceEntry>) -> PriceList {
    PriceList {
        code: code.into(),
        version: 0,
        currency: "CNY".into(),
        valid_from: from.into(),
        valid_to: to.map(Into::into),
        entries,
    }
}

async fn one_version_of_prices_is_in_force(h: Harness) {
    let skus = ["A".to_owned(), "B".to_owned()];
    let on = async |day: &str| {
        let rows = h.store.list_prices(&skus, "CNY", day).await.unwrap();
        rows.into_iter().map(|row| (row.source, row.entry.sku, row.entry.price.to_string())).collect::<Vec<_>>()
    };
    let row = |source: &str, sku: &str, price: &str| (source.to_owned(), sku.to_owned(), price.to_owned());
    let many: Vec<_> = (0..500).map(|n| entry(&format!("X{n}"), "1")).collect();
    let first = list(
        "standard",
        "2026-01-01",
        None,
        [vec![entry("A", "9.5"), entry("B", "1"), entry("A", "9")], many].concat(),
    );
    assert_eq!(h.store.publish_price_list(&first, "ann").await.unwrap(), 1);
    h.advance(1);
    let second = list("standard", "2026-02-01", Some("2026-02-28"), vec![entry("A", "8")]);
    assert_eq!(h.store.publish_price_list(&second, "ann").await.unwrap(), 2);
    assert_eq!(on("2025-12-31").await, []);
    let january = [row("standard/1", "A", "9.5"), row("standard/1", "B", "1"), row("standard/1", "A", "9")];
    assert_eq!(on("2026-01-31").await, january);
    assert_eq!(on("2026-02-28").await, [row("standard/2", "A", "8")], "the whole list is replaced");
    assert_eq!(on("2026-03-01").await, [], "what was replaced does not come back");
    assert_eq!(h.store.list_prices(&skus, "USD", "2026-01-31").await.unwrap(), []);
    assert_eq!(h.store.list_prices(&[], "CNY", "2026-01-31").await.unwrap(), []);
    h.advance(1);
    h.store
        .publish_price_list(&list("sale", "2026-01-15", Some("2026-01-20"), vec![entry("B", "7")]), "bob")
        .await
        .unwrap();
    assert_eq!(on("2026-01-16").await, [row("sale/1", "B", "7")], "of several lists the one published last");
    assert_eq!(on("2026-01-21").await, january);
    let heads = h.store.price_lists().await.unwrap();
    let seen: Vec<_> = heads.iter().map(|head| (head.code.as_str(), head.version, head.entries)).collect();
    assert_eq!(seen, [("sale", 1, 1), ("standard", 2, 1), ("standard", 1, 503)]);
    assert_eq!(h.store.price_list("standard", 1).await.unwrap(), Some(PriceList { version: 1, ..first }));
    assert_eq!(h.store.price_list("standard", 3).await.unwrap(), None);
}

async fn past_prices_are_the_last_of_each_item(h: Harness) {
    let mut numbers = Vec::new();
    for quantity in ["1", "2", "3"] {
        let now = h.advance(10);
        let lines = [("A", quantity), ("B", "1")];
        let id = h.accept(&lines).await;
        h.store.decide(&[confirm(id, 1, &lines, "100", now)]).await.unwrap();
        numbers.push(format!("SO-{:08}", id.0));
    }
    let id = h.accept(&[("A", "9")]).await;
    let mut held = crate::harness::hold(id, 1, vec![], mortise_domain::instant::Instant::NEVER, h.now());
    held.order = confirm(id, 1, &[("A", "9")], "100", h.now()).order;
    h.store.decide(&[held]).await.unwrap();
    let skus = ["B".to_owned(), "A".to_owned(), "C".to_owned()];
    let past = h.store.past_prices("C1", &skus, 2, &Reach::All).await.unwrap();
    let seen: Vec<_> = past.iter().map(|one| (one.sku.as_str(), &one.order_number, one.quantity)).collect();
    assert_eq!(
        seen,
        [
            ("A", &numbers[2], d("3")),
            ("A", &numbers[1], d("2")),
            ("B", &numbers[2], d("1")),
            ("B", &numbers[1], d("1"))
        ]
    );
    assert_eq!((past[0].unit_price, past[0].currency.as_str(), past[0].tax_inclusive), (d("10"), "CNY", false));
    assert_eq!(h.store.past_prices("C2", &skus, 2, &Reach::All).await.unwrap(), []);
}

async fn codes_both_ways(h: Harness) {
    let pair = |ours: &str, theirs: &str| (ours.to_owned(), theirs.to_owned());
    let before = h.store.config_revision().await.unwrap();
    h.store.put_codes("erp", "sku", &[pair("A", "x"), pair("B", "y"), pair("C", "y"), pair("A", "z")]).await.unwrap();
    assert!(h.store.config_revision().await.unwrap() > before);
    let ours = ["B", "nope", "A", "B"].map(String::from);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(h.store.codes("erp", "sku", &ours).await.unwrap(), [some("y"), None, some("z"), some("y")]);
    let theirs = ["y", "x", "z"].map(String::from);
    assert_eq!(h.store.local_codes("erp", "sku", &theirs).await.unwrap(), [some("B"), None, some("A")]);
    assert_eq!(h.store.codes("wms", "sku", &ours[..1]).await.unwrap(), [None]);
    assert_eq!(h.store.codes("erp", "unit", &[]).await.unwrap(), []);
    let page = PageRequest { after: None, limit: 2 };
    let first = h.store.code_map("erp", "sku", &page).await.unwrap();
    assert_eq!(first.items, [pair("A", "z"), pair("B", "y")]);
    let rest = h.store.code_map("erp", "sku", &PageRequest { after: first.next, limit: 2 }).await.unwrap();
    assert_eq!((rest.items, rest.next), (vec![pair("C", "y")], None));
    assert_eq!(h.store.delete_codes("erp", "sku", &ours).await.unwrap(), 2);
    // More at once than the engines take parameters.
    let many: Vec<String> = (0..66_000).map(|n| format!("L{n}")).collect();
    let big: Vec<_> = (0..10_000).map(|n| pair(&format!("L{n}"), &format!("R{n}"))).collect();
    h.store.put_codes("erp", "sku", &big).await.unwrap();
    let found = h.store.codes("erp", "sku", &many).await.unwrap();
    assert_eq!((&found[9_999], &found[10_000], found.len()), (&some("R9999"), &None, many.len()));
    assert_eq!(h.store.delete_codes("erp", "sku", &many).await.unwrap(), 10_000);
}

async fn new_collections_have_orders_judged_by_them(h: Harness) {
    let place = |code: &str, region: &str| {
        serde_json::from_value(serde_json::json!({ "code": code, "name": code, "region": region, "currency": "CNY" }))
    };
    h.store.put_stores(&[place("S1", "EAST").unwrap()]).await.unwrap();
    let month = |month: &str, collected| Collection { region: "EAST".into(), month: month.into(), due: 100, collected };
    let enter = async |one: Collection| h.store.put_collections(&[one], "user:fred").await.unwrap();
    let frozen = |id, version| {
        let reasons = vec![reason("credit-frozen", HoldKind::Business)];
        crate::harness::hold(id, version, reasons, Instant::NEVER, h.now())
    };
    enter(month("2026-01", 10)).await;
    // It is being judged by that.
    let id = h.accept(&[("A", "1")]).await;
    enter(month("2026-01", 100)).await;
    let late = h.store.decide(&[frozen(id, 1)]).await.unwrap();
    assert_eq!(late, [Decided::Stale], "judged by what is not so any more");
    let due = async || {
        let due = h.store.claim_pending(h.now(), h.now().after(Duration::from_mins(1)), 9).await.unwrap();
        due.into_iter().map(|one| (one.id, one.version)).collect::<Vec<_>>()
    };
    assert_eq!(due().await, [(id, 2)]);
    h.store.decide(&[frozen(id, 2)]).await.unwrap();
    assert_eq!(due().await, []);
    // Entered by mistake, and removed.
    enter(month("2026-02", 5)).await;
    assert_eq!(due().await, [(id, 4)]);
    h.store.decide(&[frozen(id, 4)]).await.unwrap();
    h.store.delete_collection("EAST", "2026-02").await.unwrap();
    assert_eq!(due().await, [(id, 6)]);
    let newest = h.store.standing("C1", "S1", &[]).await.unwrap().collection;
    assert_eq!(newest.unwrap().month, "2026-01");
    let unknown = h.store.delete_collection("EAST", "2026-02").await.unwrap_err();
    assert!(matches!(unknown, StoreError::NotFound(_)), "{unknown}");
    // Another region's figures wake nobody here.
    h.store.decide(&[frozen(id, 6)]).await.unwrap();
    let west = Collection { region: "WEST".into(), ..month("2026-01", 1) };
    h.store.put_collections(&[west], "user:fred").await.unwrap();
    assert_eq!(due().await, []);
}

async fn the_company(h: Harness) {
    assert_eq!(h.store.company().await.unwrap(), Company::default());
    assert_eq!(h.store.config_revision().await.unwrap(), 0);
    let company = Company { name: "榫卯五金".into(), ..Company::default() };
    h.store.put_company(&company).await.unwrap();
    assert_eq!(h.other_node().await.company().await.unwrap(), company);
    assert_eq!(h.store.config_revision().await.unwrap(), 1);
}
