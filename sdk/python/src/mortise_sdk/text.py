"""Text for people, in both languages of the product."""

from __future__ import annotations

from . import context
from .contract import Text


def same(text: str) -> Text:
    """What reads the same in both languages, such as an upstream's own message."""
    return Text(text, text)


def in_locale(text: Text, locale: str) -> str:
    """The text for a reader of this language, a BCP 47 tag such as `zh-CN`."""
    return text.zh if locale == "zh" or locale.startswith("zh-") else text.en


def local(text: Text) -> str:
    """The text in the language of whoever reads the outcome of this call."""
    return in_locale(text, context.locale())
