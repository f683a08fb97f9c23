"""What Python expects around it.

A plugin is a snapshot of an interpreter that has imported everything, with nothing of an operating system left. Clock and dice are the
host's; output goes to the log; what a sandbox does not have is an ordinary exception. Without this, `time.time()` would end the call
as a crash, and `random` would say the same in every call.

The replacements stand from the first import of the SDK, so that a plugin's own imports find them, and begin to act with the first
call: the build still has an operating system.
"""

from __future__ import annotations

import builtins
import datetime
import errno
import io
import logging
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from . import clock, log
from .randomness import random_bytes

_armed = False
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def begin() -> None:
    """A call begins."""
    global _armed
    if not _armed:
        _armed = True
        os.environ.clear()
        random.seed(random_bytes(32))


def _once_armed(original: Callable[..., Any], replacement: Callable[..., Any]) -> Callable[..., Any]:
    def either(*given: Any, **named: Any) -> Any:
        return replacement(*given, **named) if _armed else original(*given, **named)

    either.__name__ = getattr(original, "__name__", "function")
    return either


def _replace(module: Any, name: str, replacement: Callable[..., Any]) -> None:
    if hasattr(module, name):
        setattr(module, name, _once_armed(getattr(module, name), replacement))


def _nothing_there(*_: Any, **__: Any) -> Any:
    raise FileNotFoundError(errno.ENOENT, "a plugin has no files, processes, sockets or devices")


def _install_clock() -> None:
    nanoseconds = {"time_ns": lambda: clock.now() * 1000}
    for name in ("monotonic_ns", "perf_counter_ns", "process_time_ns", "thread_time_ns"):
        nanoseconds[name] = clock.monotonic
    for name, read in nanoseconds.items():
        _replace(time, name, read)
        _replace(time, name.removesuffix("_ns"), lambda read=read: read() / 1e9)
    for name in ("localtime", "gmtime", "ctime"):
        original = getattr(time, name)
        _replace(time, name, lambda moment=None, original=original: original(time.time() if moment is None else moment))
    for name, at in (("strftime", 1), ("asctime", 0)):
        original = getattr(time, name)

        def written(*given: Any, original: Any = original, at: int = at) -> str:
            return str(original(*given) if len(given) > at else original(*given, time.localtime()))

        _replace(time, name, written)
    _replace(time, "sleep", _sleep)
    datetime.datetime = _DateTime  # type: ignore[misc]
    datetime.date = _Date  # type: ignore[misc]


def _sleep(_: float) -> None:
    raise RuntimeError("a call does not wait: raise Retry(after=seconds), and the host calls again")


class _Instances(type):
    """The originals' instances are those of the replacements too."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])


class _DateTime(datetime.datetime, metaclass=_Instances):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        if not _armed:
            return super().now(tz)
        instant = _EPOCH + datetime.timedelta(microseconds=clock.now())
        # A sandbox has no zone of its own: local time is UTC.
        local = instant.astimezone(tz) if tz is not None else instant.replace(tzinfo=None)
        return cls.combine(local.date(), local.timetz())

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now()

    @classmethod
    def today(cls) -> Any:
        return cls.now()


class _Date(datetime.date, metaclass=_Instances):
    @classmethod
    def today(cls) -> Any:
        moment = _DateTime.now()
        return cls(moment.year, moment.month, moment.day)


def _install_dice() -> None:
    def urandom(length: int) -> bytes:
        return b"".join(random_bytes(min(4096, length - at)) for at in range(0, length, 4096))

    _replace(os, "urandom", urandom)
    random._urandom = os.urandom  # type: ignore[attr-defined]
    # A generator that is made during a call would be seeded by the operating system.
    seed = random.Random.seed

    def seeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        seed(self, random_bytes(32) if a is None and _armed else a, version)

    random.Random.seed = seeded  # type: ignore[method-assign]


class _Output(io.TextIOBase):
    """Lines go to the log."""

    def __init__(self, original: Any, level: str) -> None:
        self._original = original
        self._level = level
        self._line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not _armed:
            return int(self._original.write(text))
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            log.write(self._level, line)
        return len(text)


class _ToLog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warn" if record.levelno >= logging.WARNING else "info"
        log.write("debug" if record.levelno < logging.INFO else level, self.format(record), logger=record.name)


def _install_output() -> None:
    sys.stdout, sys.stderr = _Output(sys.stdout, "info"), _Output(sys.stderr, "warn")
    sys.stdin = io.StringIO("")
    logging.getLogger().addHandler(_ToLog())


# Of the operating system's module, what only reckons.
_PURE = {"fspath", "fsencode", "fsdecode", "strerror", "register_at_fork", "get_inheritable", "WEXITSTATUS"}


def _install_absence() -> None:
    posix: Any = sys.modules["posix"]
    for name, original in list(vars(posix).items()):
        if type(original) is type(len) and name not in _PURE and name != "urandom":
            # Logging notes the process with every line.
            _replace(posix, name, (lambda: 1) if name == "getpid" else _nothing_there)
            if getattr(os, name, None) is original:
                setattr(os, name, getattr(posix, name))
    _replace(builtins, "open", _nothing_there)
    for name in ("open", "open_code"):
        _replace(io, name, _nothing_there)
    for module in ("_io", "_pyio"):
        if module in sys.modules:
            _replace(sys.modules[module], "open", _nothing_there)
            _replace(sys.modules[module], "open_code", _nothing_there)
    for module in ("socket", "_socket", "select"):
        for name in ("socket", "getaddrinfo", "gethostbyname", "create_connection", "socketpair", "select", "poll"):
            if module in sys.modules:
                _replace(sys.modules[module], name, _nothing_there)


def install() -> None:
    """Puts the replacements in place."""
    _install_clock()
    _install_dice()
    _install_output()
    _install_absence()
