"""Why a call did not do what was asked. The class decides what the host does next, so choose it with care."""

from __future__ import annotations

from .contract import Text


class PluginError(Exception):
    """An error of the contract. Raise one of the classes below.

    Every reason is read by people, in tickets, holds and the order's story: say what the upstream answered, with its own code and
    message, and never write a credential into it.
    """


class _Reasoned(PluginError):
    """An error with a text for people."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(zh, en)


class _Pausing(_Reasoned):
    """An error after which the host tries again, not before `after` seconds, as the upstream asks; None: when the host sees fit."""

    def __init__(self, zh: str, en: str, after: float | None = None) -> None:
        super().__init__(zh, en)
        self.after = after


class Rejected(_Reasoned):
    """The business says no. A person is shown the reason; no retry."""


class Invalid(_Reasoned):
    """The input or the settings are wrong. A person corrects the field, such as `lines[2].sku` or `settings.account`."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.reason.en}"


class Retry(_Pausing):
    """A passing fault, or an outcome that is not known. The host tries again soon."""


class RateLimited(_Pausing):
    """The upstream works and asks for fewer calls; where it says for how long, pass that on."""


class Unauthorized(_Reasoned):
    """The upstream refuses our credential. The connection stops until an admin mends it."""


class Duplicate(PluginError):
    """The effect exists already under this external id: the host takes it for a success."""

    def __init__(self, external_id: str) -> None:
        super().__init__(external_id)
        self.external_id = external_id


class NotFound(_Reasoned):
    """What was asked about does not exist at the upstream."""


class Unavailable(_Pausing):
    """The upstream cannot work now. Tried again, and the breaker counts it."""


def not_implemented(function: str) -> Rejected:
    """What is answered for a function that a plugin leaves out."""
    return Rejected(f"此插件没有实现 {function}", f"this plugin does not implement {function}")


class HttpError(PluginError):
    """A request that had no answer. Unhandled, it becomes the error of the contract that fits.

    `fault` is one of: `denied`, outside the grant (the reason says which wish or grant would allow it); `not-sent`, it surely did
    not reach the upstream; `unknown-outcome`, it may have reached the upstream, so look up before repeating; `too-large`, the
    answer is larger than the call may receive; `limit`, the call has made as many requests, or moved as many bytes, as it may.
    """

    def __init__(self, fault: str, reason: str) -> None:
        super().__init__(f"{fault}: {reason}")
        self.fault = fault
        self.reason = reason

    def decision(self) -> PluginError:
        """The error of the contract that fits."""
        reason = self.reason
        match self.fault:
            # An admin grants the host, then the connection goes on.
            case "denied":
                return Unauthorized(f"未授权访问:{reason}", f"the request is not granted: {reason}")
            case "not-sent":
                return Unavailable(f"请求没有送达上游系统:{reason}", f"the request did not reach the upstream: {reason}")
            # The next attempt looks up first; see the rules of one effect per key.
            case "unknown-outcome":
                return Retry(f"请求的结果未知:{reason}", f"what became of the request is not known: {reason}")
            # More of the same changes nothing: an admin raises the bound, or the settings ask for less.
            case "too-large":
                return Invalid("http.response", f"响应过大:{reason}", f"the answer is too large: {reason}")
            case _:
                return Invalid("http.limit", f"本次调用的请求已达上限:{reason}", f"the call has used up its requests: {reason}")
