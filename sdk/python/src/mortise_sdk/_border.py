"""Values at the border between a plugin and the host.

The engine makes its own classes of the contract's types. What comes in is turned into the SDK's, with decimals as Python's own; what
goes out is looked at before, because a value of another form than the contract's would end the call without a word.
"""

from __future__ import annotations

import dataclasses
import importlib
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeAlias

from . import decimals

Lift: TypeAlias = Callable[[Any], Any]
Lower: TypeAlias = Callable[[Any, str], Any]

_RANGES = {"u8": (0, 2**8 - 1), "u16": (0, 2**16 - 1), "u32": (0, 2**32 - 1), "u64": (0, 2**64 - 1), "s64": (-(2**63), 2**63 - 1)}


class MisfitError(TypeError):
    """A value of the plugin that does not have the contract's form."""

    def __init__(self, field: str, wanted: str, found: object) -> None:
        what = "None" if found is None else f"{type(found).__name__} {found!r}"[:80]
        super().__init__(f"the plugin's answer: {field or 'it'} has to be {wanted}, not {what}")


class _Bare:
    """What the engine reads fields from."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__ = fields


def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls, include_extras=True)


def _optional(hint: Any) -> Any:
    """What an optional holds; None: it is none."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return None
    others = [inner for inner in typing.get_args(hint) if inner is not type(None)]
    return others[0] if len(others) == 1 else None


def _cases(hint: Any) -> dict[str, type]:
    """The classes of a variant by their names in the engine."""
    arguments = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else ()
    return {case.__wit__[1]: case for case in arguments if hasattr(case, "__wit__")}


@cache
def lifter(hint: Any) -> Lift | None:
    """Turns the engine's value into the SDK's, in place where it can; None: it is the same."""
    if typing.get_origin(hint) is Annotated:
        return lifter(typing.get_args(hint)[0])
    if hint is Decimal:
        return lambda value: decimals.from_units(value.units, value.scale)
    if dataclasses.is_dataclass(hint):
        return _record_lifter(typing.cast(type, hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = {member.name: member for member in hint}
        return lambda value: members[value.name]
    if typing.get_origin(hint) is list:
        inner = lifter(typing.get_args(hint)[0])
        return None if inner is None else lambda items: [inner(item) for item in items]
    if (held := _optional(hint)) is not None:
        some = lifter(held)
        return None if some is None else lambda value: None if value is None else some(value)
    if cases := _cases(hint):
        lifts = {name: (case, _record_lifter(case)) for name, case in cases.items()}
        return lambda value: lifts[type(value).__name__][1](value)
    return None


def _record_lifter(cls: type) -> Lift:
    lifts = [(name, lift) for name, hint in _hints(cls).items() if (lift := lifter(hint)) is not None]

    def lift_record(value: Any) -> Any:
        # The engine made it for this call alone, and both classes are plain: it becomes ours as it is.
        value.__class__ = cls
        for name, lift in lifts:
            setattr(value, name, lift(getattr(value, name)))
        return value

    return lift_record


@cache
def lowerer(hint: Any) -> Lower:
    """Looks at a value of the plugin and turns it into what the engine takes."""
    if typing.get_origin(hint) is Annotated:
        return _number_lowerer(typing.get_args(hint)[1])
    if hint is Decimal:
        return _lower_decimal
    if dataclasses.is_dataclass(hint):
        return _record_lowerer(typing.cast(type, hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_lowerer(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return _list_lowerer(lowerer(arguments[0]))
    if origin is tuple:
        return _tuple_lowerer([lowerer(argument) for argument in arguments])
    if (held := _optional(hint)) is not None:
        some = lowerer(held)
        return lambda value, field: None if value is None else some(value, field)
    if cases := _cases(hint):
        return _variant_lowerer(list(cases.values()))
    if hint is None or hint is type(None):
        return lambda value, field: None
    return _plain_lowerer(hint)


def _plain_lowerer(hint: type) -> Lower:
    wanted = {str: "text", bool: "True or False", float: "a number", bytes: "bytes"}[hint]

    def lower(value: Any, field: str) -> Any:
        if not isinstance(value, hint) and not (hint is float and type(value) is int):
            raise MisfitError(field, wanted, value)
        return value

    return lower


def _number_lowerer(kind: str) -> Lower:
    least, most = _RANGES[kind]

    def lower(value: Any, field: str) -> Any:
        if type(value) is not int or not least <= value <= most:
            raise MisfitError(field, f"a whole number from {least} to {most}", value)
        return value

    return lower


def _lower_decimal(value: Any, field: str) -> Any:
    if not isinstance(value, Decimal):
        raise MisfitError(field, "a Decimal", value)
    try:
        units, scale = decimals.units(value)
    except decimals.DecimalError as error:
        raise MisfitError(field, f"a Decimal of the contract ({error.reason.en})", value) from error
    return _Bare({"units": units, "scale": scale})


def _enum_lowerer(hint: type[Enum]) -> Lower:
    places = {member: _Bare({"value": at}) for at, member in enumerate(hint)}

    def lower(value: Any, field: str) -> Any:
        if not isinstance(value, hint):
            raise MisfitError(field, f"a {hint.__name__}", value)
        return places[value]

    return lower


def _list_lowerer(inner: Lower) -> Lower:
    def lower(value: Any, field: str) -> Any:
        if not isinstance(value, list | tuple):
            raise MisfitError(field, "a list", value)
        return [inner(item, f"{field}[{at}]") for at, item in enumerate(value)]

    return lower


def _tuple_lowerer(inner: list[Lower]) -> Lower:
    def lower(value: Any, field: str) -> Any:
        if not isinstance(value, list | tuple) or len(value) != len(inner):
            raise MisfitError(field, f"a tuple of {len(inner)}", value)
        return tuple(each(item, f"{field}[{at}]") for at, (each, item) in enumerate(zip(inner, value, strict=True)))

    return lower


def _record_lowerer(cls: type) -> Lower:
    fields = [(name, lowerer(hint)) for name, hint in _hints(cls).items()]

    def lower(value: Any, field: str) -> Any:
        if not isinstance(value, cls):
            raise MisfitError(field, f"a {cls.__name__}", value)
        prefix = f"{field}." if field else ""
        return _Bare({name: inner(getattr(value, name), prefix + name) for name, inner in fields})

    return lower


def _variant_lowerer(cases: list[Any]) -> Lower:
    inner = {case: lowerer(hints["value"]) if "value" in (hints := _hints(case)) else None for case in cases}

    def lower(value: Any, field: str) -> Any:
        if type(value) not in inner:
            raise MisfitError(field, " or ".join(case.__name__ for case in cases), value)
        engine = _engine_class(*type(value).__wit__)
        held = inner[type(value)]
        return engine() if held is None else engine(held(value.value, f"{field}.value"))

    return lower


@cache
def _engine_class(interface: str, name: str) -> Any:
    for side in ("exports", "imports"):
        try:
            module = importlib.import_module(f"wit_world.{side}.{interface}")
        except ImportError:
            continue
        if hasattr(module, name):
            return getattr(module, name)
    raise LookupError(f"the engine has no {name}")
