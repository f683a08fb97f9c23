//! Scenarios against a guest that does what it is told: what is seen, what is refused, what is shown.

use mortise_devkit::play::{play, play_all};
use mortise_devkit::report;

use crate::guests::{found, misbehaving, played, told};

/// A scenario with one call whose guest runs these steps.
fn script(head: &str, steps: &str, tail: &str) -> String {
    let steps = serde_json::to_string(steps).unwrap();
    format!(
        "settings: {{ upstream: https://up.example, other: https://other.example }}\n\
         credentials: {{ key: KEY-0001 }}\n{head}\ncalls:\n  - function: geocoder.locate\n    \
         arguments: {{ query: {{ text: {steps} }} }}\n{tail}"
    )
}

fn send(method: &str, url: &str, body: &str) -> String {
    let body = if body.is_empty() { "null".to_owned() } else { serde_json::to_string(body).unwrap() };
    format!(
        r#"{{"do":"send","method":"{method}","url":"{url}","headers":[["x-key","<key>"],["content-type","application/json"]],"body":{body},"basic":false,"times":1}}"#
    )
}

fn sending(method: &str, url: &str, body: &str, tail: &str) -> String {
    script("", &format!("[{}]", send(method, url, body)), tail)
}

#[test]
fn an_exchange_is_matched_and_answered() {
    let text = sending(
        "POST",
        "https://up.example/orders?page=2&key=<key>",
        r#"{"order":"SO-1","lines":[{"sku":"A","extra":1}]}"#,
        r#"    http:
      - request:
          method: POST
          url: https://UP.example:443/orders
          query: { page: 2, key: { $matches: "^KEY" } }
          headers: { X-Key: KEY-0001 }
          json: { order: SO-1, lines: [{ sku: A }] }
        response:
          status: 201
          headers: { x-request-id: "r-{{ count }}" }
          json: { id: "D-{{ request.json.order }}", lines: "{{ request.json.lines }}", at: "{{ now }}", try: "{{ call.attempt }}" }
    expect:
      answer:
        attributes:
          status: "201"
          headers: { $contains: r-1 }
          body: { $json: { id: D-SO-1, lines: [{ sku: A, extra: 1 }], at: "2026-03-02T01:00:00Z", try: 1 } }
"#,
    );
    let verdict = played(&text);
    assert!(verdict.passed(), "{}", told(&verdict));
    assert_eq!(verdict.calls[0].usage.http_requests, 1);
    assert!(verdict.calls[0].usage.host_call_bytes > 0 && verdict.calls[0].usage.memory_bytes > 0);
}

#[test]
fn a_request_that_differs_is_shown_with_its_place() {
    let text = sending(
        "POST",
        "https://up.example/orders?page=2",
        r#"{"order":"SO-1","lines":[1,2,3]}"#,
        r"    http:
      - request: { method: PUT, url: /order?page=2, query: { page: 3 }, json: { order: SO-2, lines: [1, 2] } }
",
    );
    insta::assert_snapshot!(told(&played(&text)), @r#"
    ✗ test
      call 1 geocoder.locate
        calls[0].http[0].request.method
          expected  "PUT"
          found     "POST"
        calls[0].http[0].request.path
          expected  "/order"
          found     "/orders"
        calls[0].http[0].request.query.page
          expected  "3"
          found     "2"
        calls[0].http[0].request.json.order
          expected  "SO-2"
          found     "SO-1"
        calls[0].http[0].request.json.lines[2]
          expected  no such entry
          found     3
        calls[0].http[0]
          expected  once {"method":"PUT","url":"/order?page=2","query":{"page":3},"json":{"order":"SO-2","lines":[1,2]}}
          found     never
        sent POST https://up.example/orders?page=2
      test.yaml
    "#);
}

#[test]
fn what_must_not_be_sent_is_found_even_where_a_rule_would_answer() {
    let head = "http: [{ request: {} }]\nmust-not-send: [{ method: DELETE }]";
    let steps = format!("[{}]", send("DELETE", "https://up.example/orders/1", ""));
    let verdict = played(&script(head, &steps, ""));
    insta::assert_snapshot!(told(&verdict), @"
    ✗ test
      call 1 geocoder.locate
        must-not-send[0]
          expected  no such request
          found     DELETE https://up.example/orders/1
        sent DELETE https://up.example/orders/1
      test.yaml
    ");
}

#[test]
fn what_was_not_sent_is_missed() {
    let tail = "    http: [{ request: { method: GET, url: /a } }, { request: { url: /b }, times: 2 }]\n";
    insta::assert_snapshot!(told(&played(&script("http: [{ request: { url: /c }, times: 1 }]", "[]", tail))), @r#"
    ✗ test
      call 1 geocoder.locate
        calls[0].http[0]
          expected  once {"method":"GET","url":"/a"}
          found     never
        calls[0].http[1]
          expected  2 times {"url":"/b"}
          found     never
      http[0]
        expected  once {"url":"/c"}
        found     never
      test.yaml
    "#);
}

#[test]
fn an_order_of_exchanges_is_kept() {
    let steps = format!("[{},{}]", send("GET", "https://up.example/b", ""), send("GET", "https://up.example/a", ""));
    let tail = "    http: [{ request: { url: /a } }, { request: { url: /b } }]\n";
    assert!(!played(&script("", &steps, tail)).passed());
    let tail = "    http: [{ request: { url: /x }, times: { at-least: 0 } }, { request: { url: /b } }, { request: { url: /a }, times: { at-most: 3 } }]\n";
    let verdict = played(&script("", &steps, tail));
    assert!(verdict.passed(), "{}", told(&verdict));
}

#[test]
fn policy_and_bounds_are_the_hosts_own() {
    // Not wished for.
    let elsewhere = sending(
        "GET",
        "https://elsewhere.example/",
        "",
        "    expect: { answer: { attributes: { error: { $contains: is not wished for } } } }\n",
    );
    let verdict = played(&elsewhere);
    assert!(verdict.passed() && verdict.calls[0].requests.is_empty(), "{}", told(&verdict));
    // A credential that may not go there.
    let other = sending(
        "GET",
        "https://other.example/?k=<key>",
        "",
        "    expect: { answer: { attributes: { error: { $contains: may go to } } } }\n",
    );
    assert!(played(&other).passed());
    // Not granted.
    let steps = r#"[{"do":"kv-set","key":"a","text":"b"}]"#;
    let tail = "    expect: { answer: { attributes: { kv: { $contains: not granted } } } }\n";
    let verdict = played(&script("grant: { kv-bytes: 0 }", steps, tail));
    assert!(verdict.passed(), "{}", told(&verdict));
    for (step, stopped) in [
        (r#"[{"do":"loop"}]"#, "cpu"),
        (r#"[{"do":"memory"}]"#, "memory"),
        (r#"[{"do":"trap"}]"#, "trap"),
        (r#"[{"do":"host-flood"}]"#, "host-calls"),
        (r#"[{"do":"nul-answer"}]"#, "answer"),
    ] {
        let head = "limits: { cpu-ms: 200, memory-bytes: 8388608, host-call-bytes: 1048576 }";
        let verdict = played(&script(head, step, &format!("    expect: {{ stopped: {stopped} }}\n")));
        assert!(verdict.passed(), "{stopped}: {}", told(&verdict));
    }
}

#[test]
fn faults_pass_in_the_time_of_the_scenario() {
    for (fault, seen) in [
        ("fault: time-out", "UnknownOutcome"),
        ("fault: drop", "UnknownOutcome"),
        ("fault: refuse", "NotSent"),
        ("{ response: { text: half of it }, fault: cut }", "UnknownOutcome"),
        ("{ response: {}, after: 11s }", "UnknownOutcome"),
    ] {
        let fault = fault.trim_matches(['{', '}', ' ']).to_owned();
        let tail = format!(
            "    http: [{{ request: {{}}, {fault} }}]\n    expect: {{ answer: {{ attributes: {{ error: {{ $contains: {seen} }} }} }} }}\n"
        );
        let verdict = played(&sending("POST", "https://up.example/", "{}", &tail));
        assert!(verdict.passed(), "{fault}: {}", told(&verdict));
    }
    // A slow answer that comes in time moves the clock.
    let tail = "    http: [{ request: {}, response: { text: \"{{ now }}\" }, after: 9s }]\n    \
                expect: { answer: { attributes: { body: \"2026-03-02T01:00:09Z\" } } }\n";
    let verdict = played(&sending("GET", "https://up.example/", "", tail));
    assert!(verdict.passed(), "{}", told(&verdict));
    // The call's own deadline ends a request before the request's time-out does.
    let tail = "    deadline: 5s\n    http: [{ request: {}, response: {}, after: 6s }]\n    \
                expect: { answer: { attributes: { error: { $contains: UnknownOutcome } } } }\n";
    let verdict = played(&sending("GET", "https://up.example/", "", tail));
    assert!(verdict.passed(), "{}", told(&verdict));
}

#[test]
fn the_world_is_the_scenarios() {
    let steps = r#"[{"do":"context"},{"do":"kv-get","key":"a"},{"do":"kv-set","key":"b","text":"new"},{"do":"products"},{"do":"log","text":"hello"}]"#;
    let head = "now: 2026-01-31T23:30:00+08:00\ntime-zone: America/New_York\nlocale: en\nkv: { a: { json: before }, c: plain text }\n\
                records: { products: [{ sku: A-1, name: 甲, tax-rate: 0.13 }] }\n\
                kv-after: { b: { json: new }, a: { json: before }, c: { $contains: plain }, d: { $absent: true } }";
    let tail = r#"    idempotency-key: order-1
    attempt: 3
    expect:
      answer:
        attributes:
          connection: bench
          key: order-1
          attempt: "3"
          locale: en
          zone: America/New_York
          day: "2026-01-31"
          kv: { $any: true }
          products: { $contains: 甲 }
    log: [{ level: info, message: { $contains: hello } }]
"#;
    // The guest says `kv` twice: the answer is a list of pairs then.
    let tail = tail.replace("          kv: { $any: true }\n", "");
    let verdict = played(&script(head, steps, &tail));
    assert!(!verdict.passed(), "a name that comes twice makes pairs");
    let single = steps.replace(r#"{"do":"kv-get","key":"a"},"#, "");
    let verdict = played(&script(head, &single, &tail));
    assert!(verdict.passed(), "{}", told(&verdict));
}

#[test]
fn a_slip_of_the_pen_is_told() {
    let verdict = played("calls: [{ function: locate, arguments: { query: { txt: x } } }]");
    insta::assert_snapshot!(told(&verdict), @"
    ✗ test
      calls[0].arguments.query.txt
        expected  an object with `text`, `city`, `country`, `attributes`
        found     the field `txt`
      test.yaml
    ");
    let verdict = played("calls: [{ function: price.quote }]");
    insta::assert_snapshot!(told(&verdict), @"
    ✗ test
      calls[0].function
        expected  a function of the plugin
        found     the plugin has no function `price.quote`: it has `geocoder.locate`, `geocoder.reverse`, `pricing.price`
      test.yaml
    ");
    let tail = "    http: [{ request: {}, response: { text: \"{{ request.json.order }}\" } }]\n";
    let verdict = played(&sending("GET", "https://up.example/", "", tail));
    assert!(told(&verdict).contains("cannot be filled in"), "{}", told(&verdict));
    let verdict = played(&script("", "[]", "    expect: { answer: { best: { $lenght: 1 } } }\n"));
    assert!(told(&verdict).contains("one of the matchers"), "{}", told(&verdict));
}

#[test]
fn the_same_scenario_has_the_same_result_a_hundred_times() {
    let steps = format!(
        r#"[{{"do":"context"}},{},{{"do":"sandwich","text":"x"}},{},{{"do":"kv-set","key":"k","text":"v"}}]"#,
        send("POST", "https://up.example/a", r#"{"n":1}"#),
        send("GET", "https://up.example/b", "")
    );
    let text = script("seed: 7", &steps, "    http: [{ request: { url: /a }, response: { json: { id: \"{{ now }}\" } }, after: 3s }, { request: { url: /b }, fault: time-out }]\n").replace("key: KEY-0001", "key: KEY-0001, signing: S-0001");
    let scenarios = vec![found(&text); 100];
    let verdicts = play_all(&misbehaving(), &scenarios, 8).unwrap();
    let first = verdicts[0].clone().settled();
    assert_eq!(verdicts.len(), 100);
    for verdict in verdicts {
        assert_eq!(verdict.settled(), first);
    }
    let alone = play(&misbehaving(), &scenarios[0]).unwrap();
    assert_eq!(alone.settled(), first, "alone as among many");
}

#[test]
fn junit_has_a_case_for_each_scenario() {
    let good =
        played("calls: [{ function: locate, arguments: { query: { text: \"[]\" } } }]\ncredentials: { key: KEY-0001 }");
    let mut bad = played(
        "calls: [{ function: locate, arguments: { query: { text: \"[]\" } }, expect: { error: retry } }]\ncredentials: { key: KEY-0001 }",
    );
    bad.name = "wrong".into();
    let xml = report::junit("misbehaving", &[good.settled(), bad.settled()]).unwrap();
    insta::assert_snapshot!(xml, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="mortise plugin test" tests="2" skipped="0" failures="1" errors="0">
        <testsuite name="misbehaving" tests="2" skipped="0" errors="0" failures="1" time="0.000">
            <testcase name="test" classname="misbehaving" time="0.000"/>
            <testcase name="wrong" classname="misbehaving" time="0.000">
                <failure message="call 1: outcome: expected error {&quot;retry&quot;:{&quot;$any&quot;:true}}, found answer {&quot;best&quot;:{&quot;formatted&quot;:&quot;&quot;,&quot;level&quot;:&quot;none&quot;,&quot;point&quot;:null,&quot;division&quot;:{&quot;province&quot;:&quot;&quot;,&quot;city&quot;:&quot;&quot;,&quot;district&quot;:&quot;&quot;,&quot;code&quot;:&quot;&quot;}},&quot;candidates&quot;:[],&quot;attributes&quot;:{}}">call 1: outcome: expected error {&quot;retry&quot;:{&quot;$any&quot;:true}}, found answer {&quot;best&quot;:{&quot;formatted&quot;:&quot;&quot;,&quot;level&quot;:&quot;none&quot;,&quot;point&quot;:null,&quot;division&quot;:{&quot;province&quot;:&quot;&quot;,&quot;city&quot;:&quot;&quot;,&quot;district&quot;:&quot;&quot;,&quot;code&quot;:&quot;&quot;}},&quot;candidates&quot;:[],&quot;attributes&quot;:{}}</failure>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}
