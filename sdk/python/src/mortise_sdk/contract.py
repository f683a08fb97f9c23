"""The words of the contract."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal
from enum import Enum
from typing import Annotated, ClassVar, TypeAlias

U8: TypeAlias = Annotated[int, "u8"]
U16: TypeAlias = Annotated[int, "u16"]
U32: TypeAlias = Annotated[int, "u32"]
U64: TypeAlias = Annotated[int, "u64"]
S64: TypeAlias = Annotated[int, "s64"]


Amount: TypeAlias = S64
"""Minor units of the currency that stands beside it (CNY: fen). Negative amounts reduce."""


Instant: TypeAlias = S64
"""Microseconds since 1970-01-01T00:00:00Z."""


Day: TypeAlias = str
"""A day of the company's calendar, `YYYY-MM-DD`."""


@dataclass
class Text:
    """Text for people, in both languages of the product. Neither may be empty where the text is shown."""

    zh: str = ""

    en: str = ""


Attributes: TypeAlias = list[tuple[str, str]]
"""Free fields by name. ERPs have dozens; they ride along untouched. Names are unique within one list."""


class CoordinateSystem(Enum):
    """In which system a coordinate is given. China's maps use GCJ-02 or BD-09, GPS and OpenStreetMap WGS-84."""

    WGS84 = "wgs84"

    GCJ02 = "gcj02"

    BD09 = "bd09"


@dataclass
class Point:
    """A place on the map, in degrees."""

    longitude: float = 0.0

    latitude: float = 0.0

    system: CoordinateSystem = CoordinateSystem.WGS84


class PlaceLevel(Enum):
    """How precisely a place is known. Goods are sent only to a `point`."""

    POINT = "point"
    """A house number, unit, building or point of interest."""

    ROAD = "road"
    """A road or a crossing, not where on it."""

    AREA = "area"
    """A district, city or larger."""

    NONE = "none"
    """Nothing was found."""


@dataclass
class Division:
    """Administrative divisions; each may be empty."""

    province: str = ""

    city: str = ""

    district: str = ""

    code: str = ""
    """Official code of the smallest of them."""


@dataclass
class Candidate:
    """One place that an address may mean."""

    formatted: str = ""

    level: PlaceLevel = PlaceLevel.POINT

    point: Point | None = None

    division: Division = _field(default_factory=Division)


@dataclass
class Located:
    """What an address was found to be."""

    best: Candidate = _field(default_factory=Candidate)
    """The best answer. `level` is `none` where nothing was found."""

    candidates: list[Candidate] = _field(default_factory=list)
    """What a person could choose instead; shown when the best is not precise enough."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class InvalidField:
    """Which field is wrong and why."""

    field: str = ""
    """Path of the field, such as `lines[2].sku` or `settings.account`."""

    reason: Text = _field(default_factory=Text)


@dataclass
class Pause:
    """Why the same call has to be made again, and when at the earliest."""

    after: U64 | None = None
    """Milliseconds that have to pass first, as the upstream asks; none: it does not say, and the host's own back-off decides.
    The host never comes earlier, and takes more than a day for a day.
    """

    reason: Text = _field(default_factory=Text)
    """What the upstream answered, as far as it did: its code and message, the status of a gateway's page, that no whole
    answer came in time. People read it in tickets and holds. Never a credential.
    """


@dataclass
class Document:
    """What came into being at the upstream."""

    external_id: str = ""
    """The upstream's own number or id; what later calls about it will be given."""

    attributes: Attributes = _field(default_factory=list)
    """What else the upstream told, to be shown in the order's story."""


@dataclass
class Customer:
    """A buyer."""

    code: str = ""
    """The company's own code; `records.codes` has the upstream's."""

    name: str = ""

    level: str = ""
    """Customer level such as `A`, `B`; empty where none is set."""

    region: str = ""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class Address:
    """Where the goods go."""

    text: str = ""
    """As it was entered."""

    city: str = ""
    """City, where it was given apart; may be empty."""

    contact: str = ""

    phone: str = ""

    point: Point | None = None
    """Where the geocoder found it, if it has been located already."""

    attributes: Attributes = _field(default_factory=list)


class OrderKind(Enum):
    """A sale, or goods coming back. A return is an order of its own kind; its quantities and amounts are positive."""

    SALE = "sale"

    RETURN = "return"


@dataclass
class Line:
    """One line of an order, priced."""

    number: U32 = 0
    """1-based number within the order; stays the same for the order's life."""

    sku: str = ""
    """The company's own code of the item."""

    name: str = ""

    category: str = ""

    unit: str = ""
    """Unit in which `quantity` counts, such as `box`."""

    unit_rate: Decimal = Decimal(0)
    """How many base units one `unit` has. 1 where the unit is the base unit."""

    quantity: Decimal = Decimal(0)
    """In `unit`; always positive."""

    unit_price: Decimal = Decimal(0)
    """Per `unit`, in the order's currency; with tax where `tax-inclusive`."""

    tax_rate: Decimal = Decimal(0)
    """A share: 13 % is `{ units: 13, scale: 2 }`."""

    tax_inclusive: bool = False

    net: Amount = 0
    """`net + tax = gross`; rounded half up per line."""

    tax: Amount = 0

    gross: Amount = 0

    warehouse: str | None = None
    """From where it ships, once that is decided."""

    attributes: Attributes = _field(default_factory=list)
    """The line's own free fields, and the product's (`custom`, `lead-time-days`, …)."""


@dataclass
class Order:
    """An order as it is known when the call is made."""

    number: str = ""
    """The company's number; unique for ever."""

    kind: OrderKind = OrderKind.SALE

    original: str | None = None
    """Of a return: the number of the order that it takes goods back from, where that is known."""

    customer: Customer = _field(default_factory=Customer)

    store: str = ""

    region: str = ""

    currency: str = ""
    """ISO 4217 code of all amounts of the order."""

    exchange_rate: Decimal | None = None
    """How much of the company's currency one unit of `currency` is worth, where they differ."""

    placed_at: Instant = 0

    business_date: Day = ""
    """The company's day of `placed-at`."""

    ship_to: Address = _field(default_factory=Address)

    lines: list[Line] = _field(default_factory=list)

    net: Amount = 0
    """Sums of the lines."""

    tax: Amount = 0

    gross: Amount = 0

    payment_days: U32 = 0
    """Days until payment is due, counted from `business-date`."""

    note: str = ""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class RecentOrder:
    """An earlier order of a customer, in short."""

    number: str = ""

    placed_at: Instant = 0

    state: str = ""

    gross: Amount = 0

    skus: list[str] = _field(default_factory=list)
    """The items, each once."""


@dataclass
class ShippedLine:
    """How much of one line has left the warehouse so far, in the line's unit."""

    line: U32 = 0

    quantity: Decimal = Decimal(0)


@dataclass
class Payment:
    """Money that came in for an order so far."""

    amount: Amount = 0

    currency: str = ""


@dataclass
class ChangeKindAccepted:
    """The case `accepted` of `ChangeKind`."""

    __wit__: ClassVar[tuple[str, str]] = ("types", "ChangeKind_Accepted")


@dataclass
class ChangeKindShipped:
    """The case `shipped` of `ChangeKind`. Totals so far, not differences, so that a change told twice does no harm."""

    __wit__: ClassVar[tuple[str, str]] = ("types", "ChangeKind_Shipped")

    value: list[ShippedLine] = _field(default_factory=list)


@dataclass
class ChangeKindPaid:
    """The case `paid` of `ChangeKind`. The total so far."""

    __wit__: ClassVar[tuple[str, str]] = ("types", "ChangeKind_Paid")

    value: Payment = _field(default_factory=Payment)


@dataclass
class ChangeKindCancelled:
    """The case `cancelled` of `ChangeKind`."""

    __wit__: ClassVar[tuple[str, str]] = ("types", "ChangeKind_Cancelled")


@dataclass
class ChangeKindClosed:
    """The case `closed` of `ChangeKind`."""

    __wit__: ClassVar[tuple[str, str]] = ("types", "ChangeKind_Closed")


@dataclass
class ChangeKindOther:
    """The case `other` of `ChangeKind`."""

    __wit__: ClassVar[tuple[str, str]] = ("types", "ChangeKind_Other")

    value: str = ""


ChangeKind: TypeAlias = ChangeKindAccepted | ChangeKindShipped | ChangeKindPaid | ChangeKindCancelled | ChangeKindClosed | ChangeKindOther
"""A kind of change. What fits no other case is `other`, with the upstream's own word."""


@dataclass
class Change:
    """What has happened at the upstream to something that was sent there."""

    order: str = ""
    """The order's number at the company."""

    external_id: str = ""
    """The upstream's document that changed."""

    at: Instant = 0

    what: ChangeKind = _field(default_factory=ChangeKindAccepted)

    attributes: Attributes = _field(default_factory=list)


@dataclass
class ChangePage:
    """A page of changes."""

    items: list[Change] = _field(default_factory=list)

    cursor: str = ""
    """Pass it as `since` of the next call. Opaque to the host."""

    more: bool = False
    """There is more right now."""


@dataclass
class Receivable:
    """What a customer owes for an order."""

    order: str = ""
    """The order's number."""

    kind: OrderKind = OrderKind.SALE

    order_document: str = ""
    """The ERP's document of the order."""

    customer: Customer = _field(default_factory=Customer)

    currency: str = ""

    exchange_rate: Decimal | None = None

    net: Amount = 0

    tax: Amount = 0

    gross: Amount = 0

    business_date: Day = ""
    """The day from which the terms count, and the day when payment is due."""

    due_date: Day = ""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class Query:
    """The address in question."""

    text: str = ""

    city: str = ""
    """City, where it is known apart; may be empty."""

    country: str = ""
    """ISO 3166-1 alpha-2 code of the country; may be empty."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class RecordErrorDenied:
    """The case `denied` of `RecordError`. Not wished for or not granted."""

    __wit__: ClassVar[tuple[str, str]] = ("records", "RecordError_Denied")

    value: str = ""


@dataclass
class RecordErrorUnavailable:
    """The case `unavailable` of `RecordError`."""

    __wit__: ClassVar[tuple[str, str]] = ("records", "RecordError_Unavailable")

    value: str = ""


RecordError: TypeAlias = RecordErrorDenied | RecordErrorUnavailable


@dataclass
class Product:

    sku: str = ""

    name: str = ""

    category: str = ""

    specification: str = ""
    """Size, colour, model; items with the same category and specification can stand in for each other."""

    base_unit: str = ""

    tax_rate: Decimal = Decimal(0)

    units: list[tuple[str, Decimal]] = _field(default_factory=list)
    """Other units, and how many base units each has."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class ListPrice:
    """A row of a published price list that is in force on a day."""

    sku: str = ""

    unit: str = ""

    currency: str = ""

    price: Decimal = Decimal(0)

    tax_inclusive: bool = False

    tax_rate: Decimal = Decimal(0)

    min_quantity: Decimal = Decimal(0)
    """From this quantity on."""

    level: str = ""
    """For this customer level; empty: for all."""

    source: str = ""
    """Code and version of the list, such as `standard/7`."""


@dataclass
class StockQuery:
    """Asks for one item."""

    sku: str = ""

    warehouses: list[str] = _field(default_factory=list)
    """In which warehouses, by the company's codes; empty: in all."""


@dataclass
class StockLevel:
    """How much of an item a warehouse has, in the item's base unit."""

    warehouse: str = ""

    sku: str = ""

    on_hand: Decimal = Decimal(0)

    available: Decimal = Decimal(0)
    """What may still be promised: on hand less what is frozen or promised at the upstream."""

    as_of: Instant = 0
    """When the upstream's figure was true."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class Item:
    """A quantity of an item, in its base unit."""

    line: U32 = 0
    """The order's line."""

    sku: str = ""

    name: str = ""

    quantity: Decimal = Decimal(0)

    attributes: Attributes = _field(default_factory=list)


@dataclass
class Reservation:
    """Goods set aside for an order at the upstream."""

    order: str = ""

    warehouse: str = ""

    items: list[Item] = _field(default_factory=list)

    expires: Instant | None = None
    """Until when; none: until released."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class PickTask:
    """Goods of one order to be picked in one zone of one warehouse (or, by its kind, to be taken back)."""

    key: str = ""
    """Unique for ever: the order's number and the wave."""

    kind: OrderKind = OrderKind.SALE

    order: str = ""

    order_document: str | None = None
    """The ERP's document of the order, where one exists."""

    wave: str = ""
    """Warehouse and zone whose tasks are picked together."""

    warehouse: str = ""

    zone: str = ""

    customer: Customer = _field(default_factory=Customer)

    ship_to: Address = _field(default_factory=Address)

    items: list[Item] = _field(default_factory=list)

    attributes: Attributes = _field(default_factory=list)


class Severity(Enum):
    """How urgent a message is."""

    INFO = "info"

    WARNING = "warning"

    CRITICAL = "critical"


@dataclass
class Fact:
    """A fact shown as name and value."""

    name: Text = _field(default_factory=Text)

    value: str = ""


@dataclass
class Attachment:
    """A file that goes along."""

    name: str = ""

    media_type: str = ""

    content: bytes = b""


@dataclass
class Message:
    """A message. A channel without de-duplication shows the subjects, so that a person recognises a repeat."""

    kind: str = ""
    """What it is about, such as `order-confirmed`."""

    severity: Severity = Severity.INFO

    title: Text = _field(default_factory=Text)

    body: Text = _field(default_factory=Text)

    facts: list[Fact] = _field(default_factory=list)

    subjects: list[str] = _field(default_factory=list)
    """Numbers of the orders (or leads) it is about; several where the host merged messages."""

    recipients: list[str] = _field(default_factory=list)
    """Whom it is for, in the channel's own ids; empty: everyone whom the channel reaches."""

    link: str | None = None
    """Page to open; none: no link."""

    attachments: list[Attachment] = _field(default_factory=list)

    attributes: Attributes = _field(default_factory=list)
    """`possible-repeat`: numbers, with commas between, that an earlier attempt may have told already. Where the channel does not
    find repeats by itself, the plugin tells the reader; where it does, the message must stay as it is.
    """


@dataclass
class Receipt:
    """What became of a message."""

    external_id: str | None = None
    """The channel's id of the message, where it has one."""

    refused: list[str] = _field(default_factory=list)
    """Recipients whom the channel could not reach."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class ReadReceipt:
    """Who has read a message, as far as the channel tells."""

    external_id: str = ""

    recipient: str = ""

    at: Instant = 0


@dataclass
class Credit:
    """The customer's credit in the order's currency."""

    limit: Amount | None = None
    """None: no limit is set."""

    open: Amount = 0
    """Confirmed and not yet paid, without this order."""


@dataclass
class Facts:
    """All that is known about an order when it is judged."""

    order: Order = _field(default_factory=Order)

    credit: Credit = _field(default_factory=Credit)

    located: Located | None = None

    recent: list[RecentOrder] = _field(default_factory=list)
    """Orders of the customer, handed in before this one, that were placed in the seven days before and after it, newest
    first; of each side at most the 400 nearest to it.
    """

    attachments: list[str] = _field(default_factory=list)
    """Names of the files attached to the order."""

    attributes: Attributes = _field(default_factory=list)
    """`recent-hours`: for so many hours before and after the order `recent` is complete."""


@dataclass
class Need:
    """What a hold waits for."""

    kind: str = ""
    """`attachment`, `approval`, `review` or `correction`."""

    role: str = ""
    """The role that may release it; empty: whoever may release holds."""

    text: Text = _field(default_factory=Text)


@dataclass
class Hold:
    """Why the order waits and for what."""

    reason: Text = _field(default_factory=Text)

    needs: list[Need] = _field(default_factory=list)


@dataclass
class OutcomeAllow:
    """The case `allow` of `Outcome`."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Allow")


@dataclass
class OutcomeFlag:
    """The case `flag` of `Outcome`. Goes on, with a mark that people see."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Flag")

    value: Text = _field(default_factory=Text)


@dataclass
class OutcomeHold:
    """The case `hold` of `Outcome`. Waits for a person."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Hold")

    value: Hold = _field(default_factory=Hold)


@dataclass
class OutcomeBlock:
    """The case `block` of `Outcome`. Is rejected."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Block")

    value: Text = _field(default_factory=Text)


Outcome: TypeAlias = OutcomeAllow | OutcomeFlag | OutcomeHold | OutcomeBlock
"""A decision."""


@dataclass
class Verdict:
    """What one rule says."""

    rule: str = ""
    """The rule's code, stable over its life."""

    title: Text = _field(default_factory=Text)

    outcome: Outcome = _field(default_factory=OutcomeAllow)

    attributes: Attributes = _field(default_factory=list)
    """Facts that the rule looked at, to be shown."""


@dataclass
class PriceStep:
    """One step from nothing to the price."""

    kind: str = ""
    """`base`, `level`, `tier`, `promotion`, `region`, … in lower case."""

    reason: Text = _field(default_factory=Text)

    amount: Decimal = Decimal(0)
    """What the step adds per unit; negative for a discount. The steps of a line add up to its unit price exactly."""

    source: str = ""
    """Where the figure comes from, such as a price list and its version, or a promotion's code."""


@dataclass
class LinePrice:
    """The price of one line."""

    number: U32 = 0

    unit_price: Decimal = Decimal(0)

    tax_rate: Decimal = Decimal(0)

    tax_inclusive: bool = False

    explanation: list[PriceStep] = _field(default_factory=list)


@dataclass
class PriceLine:
    """A line to be priced."""

    number: U32 = 0

    sku: str = ""

    category: str = ""

    unit: str = ""

    unit_rate: Decimal = Decimal(0)
    """Base units per `unit`."""

    quantity: Decimal = Decimal(0)

    proposed: LinePrice | None = None
    """What the strategy before this one in the chain found; none for the first."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class PriceRequest:
    """An order, or a quote, to be priced."""

    kind: OrderKind = OrderKind.SALE

    customer: Customer = _field(default_factory=Customer)

    store: str = ""

    region: str = ""

    currency: str = ""

    placed_at: Instant = 0

    business_date: Day = ""

    lines: list[PriceLine] = _field(default_factory=list)

    attributes: Attributes = _field(default_factory=list)


@dataclass
class Priced:
    """Prices for all lines, by one version of the rules."""

    lines: list[LinePrice] = _field(default_factory=list)

    version: str = ""
    """Which version of price list and rules was used, to be shown."""


__all__ = [
    "Address",
    "Amount",
    "Attachment",
    "Attributes",
    "Candidate",
    "Change",
    "ChangeKind",
    "ChangeKindAccepted",
    "ChangeKindCancelled",
    "ChangeKindClosed",
    "ChangeKindOther",
    "ChangeKindPaid",
    "ChangeKindShipped",
    "ChangePage",
    "CoordinateSystem",
    "Credit",
    "Customer",
    "Day",
    "Division",
    "Document",
    "Fact",
    "Facts",
    "Hold",
    "Instant",
    "InvalidField",
    "Item",
    "Line",
    "LinePrice",
    "ListPrice",
    "Located",
    "Message",
    "Need",
    "Order",
    "OrderKind",
    "Outcome",
    "OutcomeAllow",
    "OutcomeBlock",
    "OutcomeFlag",
    "OutcomeHold",
    "Pause",
    "Payment",
    "PickTask",
    "PlaceLevel",
    "Point",
    "PriceLine",
    "PriceRequest",
    "PriceStep",
    "Priced",
    "Product",
    "Query",
    "ReadReceipt",
    "Receipt",
    "Receivable",
    "RecentOrder",
    "RecordError",
    "RecordErrorDenied",
    "RecordErrorUnavailable",
    "Reservation",
    "S64",
    "Severity",
    "ShippedLine",
    "StockLevel",
    "StockQuery",
    "Text",
    "U16",
    "U32",
    "U64",
    "U8",
    "Verdict",
]
