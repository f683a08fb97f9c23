"""The words of the interface `order-policy`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from typing import ClassVar, TypeAlias

from .types import Amount, Attributes, Located, Order, RecentOrder, Text


@dataclass
class Credit:
    """The customer's credit in the order's currency."""

    limit: Amount | None = None
    """None: no limit is set."""

    open: Amount = 0
    """Confirmed and not yet paid, without this order."""


@dataclass
class Facts:
    """All that is known about an order when it is judged."""

    order: Order = _field(default_factory=Order)
    credit: Credit = _field(default_factory=Credit)
    located: Located | None = None

    recent: list[RecentOrder] = _field(default_factory=list)
    """Orders of the customer, handed in before this one, that were placed in the seven days before and after it, newest
    first; of each side at most the 400 nearest to it.
    """

    attachments: list[str] = _field(default_factory=list)
    """Names of the files attached to the order."""

    attributes: Attributes = _field(default_factory=list)
    """`recent-hours`: for so many hours before and after the order `recent` is complete."""


@dataclass
class Need:
    """What a hold waits for."""

    kind: str = ""
    """`attachment`, `approval`, `review` or `correction`."""

    role: str = ""
    """The role that may release it; empty: whoever may release holds."""

    text: Text = _field(default_factory=Text)


@dataclass
class Hold:
    """Why the order waits and for what."""

    reason: Text = _field(default_factory=Text)
    needs: list[Need] = _field(default_factory=list)


@dataclass
class OutcomeAllow:
    """The case `allow` of `Outcome`."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Allow")


@dataclass
class OutcomeFlag:
    """The case `flag` of `Outcome`. Goes on, with a mark that people see."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Flag")

    value: Text = _field(default_factory=Text)


@dataclass
class OutcomeHold:
    """The case `hold` of `Outcome`. Waits for a person."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Hold")

    value: Hold = _field(default_factory=Hold)


@dataclass
class OutcomeBlock:
    """The case `block` of `Outcome`. Is rejected."""

    __wit__: ClassVar[tuple[str, str]] = ("order_policy", "Outcome_Block")

    value: Text = _field(default_factory=Text)


Outcome: TypeAlias = OutcomeAllow | OutcomeFlag | OutcomeHold | OutcomeBlock
"""A decision."""


@dataclass
class Verdict:
    """What one rule says."""

    rule: str = ""
    """The rule's code, stable over its life."""

    title: Text = _field(default_factory=Text)
    outcome: Outcome = _field(default_factory=OutcomeAllow)

    attributes: Attributes = _field(default_factory=list)
    """Facts that the rule looked at, to be shown."""


__all__ = [
    "Credit", "Facts", "Hold", "Need", "Outcome", "OutcomeAllow", "OutcomeBlock", "OutcomeFlag", "OutcomeHold",
    "Verdict",
]
