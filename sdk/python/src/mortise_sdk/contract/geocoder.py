"""The words of the interface `geocoder`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field

from .types import Attributes


@dataclass
class Query:
    """The address in question."""

    text: str = ""

    city: str = ""
    """City, where it is known apart; may be empty."""

    country: str = ""
    """ISO 3166-1 alpha-2 code of the country; may be empty."""

    attributes: Attributes = _field(default_factory=list)


__all__ = [
    "Query",
]
