import assert from "node:assert/strict";
import { test } from "node:test";

import vectors from "../../vectors/decimal.json" with { type: "json" };
import { Decimal, DecimalError } from "./decimal.ts";

/** What the other SDKs answer too. */
const OPERATIONS: Record<string, (of: (string | number)[]) => string | number> = {
  parse: ([text]) => decimal(text).toString(),
  plus: ([left, right]) => decimal(left).plus(decimal(right)).toString(),
  minus: ([left, right]) => decimal(left).minus(decimal(right)).toString(),
  times: ([left, right]) => decimal(left).times(decimal(right)).toString(),
  divided: ([left, right, scale]) => decimal(left).dividedBy(decimal(right), Number(scale)).toString(),
  compare: ([left, right]) => decimal(left).compare(decimal(right)),
  rounded: ([number, scale]) => decimal(number).rounded(Number(scale)).toString(),
  amount: ([number, digits]) => decimal(number).toAmount(Number(digits)).toString(),
  trimmed: ([number]) => decimal(number).trimmed().toString(),
};

function decimal(text: string | number | undefined): Decimal {
  return Decimal.parse(String(text));
}

test("the vectors that all SDKs share", () => {
  assert.ok(vectors.length > 1000);
  for (const vector of vectors) {
    const operation = OPERATIONS[vector.op];
    assert.ok(operation, vector.op);
    const told = JSON.stringify(vector);
    if ("fault" in vector) {
      assert.throws(() => operation(vector.of), (error) => error instanceof DecimalError && error.fault === vector.fault, told);
    } else {
      assert.equal(operation(vector.of), vector.is, told);
    }
  }
});

test("JSON numbers are read as they were written", () => {
  const read: [unknown, string][] = [["1.250", "1.250"], [12, "12"], [-3, "-3"], [0.1, "0.1"], [1234567.89, "1234567.89"], [1e-7, "0.0000001"], [-2.5e-7, "-0.00000025"]];
  for (const [value, expected] of read) {
    assert.equal(Decimal.fromJson(value).toString(), expected);
  }
  for (const value of [0.1 + 0.2, 1e300, 2 ** 53, 1e-12, Number.NaN, Infinity, true, null, undefined, "x", {}]) {
    assert.throws(() => Decimal.fromJson(value), DecimalError, String(value));
  }
  assert.equal(JSON.stringify({ price: decimal("1.50") }), '{"price":"1.50"}');
});

test("what is not exact is refused", () => {
  assert.throws(() => Decimal.whole(0.5), DecimalError);
  assert.throws(() => Decimal.whole(2 ** 53), DecimalError);
  assert.throws(() => new Decimal(2n ** 63n, 0), DecimalError);
  assert.throws(() => new Decimal(1n, 10), DecimalError);
  assert.throws(() => Number(decimal("1.5")), TypeError);
  assert.equal(`${decimal("-0.05")}`, "-0.05");
});
