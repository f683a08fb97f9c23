"""The call that is being made."""

from __future__ import annotations

from ._host import interface

_context = interface("context")


def connection() -> str:
    """Name of the connection on whose behalf the call is made."""
    return str(_context.connection())


def call_id() -> str:
    """Unique id of this call, as it stands in logs and the order's story."""
    return str(_context.call_id())


def idempotency_key() -> str:
    """Same key, same effect. Empty for calls that only read."""
    return str(_context.idempotency_key())


def attempt() -> int:
    """1 for the first attempt of a key."""
    return int(_context.attempt())


def is_repeat() -> bool:
    """Is this a further attempt of the same key? Then look up what exists before writing."""
    return attempt() > 1


def time_left() -> float:
    """Seconds until the host ends the call."""
    return int(_context.deadline()) / 1000


def time_limit() -> float:
    """Seconds that the whole call was given, the wait for its turn included.

    What needs more than this will not succeed on the next attempt either: that is `Invalid` for `limits.deadline-ms`, not a retry.
    """
    return int(_context.time_limit()) / 1000


def locale() -> str:
    """BCP 47 tag of the language of whoever reads the outcome, such as `zh-CN`."""
    return str(_context.locale())


def time_zone() -> str:
    """IANA name of the company's time zone."""
    return str(_context.time_zone())


def business_date() -> str:
    """The company's day now, `YYYY-MM-DD`."""
    return str(_context.business_date())


def trace_parent() -> str:
    """W3C `traceparent` of the call; the host adds it to outbound requests by itself."""
    return str(_context.trace_parent())
