import assert from "node:assert/strict";
import { test } from "node:test";

import { Decimal } from "@mortise/sdk";
import { make } from "@mortise/sdk/testing";

import { pricing } from "./index.ts";

const line = make("PriceLine", { number: 1, quantity: Decimal.whole(3) });
const request = make("PriceRequest", { lines: [line] });

test("the steps add up to the price", async () => {
  const plugin = pricing.with({ "base-price": "99.90", markup: "0.15", "tax-rate": "0.13" });

  const { lines } = await plugin.price(request);

  const [base, markup] = lines[0]?.explanation ?? [];
  assert.equal(markup?.amount.toString(), "14.985");
  assert.equal(base?.amount.plus(markup.amount).toString(), lines[0]?.unitPrice.toString());
});

test("a wrong setting is told by its name", () => {
  const wrong = { "base-price": "abc", markup: "0.15", "tax-rate": "0.13" };
  assert.throws(() => pricing.with(wrong), /^PluginError: invalid: settings\.base-price: /);
});
