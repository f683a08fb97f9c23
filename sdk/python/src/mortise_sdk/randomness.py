"""Randomness fit for keys and nonces. `random`, `secrets`, `uuid` and `os.urandom` take theirs here too."""

from __future__ import annotations

from ._host import interface

_random = interface("random")


def random_bytes(length: int) -> bytes:
    """At most 4096 bytes."""
    return bytes(_random.bytes(length))


def random_number() -> int:
    """64 random bits."""
    return int(_random.number())
