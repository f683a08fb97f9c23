"""The words of the contract, of all interfaces."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from .erp import *
from .geocoder import *
from .inventory import *
from .notifier import *
from .numbers import *
from .order_policy import *
from .pricing import *
from .records import *
from .types import *


__all__ = [
    "Address", "Amount", "Attachment", "Attributes", "Candidate", "Change", "ChangeKind", "ChangeKindAccepted",
    "ChangeKindCancelled", "ChangeKindClosed", "ChangeKindOther", "ChangeKindPaid", "ChangeKindShipped", "ChangePage",
    "CoordinateSystem", "Credit", "Customer", "Day", "Division", "Document", "Fact", "Facts", "Hold", "Instant",
    "InvalidField", "Item", "Line", "LinePrice", "ListPrice", "Located", "Message", "Need", "Order", "OrderKind",
    "Outcome", "OutcomeAllow", "OutcomeBlock", "OutcomeFlag", "OutcomeHold", "Pause", "Payment", "PickTask",
    "PlaceLevel", "Point", "PriceLine", "PriceRequest", "PriceStep", "Priced", "Product", "Query", "ReadReceipt",
    "Receipt", "Receivable", "RecentOrder", "RecordError", "RecordErrorDenied", "RecordErrorUnavailable", "Reservation",
    "S64", "Severity", "ShippedLine", "StockLevel", "StockQuery", "Text", "U16", "U32", "U64", "U8", "Verdict",
]
