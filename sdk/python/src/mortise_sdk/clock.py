"""The host's clock. `time` and `datetime` go by it too."""

from __future__ import annotations

from ._host import interface

_clock = interface("clock")


def now() -> int:
    """Microseconds since 1970."""
    return int(_clock.now())


def monotonic() -> int:
    """Nanoseconds from an unspecified beginning; never goes back within a call."""
    return int(_clock.monotonic())


def unix_seconds() -> int:
    """Seconds since 1970, as most upstreams want them in signatures."""
    return now() // 1_000_000


def unix_millis() -> int:
    """Milliseconds since 1970."""
    return now() // 1_000
