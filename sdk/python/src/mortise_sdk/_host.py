"""What the host offers: in a guest. Elsewhere each function says that it exists in the sandbox alone.

So separate the two: one function makes a request from an order, another makes a document from an answer, both tested natively; a
third sends the one and hands on the other.
"""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

try:
    import componentize_py_types
except ImportError:
    componentize_py_types = None

INSIDE = componentize_py_types is not None
"""Does this run in a guest?"""


class _Absent:
    def __init__(self, interface: str) -> None:
        self._interface = interface

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: object, **__: object) -> NoReturn:
            message = f"{self._interface}.{name} exists in the sandbox alone: call it from a function that tests leave out"
            raise RuntimeError(message)

        return refuse


def interface(name: str) -> Any:
    """The module of an imported interface."""
    if not INSIDE:
        return _Absent(name)
    return importlib.import_module(f"wit_world.imports.{name}")


def refusal(error: BaseException) -> tuple[str, str] | None:
    """Case and reason, where this is how the host refuses."""
    if componentize_py_types is None or not isinstance(error, componentize_py_types.Err):
        return None
    held = error.value
    return type(held).__name__.rsplit("_", 1)[-1], str(getattr(held, "value", ""))
