"""The words of the interface `inventory`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal

from .numbers import U32
from .types import Address, Attributes, Customer, Instant, OrderKind


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


__all__ = [
    "Item", "PickTask", "Reservation", "StockLevel", "StockQuery",
]
