"""What the plugin remembers between calls: one space per connection. Values are kept as JSON. Needs the wish `kv`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ._host import interface, refusal
from .errors import Invalid, PluginError, Unauthorized, Unavailable

_kv = interface("kv")


def get(key: str) -> Any:
    """The value of this key; None: there is none. What a Decimal was is text: read it with `decimals.parse`."""
    found = _call(lambda: _kv.get(key))
    return None if found is None else json.loads(found)


def set(key: str, value: object, seconds: float | None = None) -> None:
    """Sets a value for good, or for so many seconds."""
    lifetime = None if seconds is None else max(1, math.ceil(seconds))
    _call(lambda: _kv.set(key, _encode(key, value), lifetime))


def delete(key: str) -> None:
    """Forgets a value."""
    _call(lambda: _kv.delete(key))


def swap(key: str, expected: object, value: object) -> bool:
    """Sets a value if the present one is `expected` (None: if there is none). Answers whether it did."""
    before = None if expected is None else _encode(key, expected)
    return bool(_call(lambda: _kv.swap(key, before, _encode(key, value))))


def keys(prefix: str, limit: int) -> list[str]:
    """Keys that begin with `prefix`, in byte order, at most `limit`."""
    return list(_call(lambda: _kv.keys(prefix, limit)))


def _encode(key: str, value: object) -> bytes:
    try:
        return json.dumps(value, default=_written, ensure_ascii=False, sort_keys=True).encode()
    except TypeError as error:
        raise Invalid(f"kv.{key}", f"值不能写成 JSON:{error}", f"the value cannot be written as JSON: {error}") from error


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} is no JSON")


def _call(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            raise
        raise _as_error(*refused) from error


def _as_error(case: str, reason: str) -> PluginError:
    if case == "Denied":
        return Unauthorized(f"未授权使用键值存储:{reason}", f"key-value store not granted: {reason}")
    if case == "TooLarge":
        return Invalid("kv", f"超出键值存储的限额:{reason}", f"over the bounds of the key-value store: {reason}")
    return Unavailable(f"键值存储暂不可用:{reason}", f"the key-value store is unavailable: {reason}")
