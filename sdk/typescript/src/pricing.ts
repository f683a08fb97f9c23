/** Help for pricing strategies. */

import type { LinePrice, PriceStep, Text } from "./contract/index.ts";
import { Decimal } from "./decimal.ts";

/** A step of this kind (`base`, `level`, `tier`, `promotion`, …) that adds `amount` per unit. */
export function step(kind: string, amount: Decimal, reason: Text, source = ""): PriceStep {
  return { kind, reason, amount, source };
}

/** The price of a line from its steps, so that they add up to it exactly. */
export function priceOf(number: number, taxRate: Decimal, steps: PriceStep[], taxInclusive = false): LinePrice {
  const unitPrice = steps.reduce((sum, { amount }) => sum.plus(amount), Decimal.ZERO);
  return { number, unitPrice, taxRate, taxInclusive, explanation: steps };
}
