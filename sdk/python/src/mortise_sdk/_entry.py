"""From the host's call to the plugin. The build makes the component's main module with this; authors have no use for it."""

from __future__ import annotations

import decimal
import json
import traceback
import typing
from collections.abc import Callable
from typing import Any

from . import _sandbox, decimals, log, settings
from ._border import lifter, lowerer
from ._host import interface
from .errors import Duplicate, HttpError, Invalid, NotFound, PluginError, RateLimited, Rejected, Retry, Unauthorized, Unavailable
from .plugin import interfaces, registered

_FRAMES = 8
_config = interface("config")


def serve(name: str) -> type:
    """The class of an interface as the engine wants it."""
    cls = registered[0]
    base = interfaces(cls)[name]
    functions = {function: _function(cls, base, function) for function in vars(base) if not function.startswith("_")}
    return type(base.__name__, (), functions)


def _function(cls: type, base: type, name: str) -> Callable[..., Any]:
    hints = typing.get_type_hints(getattr(base, name), include_extras=True)
    lower = lowerer(hints.pop("return"))
    lifts = [lifter(hint) for hint in hints.values()]

    def call(_: object, *given: Any) -> Any:
        try:
            _sandbox.begin()
            decimal.setcontext(decimals.CONTEXT.copy())
            plugin: Any = settings.read(cls, json.loads(_config.get()))
            taken = [value if lift is None else lift(value) for lift, value in zip(lifts, given, strict=True)]
            return lower(getattr(plugin, name)(*taken), "")
        # Whatever it is, even `sys.exit()`: everything but an error of the contract would trap.
        except BaseException as error:
            raise _err(_as_plugin_error(error)) from None

    return call


def _as_plugin_error(error: BaseException) -> PluginError:
    """The contract's error for whatever was raised.

    A mistake of the plugin itself is `Unavailable`: nobody knows what it had done before, so the host looks again later and tells
    people; a business `no` it is not.
    """
    if isinstance(error, HttpError):
        return error.decision()
    if isinstance(error, PluginError):
        return error
    if isinstance(error, decimal.DecimalException):
        return decimals.DecimalError("division-by-zero" if isinstance(error, decimal.DivisionByZero) else "malformed")
    reason = "".join(traceback.format_exception_only(error)).strip()
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    log.error(reason, stack="\n".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in frames))
    return Unavailable(f"插件出错:{reason}", f"the plugin failed: {reason}")


def _err(error: PluginError) -> BaseException:
    from componentize_py_types import Err
    from wit_world.imports import types

    match error:
        case Invalid(field=field, reason=reason):
            held = types.Error_Invalid(types.InvalidField(field, reason))
        case Retry(after=after, reason=reason):
            held = types.Error_Retry(types.Pause(_milliseconds(after), reason))
        case RateLimited(after=after, reason=reason):
            held = types.Error_RateLimited(types.Pause(_milliseconds(after), reason))
        case Unavailable(after=after, reason=reason):
            held = types.Error_Unavailable(types.Pause(_milliseconds(after), reason))
        case Duplicate(external_id=external_id):
            held = types.Error_Duplicate(external_id)
        case Rejected(reason=reason):
            held = types.Error_Rejected(reason)
        case Unauthorized(reason=reason):
            held = types.Error_Unauthorized(reason)
        case NotFound(reason=reason):
            held = types.Error_NotFound(reason)
        case _:
            text = types.Text(f"插件出错:{error!r}", f"the plugin failed: {error!r}")
            held = types.Error_Unavailable(types.Pause(None, text))
    raised: BaseException = Err(held)
    return raised


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds * 1000))
