// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Decimal } from "../decimal.ts";
import type { Answer } from "./answer.ts";
import type { Amount, Attributes, ChangePage, Customer, Day, Document, Order, OrderKind, Text } from "./types.ts";

/** What a customer owes for an order. */
export interface Receivable {
  /** The order's number. */
  order: string;
  kind: OrderKind;
  /** The ERP's document of the order. */
  orderDocument: string;
  customer: Customer;
  currency: string;
  exchangeRate?: Decimal | undefined;
  net: Amount;
  tax: Amount;
  gross: Amount;
  /** The day from which the terms count, and the day when payment is due. */
  businessDate: Day;
  dueDate: Day;
  attributes: Attributes;
}

/**
 * The company's ERP: sales orders and receivables.
 *
 * **One effect per key.** The host calls again after any doubt, with the same `context.idempotency-key` and a higher
 * `context.attempt`. On an attempt above 1 a plugin looks the document up before it writes, and it hands the key to the
 * upstream where that knows such keys.
 */
export interface Erp {
  /** Finds the document of the order with this number. None: the ERP has none. */
  findOrder(number: string): Answer<Document | undefined>;
  /** Writes a sales order (or, by its kind, a return). */
  pushOrder(order: Order): Answer<Document>;
  /** Makes the document equal to the order as it now is. */
  changeOrder?(externalId: string, order: Order): Answer<Document>;
  /** Cancels or closes the document. Cancelling twice succeeds. */
  cancelOrder?(externalId: string, reason: Text): Answer<Document>;
  /** Finds the receivable of the order with this number. */
  findReceivable?(number: string): Answer<Document | undefined>;
  /** Posts what the customer owes. */
  pushReceivable?(receivable: Receivable): Answer<Document>;
  /** Takes the receivable back. Cancelling twice succeeds. */
  cancelReceivable?(externalId: string, reason: Text): Answer<Document>;
  /** What has changed since a cursor (none: from the beginning); at most `limit` changes. */
  changes?(since: string | undefined, limit: number): Answer<ChangePage>;
}
