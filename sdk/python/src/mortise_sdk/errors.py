"""Why a call did not do what was asked. The class decides what the host does next, so choose it with care."""

from __future__ import annotations

from .contract import Text


class PluginError(Exception):
    """An error of the contract. Raise one of the classes below."""


class _Reasoned(PluginError):
    """An error with a text for people."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(zh, en)


class Rejected(_Reasoned):
    """The business says no. A person is shown the reason; no retry."""


class Invalid(_Reasoned):
    """The input or the settings are wrong. A person corrects the field, such as `lines[2].sku` or `settings.account`."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.reason.en}"


class _Waiting(PluginError):
    """An error after which the host tries again."""

    def __init__(self, after: float | None = None) -> None:
        super().__init__("" if after is None else f"after {after} s")
        self.after = after


class Retry(_Waiting):
    """A passing fault. The host tries again, not before so many seconds; without a figure when it sees fit."""


class RateLimited(_Waiting):
    """The upstream asks for fewer calls; where it says for how many seconds, pass it on."""


class Unauthorized(_Reasoned):
    """The upstream refuses our credential. The connection stops until an admin mends it."""


class Duplicate(PluginError):
    """The effect exists already under this external id: the host takes it for a success."""

    def __init__(self, external_id: str) -> None:
        super().__init__(external_id)
        self.external_id = external_id


class NotFound(_Reasoned):
    """What was asked about does not exist at the upstream."""


class Unavailable(_Reasoned):
    """The upstream cannot work now. Retried slowly; the breaker counts it."""


def not_implemented(function: str) -> Rejected:
    """What is answered for a function that a plugin leaves out."""
    return Rejected(f"此插件没有实现 {function}", f"this plugin does not implement {function}")
