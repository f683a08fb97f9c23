import assert from "node:assert/strict";
import { test } from "node:test";

import { Decimal } from "./decimal.ts";
import { PluginError } from "./error.ts";
import { encode, excerpt, HttpError, prepare, Response } from "./http.ts";

test("the query follows what the URL has", () => {
  const of = (url: string): string => prepare("GET", url, { query: { "a b": "1&2", none: undefined, key: "mortise.key_1" } }).url;
  assert.equal(of("https://x/y"), "https://x/y?a%20b=1%262&key=mortise.key_1");
  assert.equal(of("https://x/y?"), "https://x/y?a%20b=1%262&key=mortise.key_1");
  assert.equal(of("https://x/y?z=1"), "https://x/y?z=1&a%20b=1%262&key=mortise.key_1");
  assert.equal(encode("北京 a&b=c/d?#!'()*"), "%E5%8C%97%E4%BA%AC%20a%26b%3Dc%2Fd%3F%23%21%27%28%29%2A");
});

test("a body names its type once", () => {
  const json = prepare("POST", "https://x", { headers: { "Content-Type": "application/vnd.x+json" }, json: [Decimal.parse("1.50")] });
  assert.deepEqual(json.headers, [["content-type", "application/vnd.x+json"]]);
  assert.equal(new TextDecoder().decode(json.body), '["1.50"]');
  const form = prepare("POST", "https://x", { form: { a: "1 2", b: "é" }, bearer: "t", timeout: 0.2 });
  assert.deepEqual(form.headers, [["authorization", "Bearer t"], ["content-type", "application/x-www-form-urlencoded"]]);
  assert.equal(new TextDecoder().decode(form.body), "a=1%202&b=%C3%A9");
  assert.equal(form.timeout, 1n);
});

function answer(status: number, headers: [string, string][], body: string): Response {
  return new Response({ status, headers, body: new TextEncoder().encode(body) });
}

/** The class, how long to wait, and why. */
function told(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof PluginError);
    const { tag, val } = error.failure;
    const after = typeof val === "object" && "after" in val ? String(val.after) : "no";
    return `${tag} ${after} ${error.reason?.en}`;
  }
  return "fine";
}

test("a status becomes a decision", () => {
  const page = "<html><head><title>why</title></head><body>…</body></html>";
  const table: [number, string, string][] = [
    [400, "rejected no", "unavailable undefined"],
    [401, "unauthorized no", "unauthorized no"],
    [404, "not-found no", "unavailable undefined"],
    [408, "retry 3000", "retry 3000"],
    [422, "rejected no", "unavailable undefined"],
    [429, "rate-limited 3000", "rate-limited 3000"],
    [500, "retry 3000", "retry 3000"],
    [502, "retry 3000", "retry 3000"],
    [503, "unavailable 3000", "unavailable 3000"],
    [304, "rejected no", "unavailable undefined"],
  ];
  for (const [status, own, gateways] of table) {
    const response = answer(status, [["Retry-After", "3"]], page);
    assert.equal(told(() => response.errorForStatus()), `${own} the upstream answered with HTTP ${status}: why`);
    assert.equal(told(() => response.errorForGateway()), `${gateways} the upstream answered with HTTP ${status}: why`);
  }
  assert.equal(answer(204, [], "").errorForStatus().errorForGateway().status, 204);
});

test("a wait is told in seconds or by a date", () => {
  const date: [string, string] = ["Date", "Wed, 21 Oct 2015 07:28:00 GMT"];
  const wait = (value: string, ...more: [string, string][]): number | undefined => answer(503, [["retry-after", value], ...more], "").retryAfter();
  assert.equal(wait(" 120 "), 120_000);
  assert.equal(wait("Wed, 21 Oct 2015 07:30:05 GMT", date), 125_000);
  assert.equal(wait("Wed, 21 Oct 2015 07:00:00 GMT", date), 0);
  for (const none of ["", "soon", "-1", "1.5", "2015-10-21", "Wed Oct 21 07:28:00 2015"]) {
    assert.equal(wait(none, date), undefined, none);
  }
  assert.equal(wait("Wed, 21 Oct 2015 07:30:05 GMT"), undefined);
});

test("an answer of another form is told, data is not", () => {
  const read = (body: string): string => told(() => answer(200, [["Retry-After", "9"]], body).json());
  assert.equal(read("<title>维护中</title>"), "unavailable 9000 the upstream's answer (HTTP 200) is not understood. It begins: 维护中");
  assert.equal(read('{"name": Li}'), "unavailable 9000 the upstream's answer (HTTP 200) is not understood");
  assert.equal(read('{"a":[1'), "retry undefined the upstream's answer (HTTP 200) ends in the middle, after 7 bytes");
  assert.match(read(""), /^retry/);
});

test("a page is told by its title or its words", () => {
  assert.equal(excerpt("\ufeff\r\n<html><head><TITLE >502 Bad\r\n Gateway</TITLE></head></html>"), "502 Bad Gateway");
  assert.equal(excerpt("<title></title><style>p { }</style><SCRIPT src='x'>if (a < b) {}</SCRIPT><p>网关<br>超时</p>"), "网关 超时");
  assert.equal(excerpt("<script>never closed"), "");
  assert.equal(excerpt(' {"a":\n\t1}\0 '), '{"a": 1}');
  assert.equal(Array.from(excerpt("字".repeat(9000))).length, 301);
});

test("a request without an answer is a decision too", () => {
  const faults = ["denied", "not-sent", "unknown-outcome", "too-large", "limit"] as const;
  const tags = faults.map((fault) => new HttpError(fault, "why").failure.tag);
  assert.deepEqual(tags, ["unauthorized", "unavailable", "retry", "invalid", "invalid"]);
});
