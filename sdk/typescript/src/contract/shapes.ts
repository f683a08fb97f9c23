// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import { choice, list, option, record, tuple, variant } from "../shape.ts";

export const Amount = "s64";
export const Instant = "s64";
export const Date = "string";
export const Text = record({
  zh: "string",
  en: "string",
});
export const Attributes = list(tuple("string", "string"));
export const CoordinateSystem = choice("wgs84", "gcj02", "bd09");
export const Point = record({
  longitude: "f64",
  latitude: "f64",
  system: CoordinateSystem,
});
export const PlaceLevel = choice("point", "road", "area", "none");
export const Division = record({
  province: "string",
  city: "string",
  district: "string",
  code: "string",
});
export const Candidate = record({
  formatted: "string",
  level: PlaceLevel,
  point: option(Point),
  division: Division,
});
export const Located = record({
  best: Candidate,
  candidates: list(Candidate),
  attributes: Attributes,
});
export const InvalidField = record({
  field: "string",
  reason: Text,
});
export const Pause = record({
  after: option("u64"),
  reason: Text,
});
export const Error = variant({
  "rejected": Text,
  "invalid": InvalidField,
  "retry": Pause,
  "rate-limited": Pause,
  "unauthorized": Text,
  "duplicate": "string",
  "not-found": Text,
  "unavailable": Pause,
});
export const Document = record({
  externalId: "string",
  attributes: Attributes,
});
export const Customer = record({
  code: "string",
  name: "string",
  level: "string",
  region: "string",
  attributes: Attributes,
});
export const Address = record({
  text: "string",
  city: "string",
  contact: "string",
  phone: "string",
  point: option(Point),
  attributes: Attributes,
});
export const OrderKind = choice("sale", "return");
export const Line = record({
  number: "u32",
  sku: "string",
  name: "string",
  category: "string",
  unit: "string",
  unitRate: "decimal",
  quantity: "decimal",
  unitPrice: "decimal",
  taxRate: "decimal",
  taxInclusive: "bool",
  net: Amount,
  tax: Amount,
  gross: Amount,
  warehouse: option("string"),
  attributes: Attributes,
});
export const Order = record({
  number: "string",
  kind: OrderKind,
  original: option("string"),
  customer: Customer,
  store: "string",
  region: "string",
  currency: "string",
  exchangeRate: option("decimal"),
  placedAt: Instant,
  businessDate: Date,
  shipTo: Address,
  lines: list(Line),
  net: Amount,
  tax: Amount,
  gross: Amount,
  paymentDays: "u32",
  note: "string",
  attributes: Attributes,
});
export const RecentOrder = record({
  number: "string",
  placedAt: Instant,
  state: "string",
  gross: Amount,
  skus: list("string"),
});
export const ShippedLine = record({
  line: "u32",
  quantity: "decimal",
});
export const Payment = record({
  amount: Amount,
  currency: "string",
});
export const ChangeKind = variant({
  "accepted": undefined,
  "shipped": list(ShippedLine),
  "paid": Payment,
  "cancelled": undefined,
  "closed": undefined,
  "other": "string",
});
export const Change = record({
  order: "string",
  externalId: "string",
  at: Instant,
  what: ChangeKind,
  attributes: Attributes,
});
export const ChangePage = record({
  items: list(Change),
  cursor: "string",
  more: "bool",
});
export const Receivable = record({
  order: "string",
  kind: OrderKind,
  orderDocument: "string",
  customer: Customer,
  currency: "string",
  exchangeRate: option("decimal"),
  net: Amount,
  tax: Amount,
  gross: Amount,
  businessDate: Date,
  dueDate: Date,
  attributes: Attributes,
});
export const Query = record({
  text: "string",
  city: "string",
  country: "string",
  attributes: Attributes,
});
export const RecordError = variant({
  "denied": "string",
  "unavailable": "string",
});
export const Product = record({
  sku: "string",
  name: "string",
  category: "string",
  specification: "string",
  baseUnit: "string",
  taxRate: "decimal",
  units: list(tuple("string", "decimal")),
  attributes: Attributes,
});
export const ListPrice = record({
  sku: "string",
  unit: "string",
  currency: "string",
  price: "decimal",
  taxInclusive: "bool",
  taxRate: "decimal",
  minQuantity: "decimal",
  level: "string",
  source: "string",
});
export const StockQuery = record({
  sku: "string",
  warehouses: list("string"),
});
export const StockLevel = record({
  warehouse: "string",
  sku: "string",
  onHand: "decimal",
  available: "decimal",
  asOf: Instant,
  attributes: Attributes,
});
export const Item = record({
  line: "u32",
  sku: "string",
  name: "string",
  quantity: "decimal",
  attributes: Attributes,
});
export const Reservation = record({
  order: "string",
  warehouse: "string",
  items: list(Item),
  expires: option(Instant),
  attributes: Attributes,
});
export const PickTask = record({
  key: "string",
  kind: OrderKind,
  order: "string",
  orderDocument: option("string"),
  wave: "string",
  warehouse: "string",
  zone: "string",
  customer: Customer,
  shipTo: Address,
  items: list(Item),
  attributes: Attributes,
});
export const Severity = choice("info", "warning", "critical");
export const Fact = record({
  name: Text,
  value: "string",
});
export const Attachment = record({
  name: "string",
  mediaType: "string",
  content: "bytes",
});
export const Message = record({
  kind: "string",
  severity: Severity,
  title: Text,
  body: Text,
  facts: list(Fact),
  subjects: list("string"),
  recipients: list("string"),
  link: option("string"),
  attachments: list(Attachment),
  attributes: Attributes,
});
export const Receipt = record({
  externalId: option("string"),
  refused: list("string"),
  attributes: Attributes,
});
export const ReadReceipt = record({
  externalId: "string",
  recipient: "string",
  at: Instant,
});
export const Credit = record({
  limit: option(Amount),
  open: Amount,
});
export const Facts = record({
  order: Order,
  credit: Credit,
  located: option(Located),
  recent: list(RecentOrder),
  attachments: list("string"),
  attributes: Attributes,
});
export const Need = record({
  kind: "string",
  role: "string",
  text: Text,
});
export const Hold = record({
  reason: Text,
  needs: list(Need),
});
export const Outcome = variant({
  "allow": undefined,
  "flag": Text,
  "hold": Hold,
  "block": Text,
});
export const Verdict = record({
  rule: "string",
  title: Text,
  outcome: Outcome,
  attributes: Attributes,
});
export const PriceStep = record({
  kind: "string",
  reason: Text,
  amount: "decimal",
  source: "string",
});
export const LinePrice = record({
  number: "u32",
  unitPrice: "decimal",
  taxRate: "decimal",
  taxInclusive: "bool",
  explanation: list(PriceStep),
});
export const PriceLine = record({
  number: "u32",
  sku: "string",
  category: "string",
  unit: "string",
  unitRate: "decimal",
  quantity: "decimal",
  proposed: option(LinePrice),
  attributes: Attributes,
});
export const PriceRequest = record({
  kind: OrderKind,
  customer: Customer,
  store: "string",
  region: "string",
  currency: "string",
  placedAt: Instant,
  businessDate: Date,
  lines: list(PriceLine),
  attributes: Attributes,
});
export const Priced = record({
  lines: list(LinePrice),
  version: "string",
});

/** What the functions take and answer, by the names of the contract. */
export const functions = {
  "erp": {
    "find-order": { takes: ["string"], answers: option(Document) },
    "push-order": { takes: [Order], answers: Document },
    "change-order": { takes: ["string", Order], answers: Document },
    "cancel-order": { takes: ["string", Text], answers: Document },
    "find-receivable": { takes: ["string"], answers: option(Document) },
    "push-receivable": { takes: [Receivable], answers: Document },
    "cancel-receivable": { takes: ["string", Text], answers: Document },
    "changes": { takes: [option("string"), "u32"], answers: ChangePage },
  },
  "inventory": {
    "stock": { takes: [list(StockQuery)], answers: list(StockLevel) },
    "reserve": { takes: [Reservation], answers: Document },
    "release": { takes: ["string"], answers: Document },
    "find-pick": { takes: ["string"], answers: option(Document) },
    "push-pick": { takes: [PickTask], answers: Document },
    "cancel-pick": { takes: ["string", Text], answers: Document },
    "changes": { takes: [option("string"), "u32"], answers: ChangePage },
  },
  "geocoder": {
    "locate": { takes: [Query], answers: Located },
    "reverse": { takes: [Point], answers: Located },
  },
  "pricing": {
    "price": { takes: [PriceRequest], answers: Priced },
  },
  "notifier": {
    "send": { takes: [Message], answers: Receipt },
    "read-receipts": { takes: [list("string")], answers: list(ReadReceipt) },
  },
  "order-policy": {
    "judge": { takes: [Facts], answers: list(Verdict) },
  },
} as const;
