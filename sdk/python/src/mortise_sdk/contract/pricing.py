"""The words of the interface `pricing`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal

from .numbers import U32
from .types import Attributes, Customer, Day, Instant, OrderKind, Text


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
    "LinePrice", "PriceLine", "PriceRequest", "PriceStep", "Priced",
]
