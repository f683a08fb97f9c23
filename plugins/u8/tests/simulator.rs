//! The plugin against the simulated U8: faults, repeats, shipments, payments.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers included")]

#[path = "simulator/wire.rs"]
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use mortise_sdk::erp::Receivable;
use mortise_sdk::http::{HttpError, Request, Response};
use mortise_sdk::inventory::{Item, PickTask, StockQuery};
use mortise_sdk::records::CodeKind;
use mortise_sdk::{ChangeKind, Customer, Decimal, Document, Error, Instant, Line, Order, OrderKind, Result, Text};
use mortise_upstreams::{Config, Fault, Rule, Upstreams};
use plugin_u8::host::Host;
use plugin_u8::{Interest, Settings, U8, WriteMode};
use serde_json::{Value, json};

struct Wire {
    token: Option<String>,
    notes: BTreeMap<String, String>,
    key: String,
    attempt: u32,
}

impl Host for Wire {
    fn send(&mut self, request: Request) -> Result<Response, HttpError> {
        let response = wire::send(&request)?;
        if request.url().contains("/system/token") {
            let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            self.token = body.pointer("/token/id").and_then(Value::as_str).map(ToOwned::to_owned);
        }
        Ok(response)
    }

    fn credential(&mut self, slot: &str) -> Result<Option<String>> {
        Ok(if slot == "token" { self.token.clone() } else { Some("u8-secret".into()) })
    }

    fn forget(&mut self, _: &str) -> Result<()> {
        self.token = None;
        Ok(())
    }

    fn codes(&mut self, _: CodeKind, local: &[String]) -> Result<Vec<Option<String>>> {
        Ok(vec![None; local.len()])
    }

    fn local_codes(&mut self, _: CodeKind, remote: &[String]) -> Result<Vec<Option<String>>> {
        Ok(vec![None; remote.len()])
    }

    fn recall(&mut self, key: &str) -> Option<String> {
        self.notes.get(key).cloned()
    }

    fn note(&mut self, key: &str, value: &str, _: Duration) {
        self.notes.insert(key.to_owned(), value.to_owned());
    }

    fn drop_note(&mut self, key: &str) {
        self.notes.remove(key);
    }

    fn now(&self) -> Instant {
        0
    }

    fn time_limit(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn time_left(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn attempt(&self) -> u32 {
        self.attempt
    }

    fn key(&self) -> String {
        self.key.clone()
    }

    fn today(&self) -> String {
        "2024-03-01".into()
    }
}

/// The simulator, the settings of a connection to it, and the host between them.
struct Bench {
    upstreams: Upstreams,
    settings: Settings,
    host: Wire,
}

impl Bench {
    async fn new() -> Self {
        let upstreams = Upstreams::start(Config::default()).await.unwrap();
        upstreams.configure(&json!({"hang_ms": 50, "late_commit_ms": 300})).unwrap();
        let seed = json!({"customers": ["acme"], "inventory": ["tea", "cup"], "warehouses": ["01", "02"], "stock": [
            {"warehouse": "01", "sku": "tea", "quantity": "100"}, {"warehouse": "02", "sku": "tea", "quantity": "7"},
            {"warehouse": "01", "sku": "cup", "quantity": "3.5"}]});
        upstreams.seed(&seed).unwrap();
        let settings = Settings {
            base_url: upstreams.u8_url(),
            from_account: "mortise".into(),
            to_account: "company".into(),
            app_key: "opa0000000000000".into(),
            ..Settings::default()
        };
        let host = Wire { token: None, notes: BTreeMap::new(), key: String::new(), attempt: 1 };
        Self { upstreams, settings, host }
    }

    /// Tries as the host does, with the same key, until it is decided.
    async fn until_done(&mut self, key: &str, work: impl Fn(&mut U8<'_>) -> Result<Document>) -> Result<String> {
        self.host.key = key.into();
        for attempt in 1..=6 {
            self.host.attempt = attempt;
            let result = tokio::task::block_in_place(|| work(&mut U8::new(&self.settings, &mut self.host)));
            match result {
                Ok(document) => return Ok(document.external_id),
                Err(Error::Duplicate(id)) => return Ok(id),
                Err(Error::Retry(_) | Error::RateLimited(_) | Error::Unavailable(_)) => {
                    // As the host does after a doubt: the upstream's own time-out passes first.
                    tokio::time::sleep(Duration::from_millis(400)).await;
                }
                Err(other) => return Err(other),
            }
        }
        Err(Error::retry("", "not decided after six attempts"))
    }

    fn once<T>(&mut self, work: impl FnOnce(&mut U8<'_>) -> Result<T>) -> Result<T> {
        tokio::task::block_in_place(|| work(&mut U8::new(&self.settings, &mut self.host)))
    }

    fn count(&self, kind: &str) -> (u64, u64) {
        let state = self.upstreams.state();
        (state[kind]["count"].as_u64().unwrap(), state[kind]["duplicate_count"].as_u64().unwrap())
    }
}

fn order(number: &str, kind: OrderKind) -> Order {
    let line = |number, sku: &str, quantity: i64, net: i64, tax: i64| Line {
        number,
        sku: sku.into(),
        unit: "piece".into(),
        unit_rate: Decimal::ONE,
        quantity: Decimal::whole(quantity),
        unit_price: Decimal::new(113, 1),
        tax_rate: Decimal::new(13, 2),
        tax_inclusive: true,
        net,
        tax,
        gross: net + tax,
        ..Line::default()
    };
    Order {
        number: number.into(),
        kind,
        customer: Customer { code: "acme".into(), ..Customer::default() },
        currency: "CNY".into(),
        business_date: "2024-03-01".into(),
        lines: vec![line(1, "tea", 10, 10_000, 1_300), line(2, "cup", 2, 2_000, 260)],
        ..Order::default()
    }
}

fn task(number: &str, order_document: &str) -> PickTask {
    let item = |line, sku: &str, quantity| Item {
        line,
        sku: sku.into(),
        quantity: Decimal::whole(quantity),
        ..Item::default()
    };
    PickTask {
        key: format!("{number}/pick/W1"),
        order: number.into(),
        order_document: Some(order_document.into()),
        warehouse: "01".into(),
        customer: Customer { code: "acme".into(), ..Customer::default() },
        items: vec![item(1, "tea", 10), item(2, "cup", 2)],
        ..PickTask::default()
    }
}

fn receivable(number: &str) -> Receivable {
    Receivable {
        order: number.into(),
        customer: Customer { code: "acme".into(), ..Customer::default() },
        currency: "CNY".into(),
        gross: 13_560,
        business_date: "2024-03-01".into(),
        due_date: "2024-03-31".into(),
        ..Receivable::default()
    }
}

const FAULTS: [Fault; 13] = [
    Fault::TimeoutBeforeCommit,
    Fault::TimeoutAfterCommit,
    Fault::LateCommit,
    Fault::Drop,
    Fault::DropAfterCommit,
    Fault::Http500,
    Fault::Http502Html,
    Fault::Http502LateCommit,
    Fault::Http503LateCommit,
    Fault::RateLimited,
    Fault::TokenExpired,
    Fault::BadJson,
    Fault::Slow,
];

/// Whether U8 knows our keys, takes our numbers, both, or neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_leaves_one_document_of_each_kind() {
    let ways = [(true, false), (false, false), (true, true), (false, true)];
    let played = ways.map(|(dedupe, own_numbers)| tokio::spawn(every_fault(dedupe, own_numbers)));
    for one in played {
        one.await.unwrap();
    }
}

async fn every_fault(dedupe: bool, own_numbers: bool) {
    let mut bench = Bench::new().await;
    bench.upstreams.configure(&json!({"biz_id_dedupe": dedupe, "u8_own_numbers": own_numbers})).unwrap();
    for (at, fault) in FAULTS.into_iter().enumerate() {
        let number = format!("SO-{at}");
        for path in ["saleorder/add", "consignment/add", "oughtreceive/add"] {
            bench.upstreams.fault(Rule { committed: at % 2 == 0, ..Rule::once(fault, path) });
        }
        let sale = order(&number, OrderKind::Sale);
        let written = bench.until_done(&format!("{number}/order"), |u8| u8.push_order(&sale)).await;
        let document = written.unwrap();
        assert_eq!(document == number, !own_numbers, "{fault:?}");
        let pick = task(&number, &document);
        bench.until_done(&pick.key.clone(), |u8| u8.push_pick(&pick)).await.unwrap();
        let owed = receivable(&number);
        bench.until_done(&format!("{number}/receivable"), |u8| u8.push_receivable(&owed)).await.unwrap();
    }
    let each = (FAULTS.len() as u64, 0);
    for kind in ["saleorders", "consignments", "receivables"] {
        assert_eq!(bench.count(kind), each, "{kind}, dedupe {dedupe}, own numbers {own_numbers}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_in_the_background_ends_as_one_document() {
    let mut bench = Bench::new().await;
    bench.settings.write_mode = WriteMode::Async;
    let sale = order("SO-1", OrderKind::Sale);
    assert_eq!(bench.until_done("k", |u8| u8.push_order(&sale)).await.as_deref(), Ok("SO-1"));
    let unknown =
        Order { customer: Customer { code: "nobody".into(), ..Customer::default() }, ..order("SO-2", OrderKind::Sale) };
    let refused = bench.until_done("k2", |u8| u8.push_order(&unknown)).await;
    assert!(matches!(refused, Err(Error::Invalid(ref invalid)) if invalid.field == "customer.code"), "{refused:?}");
    assert_eq!(bench.count("saleorders"), (1, 0));
    assert!(bench.host.notes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_lives_in_u8_from_stock_to_payment() {
    let mut bench = Bench::new().await;
    let everywhere = |sku: &str| StockQuery { sku: sku.into(), warehouses: Vec::new() };
    let available = |bench: &mut Bench| -> Vec<String> {
        let levels = bench.once(|u8| u8.stock(&[everywhere("tea"), everywhere("cup"), everywhere("none")])).unwrap();
        levels.iter().map(|level| format!("{} {} {}", level.warehouse, level.sku, level.available)).collect()
    };
    assert_eq!(available(&mut bench), ["01 cup 3.5", "01 tea 100", "02 tea 7"]);
    let sale = order("SO-1", OrderKind::Sale);
    let document = bench.until_done("SO-1/order", |u8| u8.push_order(&sale)).await.unwrap();
    let items = &bench.upstreams.state()["saleorders"]["items"];
    assert_eq!(items[0]["amount"], "135.60", "the ERP comes to our amount: {items}");
    let pick = task("SO-1", &document);
    bench.until_done("SO-1/pick/W1", |u8| u8.push_pick(&pick)).await.unwrap();
    assert_eq!(available(&mut bench), ["01 cup 1.5", "01 tea 90", "02 tea 7"]);
    bench.until_done("SO-1/receivable", |u8| u8.push_receivable(&receivable("SO-1"))).await.unwrap();
    assert!(bench.once(|u8| u8.find_order("SO-1")).unwrap().is_some());
    assert!(bench.once(|u8| u8.find_receivable("SO-1")).unwrap().is_some());
    assert!(bench.once(|u8| u8.find_pick("SO-1/pick/W1")).unwrap().is_some());
    assert_eq!(bench.once(|u8| u8.find_order("SO-9")), Ok(None));

    bench.upstreams.ship(&json!({"order": "SO-1", "lines": [{"sku": "tea", "quantity": "4"}]})).unwrap();
    bench.upstreams.pay(&json!({"receivable": "SO-1", "amount": "35.60"})).unwrap();
    bench.upstreams.pay(&json!({"receivable": "SO-1", "amount": "100"})).unwrap();
    // The documents of the simulator's own hand are dated by its clock.
    bench.settings.poll_days = 1;
    let first = bench.once(|u8| u8.changes(Interest::Orders, None, 50)).unwrap();
    let shipped: Vec<String> = first
        .items
        .iter()
        .filter_map(|change| match &change.what {
            ChangeKind::Shipped(lines) => {
                Some(lines.iter().map(|line| format!("{}:{}", line.line, line.quantity)).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        })
        .collect();
    assert_eq!(shipped, ["1:4"]);
    let second = bench.once(|u8| u8.changes(Interest::Orders, Some(&first.cursor), 50)).unwrap();
    let [paid] = second.items.as_slice() else { panic!("{:?}", second.items) };
    assert!(matches!(&paid.what, ChangeKind::Paid(payment) if payment.amount == 13_560 && payment.currency == "CNY"));
    assert_eq!(paid.order, "SO-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_frees_the_stock_and_goods_that_come_back_fill_it() {
    let mut bench = Bench::new().await;
    let sale = order("SO-1", OrderKind::Sale);
    bench.until_done("1", |u8| u8.push_order(&sale)).await.unwrap();
    let mut more = sale.clone();
    more.lines[0].quantity = Decimal::whole(20);
    bench.until_done("2", |u8| u8.change_order("SO-1", &more)).await.unwrap();
    let note = bench.until_done("SO-1/pick/W1", |u8| u8.push_pick(&task("SO-1", "SO-1"))).await.unwrap();
    bench.until_done("3", |u8| u8.push_receivable(&receivable("SO-1"))).await.unwrap();
    for _ in 0..2 {
        let reason = Text::same("the customer's wish");
        bench.until_done("4", |u8| u8.cancel_pick(&note, &reason)).await.unwrap();
        bench.until_done("5", |u8| u8.cancel_receivable("SO-1", &reason)).await.unwrap();
        bench.until_done("6", |u8| u8.cancel_order("SO-1", &reason)).await.unwrap();
    }
    let state = bench.upstreams.state();
    assert_eq!(state["saleorders"]["items"][0]["lines"][0]["quantity"], "20.00");
    assert_eq!([&state["saleorders"]["states"], &state["consignments"]["states"]], [&json!({"Closed": 1}); 2]);
    assert_eq!((bench.count("receivables").0, state["stock"][0]["outqty"].as_str()), (0, Some("0.00")));

    let back = order("SO-2", OrderKind::Return);
    let document = bench.until_done("7", |u8| u8.push_order(&back)).await.unwrap();
    let note = PickTask { kind: OrderKind::Return, ..task("SO-2", &document) };
    bench.until_done(&note.key.clone(), |u8| u8.push_pick(&note)).await.unwrap();
    let state = bench.upstreams.state();
    assert_eq!(
        (state["saleorders"]["returns"].as_u64(), state["consignments"]["returns"].as_u64()),
        (Some(1), Some(1))
    );
    let levels = bench.once(|u8| u8.stock(&[StockQuery { sku: "tea".into(), warehouses: vec!["01".into()] }])).unwrap();
    assert_eq!(levels[0].on_hand, Decimal::whole(110));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_apart() {
    let mut bench = Bench::new().await;
    bench.host.key = "k".into();
    let mut wrong = order("SO-1", OrderKind::Sale);
    wrong.lines[1].sku = "hat".into();
    let refused = bench.once(|u8| u8.push_order(&wrong));
    assert!(matches!(refused, Err(Error::Invalid(ref invalid)) if invalid.field == "lines[1].sku"), "{refused:?}");
    bench.upstreams.configure(&json!({"agent_offline": true})).unwrap();
    assert!(matches!(bench.once(|u8| u8.find_order("SO-1")), Err(Error::Unavailable(_))));
    bench.upstreams.configure(&json!({"agent_offline": false, "u8_app_secret": "changed"})).unwrap();
    bench.host.token = None;
    assert!(matches!(bench.once(|u8| u8.find_order("SO-1")), Err(Error::Unauthorized(_))));
}
