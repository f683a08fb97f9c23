"""The words of the interface `types`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal
from enum import Enum
from typing import ClassVar, TypeAlias

from .numbers import S64, U32, U64


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


__all__ = [
    "Address", "Amount", "Attributes", "Candidate", "Change", "ChangeKind", "ChangeKindAccepted", "ChangeKindCancelled",
    "ChangeKindClosed", "ChangeKindOther", "ChangeKindPaid", "ChangeKindShipped", "ChangePage", "CoordinateSystem",
    "Customer", "Day", "Division", "Document", "Instant", "InvalidField", "Line", "Located", "Order", "OrderKind",
    "Pause", "Payment", "PlaceLevel", "Point", "RecentOrder", "ShippedLine", "Text",
]
