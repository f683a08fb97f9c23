"""Plugins for Mortise in Python. The README leads from an empty folder to a plugin that works."""

from ._host import INSIDE

if INSIDE:
    from ._sandbox import install

    # First of all: what a plugin imports after this finds a clock, dice and output.
    install()

from . import contract, decimals, errors, settings, text
from .contract import *
from .decimals import DecimalError
from .errors import (
    Duplicate,
    Invalid,
    NotFound,
    PluginError,
    RateLimited,
    Rejected,
    Retry,
    Unauthorized,
    Unavailable,
)
from .interfaces import Erp, Geocoder, Inventory, Notifier, OrderPolicy, Pricing
from .plugin import plugin
from .pricing import price_of, step

__all__ = [
    "DecimalError",
    "Duplicate",
    "Erp",
    "Geocoder",
    "Invalid",
    "Inventory",
    "NotFound",
    "Notifier",
    "OrderPolicy",
    "PluginError",
    "Pricing",
    "RateLimited",
    "Rejected",
    "Retry",
    "Unauthorized",
    "Unavailable",
    "decimals",
    "errors",
    "plugin",
    "price_of",
    "settings",
    "step",
    "text",
]
__all__ += contract.__all__
