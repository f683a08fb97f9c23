// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Decimal } from "../decimal.ts";
import type { Answer } from "./answer.ts";
import type { Address, Attributes, ChangePage, Customer, Document, Instant, OrderKind, Text } from "./types.ts";

/** Asks for one item. */
export interface StockQuery {
  sku: string;
  /** In which warehouses, by the company's codes; empty: in all. */
  warehouses: string[];
}

/** How much of an item a warehouse has, in the item's base unit. */
export interface StockLevel {
  warehouse: string;
  sku: string;
  onHand: Decimal;
  /** What may still be promised: on hand less what is frozen or promised at the upstream. */
  available: Decimal;
  /** When the upstream's figure was true. */
  asOf: Instant;
  attributes: Attributes;
}

/** A quantity of an item, in its base unit. */
export interface Item {
  /** The order's line. */
  line: number;
  sku: string;
  name: string;
  quantity: Decimal;
  attributes: Attributes;
}

/** Goods set aside for an order at the upstream. */
export interface Reservation {
  order: string;
  warehouse: string;
  items: Item[];
  /** Until when; none: until released. */
  expires?: Instant | undefined;
  attributes: Attributes;
}

/** Goods of one order to be picked in one zone of one warehouse (or, by its kind, to be taken back). */
export interface PickTask {
  /** Unique for ever: the order's number and the wave. */
  key: string;
  kind: OrderKind;
  order: string;
  /** The ERP's document of the order, where one exists. */
  orderDocument?: string | undefined;
  /** Warehouse and zone whose tasks are picked together. */
  wave: string;
  warehouse: string;
  zone: string;
  customer: Customer;
  shipTo: Address;
  items: Item[];
  attributes: Attributes;
}

/** Stock and the work of warehouses. The rule of one effect per key (see `erp`) holds for every writing function. */
export interface Inventory {
  /** Levels of the items asked for. An item that the upstream does not know, or has nowhere, has no level in the answer. */
  stock(queries: StockQuery[]): Answer<StockLevel[]>;
  /** Sets goods aside. */
  reserve?(reservation: Reservation): Answer<Document>;
  /** Frees what was set aside. Releasing twice succeeds. */
  release?(externalId: string): Answer<Document>;
  /** Finds the pick task with this key. */
  findPick?(key: string): Answer<Document | undefined>;
  /** Orders goods to be picked and dispatched (or received). */
  pushPick?(task: PickTask): Answer<Document>;
  /** Takes a pick task back. Cancelling twice succeeds. */
  cancelPick?(externalId: string, reason: Text): Answer<Document>;
  /** What has changed since a cursor (none: from the beginning); at most `limit` changes. */
  changes?(since: string | undefined, limit: number): Answer<ChangePage>;
}
