"""The plugin's log. Lines over the call's byte budget are dropped and counted; known secrets are blotted out by the host.

`print` and the module `logging` write here too. Outside a guest, as in unit tests, nothing is written.
"""

from __future__ import annotations

from ._host import INSIDE, interface

_log = interface("log")


def write(level: str, message: str, **fields: object) -> None:
    """Writes one line of `trace`, `debug`, `info`, `warn` or `error`."""
    if INSIDE:
        _log.write(_log.Level[level.upper()], message, [(name, str(value)) for name, value in fields.items()])


def trace(message: str, **fields: object) -> None:
    """A line for the author of the plugin."""
    write("trace", message, **fields)


def debug(message: str, **fields: object) -> None:
    """A line for whoever looks into a fault."""
    write("debug", message, **fields)


def info(message: str, **fields: object) -> None:
    """A line for the operator."""
    write("info", message, **fields)


def warn(message: str, **fields: object) -> None:
    """A line about something odd that did not stop the call."""
    write("warn", message, **fields)


def error(message: str, **fields: object) -> None:
    """A line about something that did."""
    write("error", message, **fields)
