"""Outbound HTTP to granted hosts: small and buffered. Redirects are followed by the host, each hop checked anew.

made = http.post(f"{base}/customers", query={"key": secrets.placeholder("key")}, json={"name": name})
identity = made.raise_for_status().json()["id"]
"""

from __future__ import annotations

import datetime
import json as _json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import quote

from ._host import interface, refusal
from .errors import HttpError, NotFound, PluginError, RateLimited, Rejected, Retry, Unauthorized, Unavailable

_http = interface("http")
# Bytes of an answer that are looked at, and characters of it that are told.
_LOOKED_AT, _TOLD = 16 << 10, 300
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = re.compile(r"[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT", re.ASCII)

Value: TypeAlias = str | int | bool | Decimal
"""What may stand in a query, a form or a header. It may hold placeholders of credentials."""


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


__all__ = [
    "HttpError",
    "Request",
    "Response",
    "Value",
    "delete",
    "dumps",
    "encode",
    "excerpt",
    "get",
    "patch",
    "post",
    "prepare",
    "put",
]

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

        One that ends in the middle is `Retry`, as its other half may hold anything; one of another form is `Unavailable`: usually the
        page of something between.
        """
        try:
            return _json.loads(self.body, parse_float=Decimal)
        except ValueError as error:
            raise self._unreadable() from error

    def _unreadable(self) -> PluginError:
        text = self.text.lstrip("\ufeff \t\r\n")
        is_data = text.startswith(("{", "["))
        if not text or (is_data and _ends_inside(text)):
            zh = f"上游系统的响应(HTTP {self.status})不完整,只有 {len(self.body)} 字节"
            return Retry(zh, f"the upstream's answer (HTTP {self.status}) ends in the middle, after {len(self.body)} bytes")
        # A page is told; data is not, for it may be about people.
        begins = "" if is_data else excerpt(self.body)
        zh = f"上游系统的响应(HTTP {self.status})无法理解" + ("" if is_data else f"。内容:{begins}")
        en = f"the upstream's answer (HTTP {self.status}) is not understood" + ("" if is_data else f". It begins: {begins}")
        return Unavailable(zh, en, self.retry_after())

    def raise_for_status(self) -> Response:
        """Goes on with a 2xx answer and raises an error for any other, by the usual meaning of its status.

        Where an upstream means something else by a status, look at `status` first.
        """
        if self.ok:
            return self
        if self.status in (404, 410):
            raise NotFound(*self._told())
        raise self._passing() or Rejected(*self._told())

    def raise_for_gateway(self) -> Response:
        """The same for an upstream that answers 2xx to everything and tells in the body what it means.

        Any other status comes from what stands before it, a gateway, a proxy or a wrong address: 404 is then no missing document and
        400 no refused order.
        """
        if self.ok:
            return self
        raise self._passing() or Unavailable(*self._told())

    def retry_after(self) -> float | None:
        """Seconds for which the upstream asks to be left in peace, by `Retry-After`.

        It is given in seconds, or as a date, which counts from the answer's own `Date`.
        """
        value = (self.header("retry-after") or "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        until, begun = _seconds(value), _seconds(self.header("date") or "")
        return None if until is None or begun is None else max(0.0, until - begun)

    def _passing(self) -> PluginError | None:
        """What a status means from whomever it comes."""
        zh, en = self._told()
        match self.status:
            case 401 | 403 | 407:
                return Unauthorized(zh, en)
            case 429:
                return RateLimited(zh, en, self.retry_after())
            case 503:
                return Unavailable(zh, en, self.retry_after())
        # 502 and 504 tell nothing about what happened behind the gateway: the next attempt looks up first.
        passing = self.status in (408, 425) or self.status >= 500
        return Retry(zh, en, self.retry_after()) if passing else None

    def _told(self) -> tuple[str, str]:
        begins = excerpt(self.body)
        zh, en = f"上游系统返回 HTTP {self.status}", f"the upstream answered with HTTP {self.status}"
        return (f"{zh}:{begins}", f"{en}: {begins}") if begins else (zh, en)


def excerpt(words: str | bytes) -> str:
    """The beginning of an upstream's message or body, fit for the reason of an error.

    One line of at most 300 characters without control characters. Of a page its title, or where it has none its words.
    """
    raw = words.encode() if isinstance(words, str) else words
    text = raw[:_LOOKED_AT].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return _line(text)
    title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
    return (_line(_without_tags(title[1])) if title else "") or _line(_without_tags(text))


def _without_tags(page: str) -> str:
    page = re.sub(r"<(script|style)[^>]*>.*?(</\1|$)", " <", page, flags=re.IGNORECASE | re.DOTALL)
    return re.sub(r"<[^>]*(>|$)", " ", page)


def _line(text: str) -> str:
    joined = " ".join("".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text).split())
    return joined if len(joined) <= _TOLD else joined[:_TOLD] + "…"


def _seconds(text: str) -> float | None:
    """Seconds since 1970 of a date in a header, such as `Wed, 21 Oct 2015 07:28:00 GMT`."""
    found = _DATE.fullmatch(text.strip())
    if found is None or found[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second = found.groups()
    numbers = (int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59))
    try:
        return datetime.datetime(*numbers, tzinfo=datetime.timezone.utc).timestamp()
    except ValueError:
        return None


def _ends_inside(json: str) -> bool:
    """Does JSON end within a text, a list or an object?"""
    bare = re.sub(r'"(\\.|[^"\\])*"', "", json, flags=re.DOTALL)
    return '"' in bare or bare.count("{") + bare.count("[") > bare.count("}") + bare.count("]")


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
