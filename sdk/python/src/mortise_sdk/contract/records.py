"""The words of the interface `records`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal
from typing import ClassVar, TypeAlias

from .types import Attributes


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


__all__ = [
    "ListPrice", "Product", "RecordError", "RecordErrorDenied", "RecordErrorUnavailable",
]
