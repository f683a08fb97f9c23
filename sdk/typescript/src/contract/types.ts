// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Decimal } from "../decimal.ts";

/** Minor units of the currency that stands beside it (CNY: fen). Negative amounts reduce. */
export type Amount = bigint;

/** Microseconds since 1970-01-01T00:00:00Z. */
export type Instant = bigint;

/** A day of the company's calendar, `YYYY-MM-DD`. */
export type Day = string;

/** Text for people, in both languages of the product. Neither may be empty where the text is shown. */
export interface Text {
  zh: string;
  en: string;
}

/** Free fields by name. ERPs have dozens; they ride along untouched. Names are unique within one list. */
export type Attributes = [string, string][];

/** In which system a coordinate is given. China's maps use GCJ-02 or BD-09, GPS and OpenStreetMap WGS-84. */
export type CoordinateSystem =
  | "wgs84"
  | "gcj02"
  | "bd09";

/** A place on the map, in degrees. */
export interface Point {
  longitude: number;
  latitude: number;
  system: CoordinateSystem;
}

/** How precisely a place is known. Goods are sent only to a `point`. */
export type PlaceLevel =
  /** A house number, unit, building or point of interest. */
  | "point"
  /** A road or a crossing, not where on it. */
  | "road"
  /** A district, city or larger. */
  | "area"
  /** Nothing was found. */
  | "none";

/** Administrative divisions; each may be empty. */
export interface Division {
  province: string;
  city: string;
  district: string;
  /** Official code of the smallest of them. */
  code: string;
}

/** One place that an address may mean. */
export interface Candidate {
  formatted: string;
  level: PlaceLevel;
  point?: Point | undefined;
  division: Division;
}

/** What an address was found to be. */
export interface Located {
  /** The best answer. `level` is `none` where nothing was found. */
  best: Candidate;
  /** What a person could choose instead; shown when the best is not precise enough. */
  candidates: Candidate[];
  attributes: Attributes;
}

/** Which field is wrong and why. */
export interface InvalidField {
  /** Path of the field, such as `lines[2].sku` or `settings.account`. */
  field: string;
  reason: Text;
}

/** Why the same call has to be made again, and when at the earliest. */
export interface Pause {
  /**
   * Milliseconds that have to pass first, as the upstream asks; none: it does not say, and the host's own back-off decides.
   * The host never comes earlier, and takes more than a day for a day.
   */
  after?: bigint | undefined;
  /**
   * What the upstream answered, as far as it did: its code and message, the status of a gateway's page, that no whole
   * answer came in time. People read it in tickets and holds. Never a credential.
   */
  reason: Text;
}

/** Why a call did not do what was asked. The case carries the decision: what the host does next. */
export type Failure =
  /** The business says no (credit refused by the ERP, item blocked). A person is shown the reason; no retry. */
  | { tag: "rejected"; val: Text }
  /** The input or the settings are wrong. A person corrects the field; no retry before that. */
  | { tag: "invalid"; val: InvalidField }
  /** A passing fault, or an outcome that is not known. Tried again soon. */
  | { tag: "retry"; val: Pause }
  /** The upstream works and asks for fewer calls. Tried again; no failure of the upstream's. */
  | { tag: "rate-limited"; val: Pause }
  /** The upstream refuses our credential. The connection stops until an admin mends it. */
  | { tag: "unauthorized"; val: Text }
  /** The effect exists already under this external id: a success. */
  | { tag: "duplicate"; val: string }
  /** What was asked about does not exist at the upstream. */
  | { tag: "not-found"; val: Text }
  /** The upstream cannot work now (agent offline, maintenance). Tried again; the breaker counts it. */
  | { tag: "unavailable"; val: Pause };

/** What came into being at the upstream. */
export interface Document {
  /** The upstream's own number or id; what later calls about it will be given. */
  externalId: string;
  /** What else the upstream told, to be shown in the order's story. */
  attributes: Attributes;
}

/** A buyer. */
export interface Customer {
  /** The company's own code; `records.codes` has the upstream's. */
  code: string;
  name: string;
  /** Customer level such as `A`, `B`; empty where none is set. */
  level: string;
  region: string;
  attributes: Attributes;
}

/** Where the goods go. */
export interface Address {
  /** As it was entered. */
  text: string;
  /** City, where it was given apart; may be empty. */
  city: string;
  contact: string;
  phone: string;
  /** Where the geocoder found it, if it has been located already. */
  point?: Point | undefined;
  attributes: Attributes;
}

/** A sale, or goods coming back. A return is an order of its own kind; its quantities and amounts are positive. */
export type OrderKind =
  | "sale"
  | "return";

/** One line of an order, priced. */
export interface Line {
  /** 1-based number within the order; stays the same for the order's life. */
  number: number;
  /** The company's own code of the item. */
  sku: string;
  name: string;
  category: string;
  /** Unit in which `quantity` counts, such as `box`. */
  unit: string;
  /** How many base units one `unit` has. 1 where the unit is the base unit. */
  unitRate: Decimal;
  /** In `unit`; always positive. */
  quantity: Decimal;
  /** Per `unit`, in the order's currency; with tax where `tax-inclusive`. */
  unitPrice: Decimal;
  /** A share: 13 % is `{ units: 13, scale: 2 }`. */
  taxRate: Decimal;
  taxInclusive: boolean;
  /** `net + tax = gross`; rounded half up per line. */
  net: Amount;
  tax: Amount;
  gross: Amount;
  /** From where it ships, once that is decided. */
  warehouse?: string | undefined;
  /** The line's own free fields, and the product's (`custom`, `lead-time-days`, …). */
  attributes: Attributes;
}

/** An order as it is known when the call is made. */
export interface Order {
  /** The company's number; unique for ever. */
  number: string;
  kind: OrderKind;
  /** Of a return: the number of the order that it takes goods back from, where that is known. */
  original?: string | undefined;
  customer: Customer;
  store: string;
  region: string;
  /** ISO 4217 code of all amounts of the order. */
  currency: string;
  /** How much of the company's currency one unit of `currency` is worth, where they differ. */
  exchangeRate?: Decimal | undefined;
  placedAt: Instant;
  /** The company's day of `placed-at`. */
  businessDate: Day;
  shipTo: Address;
  lines: Line[];
  /** Sums of the lines. */
  net: Amount;
  tax: Amount;
  gross: Amount;
  /** Days until payment is due, counted from `business-date`. */
  paymentDays: number;
  note: string;
  attributes: Attributes;
}

/** An earlier order of a customer, in short. */
export interface RecentOrder {
  number: string;
  placedAt: Instant;
  state: string;
  gross: Amount;
  /** The items, each once. */
  skus: string[];
}

/** How much of one line has left the warehouse so far, in the line's unit. */
export interface ShippedLine {
  line: number;
  quantity: Decimal;
}

/** Money that came in for an order so far. */
export interface Payment {
  amount: Amount;
  currency: string;
}

/** A kind of change. What fits no other case is `other`, with the upstream's own word. */
export type ChangeKind =
  | { tag: "accepted"; val?: undefined }
  /** Totals so far, not differences, so that a change told twice does no harm. */
  | { tag: "shipped"; val: ShippedLine[] }
  /** The total so far. */
  | { tag: "paid"; val: Payment }
  | { tag: "cancelled"; val?: undefined }
  | { tag: "closed"; val?: undefined }
  | { tag: "other"; val: string };

/** What has happened at the upstream to something that was sent there. */
export interface Change {
  /** The order's number at the company. */
  order: string;
  /** The upstream's document that changed. */
  externalId: string;
  at: Instant;
  what: ChangeKind;
  attributes: Attributes;
}

/** A page of changes. */
export interface ChangePage {
  items: Change[];
  /** Pass it as `since` of the next call. Opaque to the host. */
  cursor: string;
  /** There is more right now. */
  more: boolean;
}
