"""The connection's settings, as a class of yours.

The host has checked them against the schema in the manifest and filled in the defaults, so a mistake here means that schema and class
differ; the error names the field. `base_price` reads the field `base-price`.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from . import decimals
from .errors import Invalid

T = TypeVar("T")


def read(cls: type[T], settings: object) -> T:
    """Reads settings, as the host gives them, into a dataclass: for tests."""
    return typing.cast(T, _read(cls, settings, "settings"))


def _read(hint: Any, value: object, field: str) -> object:
    if dataclasses.is_dataclass(hint):
        return _dataclass(typing.cast(type, hint), value, field)
    if hint is Decimal:
        try:
            return decimals.from_json(value)
        except decimals.DecimalError as error:
            raise decimals.DecimalError(error.fault, field) from error
    if hint is Any or hint is object:
        return value
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one_of([case.value for case in hint], value, field) and hint(value)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return _one_of(list(arguments), value, field)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments, value, field)
    if origin is list:
        if not isinstance(value, list):
            raise _misfit(field, "列表", "a list", value)
        return [_read(arguments[0], item, f"{field}[{at}]") for at, item in enumerate(value)]
    if origin is dict:
        return {name: _read(arguments[1], item, f"{field}.{name}") for name, item in _object(value, field).items()}
    return _plain(hint, value, field)


def _dataclass(cls: type, value: object, field: str) -> object:
    found = _object(value, field)
    hints = typing.get_type_hints(cls)
    read: dict[str, object] = {}
    for declared in dataclasses.fields(cls):
        # A setting that is called like a word of Python has an underscore behind it: `from_`.
        name = declared.name.rstrip("_").replace("_", "-")
        given = name in found
        missing = declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING
        if declared.init and (given or missing):
            read[declared.name] = _read(hints[declared.name], found.get(name), f"{field}.{name}")
    return cls(**read)


def _plain(hint: Any, value: object, field: str) -> object:
    kinds = {
        str: ("文本", "text"),
        bool: ("true 或 false", "true or false"),
        int: ("整数", "a whole number"),
        float: ("数字", "a number"),
    }
    if hint not in kinds:
        raise TypeError(
            f"{field}: settings cannot be read as {hint!r}: use str, bool, int, float, Decimal, list, dict, Literal or a dataclass"
        )
    number = hint is float and isinstance(value, int | float) and not isinstance(value, bool)
    # In Python True is a number.
    if number or (isinstance(value, hint) and (hint is bool) == isinstance(value, bool)):
        return value
    raise _misfit(field, *kinds[hint], value)


def _union(hints: tuple[Any, ...], value: object, field: str) -> object:
    if value is None and type(None) in hints:
        return None
    others = [hint for hint in hints if hint is not type(None)]
    if len(others) != 1:
        raise TypeError(f"{field}: settings cannot be read as one of several types")
    return _read(others[0], value, field)


def _one_of(words: list[Any], value: object, field: str) -> object:
    if value not in words:
        every = ", ".join(map(str, words))
        raise _misfit(field, f"以下之一:{every}", f"one of {every}", value)
    return value


def _object(value: object, field: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _misfit(field, "对象", "an object", value)
    return value


def _misfit(field: str, zh: str, en: str, found: object) -> Invalid:
    what = "nothing" if found is None else repr(found)[:60]
    return Invalid(field, f"设置无法读取:应为{zh},而不是 {what}", f"the settings cannot be read: {en} was expected, not {what}")
