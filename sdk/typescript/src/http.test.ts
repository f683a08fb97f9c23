import assert from "node:assert/strict";
import { test } from "node:test";

import { Decimal } from "./decimal.ts";
import type { Failure } from "./contract/types.ts";
import { PluginError } from "./error.ts";
import { encode, HttpError, prepare, Response } from "./http.ts";

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

function answer(status: number, retryAfter: string, body: string): Response {
  return new Response({ status, headers: [["Retry-After", retryAfter]], body: new TextEncoder().encode(body) });
}

function failure(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof PluginError);
    return error.failure;
  }
  throw new Error("nothing was thrown");
}

test("a status becomes a decision", () => {
  const decision = (status: number): Failure => failure(() => answer(status, "3", "why").errorForStatus());
  assert.deepEqual(
    [401, 404, 422, 429, 500, 503].map((status) => decision(status).tag),
    ["unauthorized", "not-found", "rejected", "rate-limited", "retry", "unavailable"],
  );
  assert.equal(answer(204, "", "").errorForStatus().status, 204);
});

test("an answer that is no JSON is told", () => {
  const told = failure(() => answer(200, "", "<html>").json());
  assert.equal(told.tag, "unavailable");
});

test("a request without an answer is a decision too", () => {
  const tags = (["denied", "not-sent", "unknown-outcome", "too-large", "limit"] as const).map((fault) => new HttpError(fault, "why").failure.tag);
  assert.deepEqual(tags, ["unauthorized", "unavailable", "retry", "invalid", "invalid"]);
});
