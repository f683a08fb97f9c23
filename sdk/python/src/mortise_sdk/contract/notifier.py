"""The words of the interface `notifier`."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from enum import Enum

from .types import Attributes, Instant, Text


class Severity(Enum):
    """How urgent a message is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass
class Fact:
    """A fact shown as name and value."""

    name: Text = _field(default_factory=Text)
    value: str = ""


@dataclass
class Attachment:
    """A file that goes along."""

    name: str = ""
    media_type: str = ""
    content: bytes = b""


@dataclass
class Message:
    """A message. A channel without de-duplication shows the subjects, so that a person recognises a repeat."""

    kind: str = ""
    """What it is about, such as `order-confirmed`."""

    severity: Severity = Severity.INFO
    title: Text = _field(default_factory=Text)
    body: Text = _field(default_factory=Text)
    facts: list[Fact] = _field(default_factory=list)

    subjects: list[str] = _field(default_factory=list)
    """Numbers of the orders (or leads) it is about; several where the host merged messages."""

    recipients: list[str] = _field(default_factory=list)
    """Whom it is for, in the channel's own ids; empty: everyone whom the channel reaches."""

    link: str | None = None
    """Page to open; none: no link."""

    attachments: list[Attachment] = _field(default_factory=list)

    attributes: Attributes = _field(default_factory=list)
    """`possible-repeat`: numbers, with commas between, that an earlier attempt may have told already. Where the channel does not
    find repeats by itself, the plugin tells the reader; where it does, the message must stay as it is.
    """


@dataclass
class Receipt:
    """What became of a message."""

    external_id: str | None = None
    """The channel's id of the message, where it has one."""

    refused: list[str] = _field(default_factory=list)
    """Recipients whom the channel could not reach."""

    attributes: Attributes = _field(default_factory=list)


@dataclass
class ReadReceipt:
    """Who has read a message, as far as the channel tells."""

    external_id: str = ""
    recipient: str = ""
    at: Instant = 0


__all__ = [
    "Attachment", "Fact", "Message", "ReadReceipt", "Receipt", "Severity",
]
