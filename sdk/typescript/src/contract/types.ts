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

/** The address in question. */
export interface Query {
  text: string;
  /** City, where it is known apart; may be empty. */
  city: string;
  /** ISO 3166-1 alpha-2 code of the country; may be empty. */
  country: string;
  attributes: Attributes;
}

/** The customer's credit in the order's currency. */
export interface Credit {
  /** None: no limit is set. */
  limit?: Amount | undefined;
  /** Confirmed and not yet paid, without this order. */
  open: Amount;
}

/** All that is known about an order when it is judged. */
export interface Facts {
  order: Order;
  credit: Credit;
  located?: Located | undefined;
  /**
   * Orders of the customer, handed in before this one, that were placed in the seven days before and after it, newest
   * first; of each side at most the 400 nearest to it.
   */
  recent: RecentOrder[];
  /** Names of the files attached to the order. */
  attachments: string[];
  /** `recent-hours`: for so many hours before and after the order `recent` is complete. */
  attributes: Attributes;
}

/** What a hold waits for. */
export interface Need {
  /** `attachment`, `approval`, `review` or `correction`. */
  kind: string;
  /** The role that may release it; empty: whoever may release holds. */
  role: string;
  text: Text;
}

/** Why the order waits and for what. */
export interface Hold {
  reason: Text;
  needs: Need[];
}

/** A decision. */
export type Outcome =
  | { tag: "allow"; val?: undefined }
  /** Goes on, with a mark that people see. */
  | { tag: "flag"; val: Text }
  /** Waits for a person. */
  | { tag: "hold"; val: Hold }
  /** Is rejected. */
  | { tag: "block"; val: Text };

/** What one rule says. */
export interface Verdict {
  /** The rule's code, stable over its life. */
  rule: string;
  title: Text;
  outcome: Outcome;
  /** Facts that the rule looked at, to be shown. */
  attributes: Attributes;
}

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

/** How urgent a message is. */
export type Severity =
  | "info"
  | "warning"
  | "critical";

/** A fact shown as name and value. */
export interface Fact {
  name: Text;
  value: string;
}

/** A file that goes along. */
export interface Attachment {
  name: string;
  mediaType: string;
  content: Uint8Array;
}

/** A message. A channel without de-duplication shows the subjects, so that a person recognises a repeat. */
export interface Message {
  /** What it is about, such as `order-confirmed`. */
  kind: string;
  severity: Severity;
  title: Text;
  body: Text;
  facts: Fact[];
  /** Numbers of the orders (or leads) it is about; several where the host merged messages. */
  subjects: string[];
  /** Whom it is for, in the channel's own ids; empty: everyone whom the channel reaches. */
  recipients: string[];
  /** Page to open; none: no link. */
  link?: string | undefined;
  attachments: Attachment[];
  /**
   * `possible-repeat`: numbers, with commas between, that an earlier attempt may have told already. Where the channel does not
   * find repeats by itself, the plugin tells the reader; where it does, the message must stay as it is.
   */
  attributes: Attributes;
}

/** What became of a message. */
export interface Receipt {
  /** The channel's id of the message, where it has one. */
  externalId?: string | undefined;
  /** Recipients whom the channel could not reach. */
  refused: string[];
  attributes: Attributes;
}

/** Who has read a message, as far as the channel tells. */
export interface ReadReceipt {
  externalId: string;
  recipient: string;
  at: Instant;
}

/** What a function answers: at once, or once a promise is kept. An error is thrown. */
export type Answer<T> = T | Promise<T>;

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

/** Finds addresses on the map. */
export interface Geocoder {
  /** Where is this address? */
  locate(query: Query): Answer<Located>;
  /** What is at this point? */
  reverse?(point: Point): Answer<Located>;
}

/**
 * A pricing strategy. It decides by the request, its settings and granted records alone, so that the same request has the
 * same price again. Several strategies can be chained: each sees the price that the one before it found.
 */
export interface Pricing {
  /** Prices every line or none. An item without a price is `invalid` with its line's field. */
  price(request: PriceRequest): Answer<Priced>;
}

/** A channel to people: group robot, mail, text message. */
export interface Notifier {
  /** Sends the message in the reader's language (`context.locale`). */
  send(message: Message): Answer<Receipt>;
  /** Who has read these messages. A channel that does not know answers an empty list. */
  readReceipts?(externalIds: string[]): Answer<ReadReceipt[]>;
}

/** Judges an order before it is confirmed. */
export interface OrderPolicy {
  /** Verdicts of the rules that apply. Rules that allow need not be named. */
  judge(facts: Facts): Answer<Verdict[]>;
}
