//! A small world with one of everything that can go wrong.

use super::*;

fn sheet() -> Sheet {
    Sheet::read(
        b"InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n\
          1,A,6,2010-12-01,2,\n1,A,1,2010-12-01,2,\n1,POST,1,2010-12-01,18,\nC2,A,-2,2010-12-01,2,\n3,A,x,2010-12-01,2,\n\
          4,A,1,2010-12-01,2,\n5,A,1,2010-12-01,2,\n",
    )
    .unwrap()
}

fn answers() -> Vec<Answer> {
    let told = |at, told| Answer { at, told };
    vec![
        told(1, Told::Number("SO-2".into())),
        told(0, Told::Number("SO-1".into())),
        told(3, Told::Number("SO-4".into())),
        told(4, Told::Refused("ship_to.text: must not be empty".into())),
    ]
}

fn found() -> BTreeMap<String, Option<Found>> {
    let order = |state: &str| {
        let holds = if state == "held" {
            json!([{ "code": "short-stock", "kind": "business", "released_at": null, "text": { "zh": "x", "en": "too little" } }])
        } else {
            json!([])
        };
        Some(Found(
            json!({ "state": state, "holds": holds, "evaluation": { "located": { "best": { "level": "point" } } } }),
        ))
    };
    [("SO-1", order("confirmed")), ("SO-2", order("shipped")), ("SO-4", order("held"))]
        .map(|(number, order)| (number.to_owned(), order))
        .into()
}

fn document(key: &str, order: &str, lines: &[(&str, Value)]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|(sku, quantity)| json!({ "inventorycode": sku, "quantity": quantity })).collect();
    json!({ "defines": { "define1": key, "define2": order }, "lines": lines })
}

fn state() -> Value {
    let goods = [("A", json!(6.0)), ("A", json!("1.00"))];
    let all = [("A", json!(6)), ("A", json!(1)), ("POST", json!(1))];
    let shelf = |items: Vec<Value>| json!({ "items": items });
    json!({
        "saleorders": shelf(vec![document("SO-1", "", &all), document("SO-2", "", &[("A", json!(-2))])]),
        "receivables": shelf(vec![document("SO-1", "", &[]), document("SO-2", "", &[])]),
        "consignments": shelf(vec![document("SO-1/pick/W-A", "SO-1", &goods)]),
        "messages": { "items": [] },
    })
}

fn report(found: &BTreeMap<String, Option<Found>>, state: &Value) -> Report {
    let (sheet, answers) = (sheet(), answers());
    let tickets = [("SO-1".to_owned(), false), ("SO-77".to_owned(), true)];
    let evidence = Evidence {
        sheet: &sheet,
        answers: &answers,
        found,
        state,
        counters: &json!({ "faults": { "drop": 3 }, "total": 40 }),
        kills: &[1, 2],
        kills_in_flight: 2,
        tickets: &tickets,
        waiting: 0,
        plugin_calls: 9,
        elapsed_ms: 5,
        stuck: None,
    };
    evidence.report()
}

#[test]
fn a_good_run() {
    let Report { value, problems, example } = report(&found(), &state());
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(example.as_deref(), Some("SO-1"), "the first one of the file that went everywhere");
    assert_eq!(value["invoices"], 5);
    assert_eq!(value["accepted"], 3);
    assert_eq!(value["rejected"].as_array().unwrap().len(), 2);
    assert_eq!(value["rejected"][0]["ref"], "3");
    assert!(value["rejected"][0]["reason"].as_str().unwrap().contains("row 6: Quantity"));
    assert_eq!(value["rejected"][1], json!({ "ref": "5", "reason": "ship_to.text: must not be empty" }));
    assert_eq!(value["states"], json!({ "confirmed": 1, "held": 1, "received": 0, "shipped": 1 }));
    assert_eq!(value["held"][0]["codes"], json!(["short-stock"]));
    assert_eq!(value["due_at_erp"], 2);
    assert_eq!(value["erp"], json!({ "sales_orders": 2, "distinct": 2, "duplicates": 0 }));
    assert_eq!(value["receivables"], json!({ "posted": 2, "distinct": 2, "duplicates": 0 }));
    assert_eq!(value["pick_tasks"], json!({ "posted": 1, "distinct": 1, "duplicates": 0 }));
    assert_eq!(value["geocode_levels"], json!({ "point": 3 }));
    assert_eq!((&value["lost"], &value["tickets"], &value["tickets_open"]), (&json!(0), &json!(1), &json!(0)));
    assert_eq!((&value["faults"], &value["kills"]), (&json!({ "drop": 3 }), &json!(2)));
}

#[test]
fn what_is_missing_is_lost() {
    let mut forgotten = found();
    forgotten.insert("SO-4".into(), None);
    let lost = report(&forgotten, &state());
    assert_eq!((&lost.value["lost"], &lost.value["states"]["unknown"]), (&json!(1), &json!(1)));
    for (shelf, words) in [
        ("saleorders", "SO-1: no order document"),
        ("receivables", "SO-2: no receivable"),
        ("consignments", "SO-1: no pick task"),
    ] {
        let mut state = state();
        state[shelf]["items"] = json!([]);
        let Report { value, problems, .. } = report(&found(), &state);
        assert!(value["lost_details"].as_array().unwrap().iter().any(|detail| detail == words), "{value}");
        assert!(problems.iter().any(|problem| problem.contains("lost")));
    }
    let mut short = state();
    short["consignments"]["items"][0]["lines"][0]["quantity"] = json!("5");
    assert_eq!(
        report(&found(), &short).value["lost_details"],
        json!(["SO-1: of A the pick tasks carry 6 instead of 7"])
    );
}

#[test]
fn what_is_there_twice_or_unasked_is_told() {
    for (shelf, figure, words) in [
        ("saleorders", "erp", "1 duplicate order documents"),
        ("receivables", "receivables", "1 duplicate receivables"),
        ("consignments", "pick_tasks", "1 duplicate pick tasks"),
    ] {
        let mut state = state();
        let first = state[shelf]["items"][0].clone();
        state[shelf]["items"].as_array_mut().unwrap().push(first);
        let Report { value, problems, .. } = report(&found(), &state);
        assert_eq!(value[figure]["duplicates"], 1);
        assert!(problems.iter().any(|problem| problem.starts_with(words)), "{problems:?}");
        assert_eq!(value["lost"], 0);
    }
    let mut early = state();
    early["receivables"]["items"].as_array_mut().unwrap().push(document("SO-4", "", &[]));
    let problems = report(&found(), &early).problems;
    assert_eq!(problems, ["1 documents upstream that no due order has caused"]);
}
