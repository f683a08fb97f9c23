"""Outbound HTTP to granted hosts: small and buffered. Redirects are followed by the host, each hop checked anew.

made = http.post(f"{base}/customers", query={"key": secrets.placeholder("key")}, json={"name": name})
identity = made.raise_for_status().json()["id"]
"""

from __future__ import annotations

import json as _json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import quote

from . import log
from ._host import interface, refusal
from .errors import Invalid, NotFound, PluginError, RateLimited, Rejected, Retry, Unauthorized, Unavailable

_http = interface("http")
_EXCERPT = 300

Value: TypeAlias = str | int | bool | Decimal
"""What may stand in a query, a form or a header. It may hold placeholders of credentials."""


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
                return Unavailable(f"无法连接上游系统:{reason}", f"the upstream cannot be reached: {reason}")
            # The next attempt looks up first; see the rules of one effect per key.
            case "unknown-outcome":
                log.warn(f"request of unknown outcome: {reason}")
                return Retry()
            # More of the same changes nothing: an admin raises the bound, or the settings ask for less.
            case "too-large":
                return Invalid("http.response", f"响应过大:{reason}", f"the answer is too large: {reason}")
            case _:
                return Invalid("http.limit", f"本次调用的请求已达上限:{reason}", f"the call has used up its requests: {reason}")


@dataclass(frozen=True)
class Request:
    """A request as it will be sent: to test how one is put together."""

    method: str
    url: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    timeout: int | None = None
    """Milliseconds."""

    def send(self) -> Response:
        """Sends it and waits for the answer, of whatever status. Raises `HttpError` where there is none."""
        raw = _http.Request(self.method, self.url, self.headers, self.body, self.timeout)
        try:
            answer = _http.send(raw)
        except Exception as error:
            refused = refusal(error)
            if refused is None:
                raise
            raise HttpError(_FAULTS[refused[0]], refused[1]) from error
        return Response(answer.status, answer.headers, answer.body)


_FAULTS = {
    "Denied": "denied",
    "NotSent": "not-sent",
    "UnknownOutcome": "unknown-outcome",
    "TooLarge": "too-large",
    "Limit": "limit",
}


@dataclass(frozen=True)
class Response:
    """What the upstream answered."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    """As they came."""
    body: bytes = b""
    """Secrets that the upstream echoed are blotted out; captured fields hold placeholders."""

    def header(self, name: str) -> str | None:
        """The first header of this name, in whatever case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def ok(self) -> bool:
        """Is the status 2xx?"""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 becomes `�`."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body, read from JSON; numbers with a point are Decimals, exactly as they were written.

        An answer that is no JSON is `Unavailable`: usually an error page of something between.
        """
        try:
            return _json.loads(self.body, parse_float=Decimal)
        except ValueError as error:
            zh = f"上游系统的响应(状态 {self.status})无法理解:{error}。内容:{self._excerpt()}"
            en = f"the upstream's answer (status {self.status}) is not understood: {error}. It begins: {self._excerpt()}"
            raise Unavailable(zh, en) from error

    def raise_for_status(self) -> Response:
        """Goes on with a 2xx answer and raises an error for any other, by the usual meaning of its status.

        Where an upstream means something else by a status, look at `status` first.
        """
        if not self.ok:
            raise self._as_error()
        return self

    def _as_error(self) -> PluginError:
        zh = f"上游系统返回状态 {self.status}:{self._excerpt()}"
        en = f"the upstream answered with status {self.status}: {self._excerpt()}"
        match self.status:
            case 401 | 403:
                return Unauthorized(zh, en)
            case 404 | 410:
                return NotFound(zh, en)
            case 429:
                return RateLimited(self._retry_after())
            case 502 | 503 | 504:
                return Unavailable(zh, en)
            case 408 | 425:
                return self._retry(en)
        return self._retry(en) if self.status >= 500 else Rejected(zh, en)

    def _retry(self, reason: str) -> Retry:
        log.warn(reason)
        return Retry(self._retry_after())

    def _retry_after(self) -> float | None:
        """`Retry-After` in seconds. Its form with a date is rare and left to the host's own back-off."""
        text = (self.header("retry-after") or "").strip()
        return float(text) if text.isascii() and text.isdigit() else None

    def _excerpt(self) -> str:
        return self.text[:_EXCERPT]


def prepare(
    method: str,
    url: str,
    *,
    query: Mapping[str, Value | None] | None = None,
    headers: Mapping[str, Value | None] | None = None,
    bearer: str | None = None,
    json: object = None,
    form: Mapping[str, Value | None] | None = None,
    body: bytes | str | None = None,
    media_type: str | None = None,
    timeout: float | None = None,
) -> Request:
    """Puts a request together. Parameters that are None are left out.

    `query` goes percent-encoded after what the URL has; `bearer` becomes `Authorization: Bearer`, usually with a placeholder; `json`,
    `form` or `body` is the body, of `media_type`; `timeout` are seconds for the whole exchange, otherwise the connection's setting
    holds, and never beyond the call's deadline.
    """
    all_headers = [(name.lower(), written(value)) for name, value in (headers or {}).items() if value is not None]
    if bearer is not None:
        all_headers.append(("authorization", f"Bearer {bearer}"))
    raw: bytes | None = None
    if json is not None:
        raw, default = dumps(json).encode(), "application/json"
    elif form is not None:
        raw, default = _pairs(form).encode(), "application/x-www-form-urlencoded"
    elif body is not None:
        raw, default = (body.encode() if isinstance(body, str) else body), "application/octet-stream"
    else:
        default = ""
    content = media_type or default
    if content and all(name != "content-type" for name, _ in all_headers):
        all_headers.append(("content-type", content))
    milliseconds = None if timeout is None else max(1, math.ceil(timeout * 1000))
    return Request(method, _with_query(url, _pairs(query or {})), all_headers, raw, milliseconds)


def get(url: str, **options: Any) -> Response:
    """`GET`; the options are those of `prepare`."""
    return prepare("GET", url, **options).send()


def post(url: str, **options: Any) -> Response:
    """`POST`; the options are those of `prepare`."""
    return prepare("POST", url, **options).send()


def put(url: str, **options: Any) -> Response:
    """`PUT`; the options are those of `prepare`."""
    return prepare("PUT", url, **options).send()


def patch(url: str, **options: Any) -> Response:
    """`PATCH`; the options are those of `prepare`."""
    return prepare("PATCH", url, **options).send()


def delete(url: str, **options: Any) -> Response:
    """`DELETE`; the options are those of `prepare`."""
    return prepare("DELETE", url, **options).send()


def encode(text: str) -> str:
    """Percent-encodes everything but letters, digits, `-`, `.`, `_` and `~`: for a segment of a path or a value of a query.

    Placeholders of credentials consist of such characters and stay as they are.
    """
    return quote(text, safe="")


def dumps(value: object) -> str:
    """JSON text; Decimals are written as text."""
    return _json.dumps(value, default=_default, ensure_ascii=False, separators=(",", ":"))


def written(value: Value) -> str:
    """A value as it stands in a query, a form or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _default(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} is no JSON: write what of it goes out")


def _pairs(values: Mapping[str, Value | None]) -> str:
    return "&".join(f"{encode(name)}={encode(written(value))}" for name, value in values.items() if value is not None)


def _with_query(url: str, query: str) -> str:
    if not query:
        return url
    separator = "" if url.endswith("?") else "&" if "?" in url else "?"
    return f"{url}{separator}{query}"
