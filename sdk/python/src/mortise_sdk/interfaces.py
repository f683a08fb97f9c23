"""The interfaces that plugins implement."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from abc import ABC, abstractmethod

from .contract import (
    ChangePage,
    Document,
    Facts,
    Located,
    Message,
    Order,
    PickTask,
    Point,
    PriceRequest,
    Priced,
    Query,
    ReadReceipt,
    Receipt,
    Receivable,
    Reservation,
    StockLevel,
    StockQuery,
    Text,
    U32,
    Verdict,
)
from .errors import not_implemented


class Erp(ABC):
    """The company's ERP: sales orders and receivables.

    **One effect per key.** The host calls again after any doubt, with the same `context.idempotency-key` and a higher
    `context.attempt`. On an attempt above 1 a plugin looks the document up before it writes, and it hands the key to the
    upstream where that knows such keys.
    """

    __interface__ = "erp"

    @abstractmethod
    def find_order(self, number: str) -> Document | None:
        """Finds the document of the order with this number. None: the ERP has none."""

    @abstractmethod
    def push_order(self, order: Order) -> Document:
        """Writes a sales order (or, by its kind, a return)."""

    def change_order(self, external_id: str, order: Order) -> Document:
        """Makes the document equal to the order as it now is."""
        raise not_implemented("erp.change-order")

    def cancel_order(self, external_id: str, reason: Text) -> Document:
        """Cancels or closes the document. Cancelling twice succeeds."""
        raise not_implemented("erp.cancel-order")

    def find_receivable(self, number: str) -> Document | None:
        """Finds the receivable of the order with this number."""
        raise not_implemented("erp.find-receivable")

    def push_receivable(self, receivable: Receivable) -> Document:
        """Posts what the customer owes."""
        raise not_implemented("erp.push-receivable")

    def cancel_receivable(self, external_id: str, reason: Text) -> Document:
        """Takes the receivable back. Cancelling twice succeeds."""
        raise not_implemented("erp.cancel-receivable")

    def changes(self, since: str | None, limit: U32) -> ChangePage:
        """What has changed since a cursor (none: from the beginning); at most `limit` changes."""
        raise not_implemented("erp.changes")


class Inventory(ABC):
    """Stock and the work of warehouses. The rule of one effect per key (see `erp`) holds for every writing function."""

    __interface__ = "inventory"

    @abstractmethod
    def stock(self, queries: list[StockQuery]) -> list[StockLevel]:
        """Levels of the items asked for. An item that the upstream does not know, or has nowhere, has no level in the answer."""

    def reserve(self, reservation: Reservation) -> Document:
        """Sets goods aside."""
        raise not_implemented("inventory.reserve")

    def release(self, external_id: str) -> Document:
        """Frees what was set aside. Releasing twice succeeds."""
        raise not_implemented("inventory.release")

    def find_pick(self, key: str) -> Document | None:
        """Finds the pick task with this key."""
        raise not_implemented("inventory.find-pick")

    def push_pick(self, task: PickTask) -> Document:
        """Orders goods to be picked and dispatched (or received)."""
        raise not_implemented("inventory.push-pick")

    def cancel_pick(self, external_id: str, reason: Text) -> Document:
        """Takes a pick task back. Cancelling twice succeeds."""
        raise not_implemented("inventory.cancel-pick")

    def changes(self, since: str | None, limit: U32) -> ChangePage:
        """What has changed since a cursor (none: from the beginning); at most `limit` changes."""
        raise not_implemented("inventory.changes")


class Geocoder(ABC):
    """Finds addresses on the map."""

    __interface__ = "geocoder"

    @abstractmethod
    def locate(self, query: Query) -> Located:
        """Where is this address?"""

    def reverse(self, point: Point) -> Located:
        """What is at this point?"""
        raise not_implemented("geocoder.reverse")


class Pricing(ABC):
    """A pricing strategy. It decides by the request, its settings and granted records alone, so that the same request has the
    same price again. Several strategies can be chained: each sees the price that the one before it found.
    """

    __interface__ = "pricing"

    @abstractmethod
    def price(self, request: PriceRequest) -> Priced:
        """Prices every line or none. An item without a price is `invalid` with its line's field."""


class Notifier(ABC):
    """A channel to people: group robot, mail, text message."""

    __interface__ = "notifier"

    @abstractmethod
    def send(self, message: Message) -> Receipt:
        """Sends the message in the reader's language (`context.locale`)."""

    def read_receipts(self, external_ids: list[str]) -> list[ReadReceipt]:
        """Who has read these messages. A channel that does not know answers an empty list."""
        raise not_implemented("notifier.read-receipts")


class OrderPolicy(ABC):
    """Judges an order before it is confirmed."""

    __interface__ = "order-policy"

    @abstractmethod
    def judge(self, facts: Facts) -> list[Verdict]:
        """Verdicts of the rules that apply. Rules that allow need not be named."""
