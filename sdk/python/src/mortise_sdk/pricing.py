"""Help for pricing strategies."""

from __future__ import annotations

from decimal import Decimal

from . import decimals
from .contract import LinePrice, PriceStep, Text


def step(kind: str, amount: Decimal, reason: Text, source: str = "") -> PriceStep:
    """A step of this kind (`base`, `level`, `tier`, `promotion`, …) that adds `amount` per unit."""
    return PriceStep(kind, reason, amount, source)


def price_of(number: int, tax_rate: Decimal, steps: list[PriceStep], tax_inclusive: bool = False) -> LinePrice:
    """The price of a line from its steps, so that they add up to it exactly."""
    unit_price = Decimal(0)
    for each in steps:
        unit_price = decimals.plus(unit_price, each.amount)
    return LinePrice(number, unit_price, tax_rate, tax_inclusive, steps)
