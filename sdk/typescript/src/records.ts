/** Granted reads of the company's core data. Needs the wish `records` with the kinds that are read. */

import { records } from "#host";

import * as shapes from "./contract/shapes.ts";
import type { Customer, Day, Instant, ListPrice, Product, RecentOrder } from "./contract/index.ts";
import { unauthorized, unavailable } from "./error.ts";
import { refused } from "./refusal.ts";
import { lift, list, option, type Shape } from "./shape.ts";

/** What a code map translates. */
export type CodeKind = "sku" | "customer" | "warehouse" | "unit";

/** Products of these codes; unknown ones are left out. Kind `products`. */
export function products(skus: string[]): Product[] {
  return call(list(shapes.Product), () => records.products(skus));
}

/** Rows in force on this day (`YYYY-MM-DD`) for these items, all from one published version. Kind `prices`. */
export function listPrices(skus: string[], currency: string, on: Day): ListPrice[] {
  return call(list(shapes.ListPrice), () => records.listPrices(skus, currency, on));
}

/** A buyer of this code. Kind `customers`. */
export function findCustomer(code: string): Customer | undefined {
  return call(option(shapes.Customer), () => records.findCustomer(code));
}

/** Orders of a customer since an instant, newest first, at most `limit` (at most 100). Kind `orders`. */
export function recentOrders(customer: string, since: Instant, limit: number): RecentOrder[] {
  return call(list(shapes.RecentOrder), () => records.recentOrders(customer, since, limit));
}

/** The upstream's codes for ours, in the same order; undefined where no mapping is kept. Kind `codes`. */
export function codes(kind: CodeKind, local: string[]): (string | undefined)[] {
  return call(undefined, () => records.codes(kind, local));
}

/** Our codes for the upstream's: the reverse of `codes`. Kind `codes`. */
export function localCodes(kind: CodeKind, remote: string[]): (string | undefined)[] {
  return call(undefined, () => records.localCodes(kind, remote));
}

function call<T>(shape: Shape | undefined, ask: () => T): T {
  const answer = refused(ask, (tag: "denied" | "unavailable", reason) =>
    tag === "denied"
      ? unauthorized(`未授权读取数据:${reason}`, `reading records is not granted: ${reason}`)
      : unavailable(`数据暂不可用:${reason}`, `the records are unavailable: ${reason}`),
  );
  return lift(shape, answer) as T;
}
