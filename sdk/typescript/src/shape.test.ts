import assert from "node:assert/strict";
import { test } from "node:test";

import { functions } from "./contract/shapes.ts";
import { Decimal } from "./decimal.ts";
import { check, lift, ShapeError } from "./shape.ts";
import { make } from "./testing.ts";

const { takes, answers } = functions.pricing.price;

test("decimals come in as such, at every depth", () => {
  const raw = {
    ...make("PriceRequest"),
    lines: [{ ...make("PriceLine"), quantity: { units: 2n ** 63n - 1n, scale: 2 }, proposed: { unitPrice: { units: -5n, scale: 1 }, taxRate: { units: 0n, scale: 0 }, explanation: [] } }],
  };
  const { lines } = lift(takes[0], raw) as ReturnType<typeof make<"PriceRequest">>;
  assert.equal(lines[0]?.quantity.toString(), "92233720368547758.07");
  assert.ok(lines[0]?.proposed?.unitPrice instanceof Decimal);
});

test("an answer of another form names the field", () => {
  const line = { number: 1, unitPrice: Decimal.ONE, taxRate: Decimal.ZERO, taxInclusive: false, explanation: [] };
  const told = (answer: unknown): string => {
    try {
      check(answers, answer, "");
    } catch (error) {
      assert.ok(error instanceof ShapeError);
      return error.message;
    }
    return "fine";
  };
  assert.equal(told({ lines: [line], version: "" }), "fine");
  assert.match(told(undefined), /it has to be an object, not nothing/);
  assert.match(told({ lines: [{ ...line, number: 1.5 }], version: "" }), /lines\[0\]\.number has to be a whole number/);
  assert.match(told({ lines: [{ ...line, unitPrice: 5 }], version: "" }), /lines\[0\]\.unitPrice has to be a Decimal, not number 5/);
  assert.match(told({ lines: [line] }), /version has to be text, not nothing/);
});
