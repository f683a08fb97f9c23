"""Granted reads of the company's core data. Needs the wish `records` with the kinds that are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from ._border import lifter
from ._host import interface, refusal
from .contract import Customer, Day, Instant, ListPrice, Product, RecentOrder
from .errors import Unauthorized, Unavailable

_records = interface("records")

CodeKind: TypeAlias = Literal["sku", "customer", "warehouse", "unit"]
"""What a code map translates."""


def products(skus: list[str]) -> list[Product]:
    """Products of these codes; unknown ones are left out. Kind `products`."""
    found: list[Product] = _call(list[Product], lambda: _records.products(skus))
    return found


def list_prices(skus: list[str], currency: str, on: Day) -> list[ListPrice]:
    """Rows in force on this day (`YYYY-MM-DD`) for these items, all from one published version. Kind `prices`."""
    found: list[ListPrice] = _call(list[ListPrice], lambda: _records.list_prices(skus, currency, on))
    return found


def find_customer(code: str) -> Customer | None:
    """A buyer of this code. Kind `customers`."""
    found: Customer | None = _call(Customer | None, lambda: _records.find_customer(code))
    return found


def recent_orders(customer: str, since: Instant, limit: int) -> list[RecentOrder]:
    """Orders of a customer since an instant, newest first, at most `limit` (at most 100). Kind `orders`."""
    found: list[RecentOrder] = _call(list[RecentOrder], lambda: _records.recent_orders(customer, since, limit))
    return found


def codes(kind: CodeKind, local: list[str]) -> list[str | None]:
    """The upstream's codes for ours, in the same order; None where no mapping is kept. Kind `codes`."""
    found: list[str | None] = _call(list[str | None], lambda: _records.codes(kind, local))
    return found


def local_codes(kind: CodeKind, remote: list[str]) -> list[str | None]:
    """Our codes for the upstream's: the reverse of `codes`. Kind `codes`."""
    found: list[str | None] = _call(list[str | None], lambda: _records.local_codes(kind, remote))
    return found


def _call(hint: object, ask: Callable[[], Any]) -> Any:
    try:
        found = ask()
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            raise
        case, reason = refused
        if case == "Denied":
            raise Unauthorized(f"未授权读取数据:{reason}", f"reading records is not granted: {reason}") from error
        raise Unavailable(f"数据暂不可用:{reason}", f"the records are unavailable: {reason}") from error
    lift = lifter(hint)
    return found if lift is None else lift(found)
