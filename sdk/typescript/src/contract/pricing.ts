// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Decimal } from "../decimal.ts";
import type { Answer } from "./answer.ts";
import type { Attributes, Customer, Day, Instant, OrderKind, Text } from "./types.ts";

/** One step from nothing to the price. */
export interface PriceStep {
  /** `base`, `level`, `tier`, `promotion`, `region`, … in lower case. */
  kind: string;
  reason: Text;
  /** What the step adds per unit; negative for a discount. The steps of a line add up to its unit price exactly. */
  amount: Decimal;
  /** Where the figure comes from, such as a price list and its version, or a promotion's code. */
  source: string;
}

/** The price of one line. */
export interface LinePrice {
  number: number;
  unitPrice: Decimal;
  taxRate: Decimal;
  taxInclusive: boolean;
  explanation: PriceStep[];
}

/** A line to be priced. */
export interface PriceLine {
  number: number;
  sku: string;
  category: string;
  unit: string;
  /** Base units per `unit`. */
  unitRate: Decimal;
  quantity: Decimal;
  /** What the strategy before this one in the chain found; none for the first. */
  proposed?: LinePrice | undefined;
  attributes: Attributes;
}

/** An order, or a quote, to be priced. */
export interface PriceRequest {
  kind: OrderKind;
  customer: Customer;
  store: string;
  region: string;
  currency: string;
  placedAt: Instant;
  businessDate: Day;
  lines: PriceLine[];
  attributes: Attributes;
}

/** Prices for all lines, by one version of the rules. */
export interface Priced {
  lines: LinePrice[];
  /** Which version of price list and rules was used, to be shown. */
  version: string;
}

/**
 * A pricing strategy. It decides by the request, its settings and granted records alone, so that the same request has the
 * same price again. Several strategies can be chained: each sees the price that the one before it found.
 */
export interface Pricing {
  /** Prices every line or none. An item without a price is `invalid` with its line's field. */
  price(request: PriceRequest): Answer<Priced>;
}
