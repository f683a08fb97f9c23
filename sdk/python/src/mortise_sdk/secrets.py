"""Credentials, used without being seen.

A slot is declared in the manifest and filled by an admin, or captured by the host from an upstream's answer. A placeholder goes
into a request where the value belongs; the host puts the value in its place on the way out. It has only letters, digits, `-`, `_`
and `.`, so that encoding leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ._host import interface, refusal
from .errors import Unauthorized

_secrets = interface("secrets")


@dataclass(frozen=True)
class Slot:
    """The value of this slot, as a piece of what is signed."""

    name: str


Part: TypeAlias = bytes | str | Slot
"""One piece of what is signed: bytes, text as UTF-8, or the value of a slot."""


def placeholder(slot: str) -> str:
    """A stand-in for a slot that has to be filled. An empty one is `Unauthorized`: an admin fills it."""
    found = optional(slot)
    if found is None:
        raise _missing(slot)
    return found


def optional(slot: str) -> str | None:
    """A stand-in for a slot that may be empty, such as an access token that has expired."""
    found: str | None = _call(lambda: _secrets.placeholder(slot))
    return found


def hmac(shape: str, *parts: Part) -> bytes:
    """HMAC over the parts, in the shape of this name from the manifest."""
    return bytes(_call(lambda: _secrets.hmac(shape, [_raw(part) for part in parts])))


def digest(shape: str, *parts: Part) -> bytes:
    """Digest over the parts, in the shape of this name from the manifest."""
    return bytes(_call(lambda: _secrets.digest(shape, [_raw(part) for part in parts])))


def forget(slot: str) -> None:
    """Forgets a captured value, such as an access token that the upstream no longer takes."""
    _call(lambda: _secrets.forget(slot))


def reveal(slot: str) -> str | None:
    """The value itself. Needs the wish `reveal` for the slot, which an admin rarely grants."""
    found: str | None = _call(lambda: _secrets.reveal(slot))
    return found


def _raw(part: Part) -> object:
    if isinstance(part, Slot):
        return _secrets.Part_Credential(part.name)
    return _secrets.Part_Bytes(part.encode() if isinstance(part, str) else part)


def _call(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            raise
        case, reason = refused
        if case == "Missing":
            raise _missing(reason) from error
        raise Unauthorized(f"未授权使用凭据:{reason}", f"credential not granted: {reason}") from error


def _missing(slot: str) -> Unauthorized:
    return Unauthorized(f"凭据为空:{slot}", f"the credential is not set: {slot}")
