// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Decimal } from "../decimal.ts";
import type { Attributes } from "./types.ts";

export type RecordError =
  /** Not wished for or not granted. */
  | { tag: "denied"; val: string }
  | { tag: "unavailable"; val: string };

export interface Product {
  sku: string;
  name: string;
  category: string;
  /** Size, colour, model; items with the same category and specification can stand in for each other. */
  specification: string;
  baseUnit: string;
  taxRate: Decimal;
  /** Other units, and how many base units each has. */
  units: [string, Decimal][];
  attributes: Attributes;
}

/** A row of a published price list that is in force on a day. */
export interface ListPrice {
  sku: string;
  unit: string;
  currency: string;
  price: Decimal;
  taxInclusive: boolean;
  taxRate: Decimal;
  /** From this quantity on. */
  minQuantity: Decimal;
  /** For this customer level; empty: for all. */
  level: string;
  /** Code and version of the list, such as `standard/7`. */
  source: string;
}
