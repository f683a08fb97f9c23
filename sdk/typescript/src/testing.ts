/** For tests: values of the contract's types with what matters filled in, and nothing elsewhere. */

import * as shapes from "./contract/shapes.ts";
import type * as types from "./contract/index.ts";
import { Decimal } from "./decimal.ts";
import type { Shape } from "./shape.ts";

interface Words {
  Address: types.Address;
  Customer: types.Customer;
  Document: types.Document;
  Facts: types.Facts;
  Item: types.Item;
  Line: types.Line;
  Message: types.Message;
  Order: types.Order;
  PickTask: types.PickTask;
  PriceLine: types.PriceLine;
  PriceRequest: types.PriceRequest;
  Query: types.Query;
  Receivable: types.Receivable;
  Reservation: types.Reservation;
}

/** A value of this type: `make("PriceLine", { number: 1, quantity: Decimal.whole(3) })`. */
export function make<Name extends keyof Words>(name: Name, fields: Partial<Words[Name]> = {}): Words[Name] {
  return Object.assign(blank(shapes[name]) as Words[Name], fields);
}

function blank(shape: Shape | undefined): unknown {
  if (typeof shape === "object") {
    switch (shape.kind) {
      case "record":
        return Object.fromEntries(shape.of.map(([name, field]) => [name, blank(field)]));
      case "list":
        return [];
      case "tuple":
        return shape.of.map(blank);
      case "choice":
        return shape.of[0];
      case "variant": {
        const [[tag, held] = ["", undefined]] = shape.of;
        return held === undefined ? { tag } : { tag, val: blank(held) };
      }
      case "option":
        return undefined;
    }
  }
  switch (shape) {
    case "bool":
      return false;
    case "string":
      return "";
    case "decimal":
      return Decimal.ZERO;
    case "bytes":
      return new Uint8Array();
    case "s64":
    case "u64":
      return 0n;
    default:
      return 0;
  }
}
