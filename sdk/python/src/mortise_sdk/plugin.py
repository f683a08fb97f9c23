"""What a plugin is: a class that is read from the connection's settings and implements interfaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")

registered: list[type] = []
"""The plugin's class; one per component."""


@dataclass_transform()
def plugin(cls: type[T]) -> type[T]:
    """Registers the class that this plugin is.

    Its fields are the connection's settings: before each call it is read from them, and as nothing survives a call there is nothing
    else to keep. It derives from the interfaces that it implements: any of `Erp`, `Inventory`, `Geocoder`, `Pricing`, `Notifier` and
    `OrderPolicy`. A plugin without settings is a class without fields.

        @plugin
        class Acme(Erp, Inventory):
            base_url: str
    """
    made = dataclass(cls)
    if not interfaces(made):
        raise TypeError(
            f"{cls.__name__} implements nothing: derive it from Erp, Inventory, Geocoder, Pricing, Notifier or OrderPolicy"
        )
    abstract = ", ".join(sorted(getattr(made, "__abstractmethods__", ())))
    if abstract:
        raise TypeError(f"{cls.__name__} has to write {abstract}")
    registered.append(made)
    return made


def interfaces(cls: type) -> dict[str, type]:
    """The interfaces that a class implements, by their names in the contract."""
    return {base.__dict__["__interface__"]: base for base in cls.__mro__ if "__interface__" in base.__dict__}
