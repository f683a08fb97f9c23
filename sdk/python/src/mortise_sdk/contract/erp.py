"""The words of the interface `erp`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal

from .types import Amount, Attributes, Customer, Day, OrderKind


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


__all__ = [
    "Receivable",
]
