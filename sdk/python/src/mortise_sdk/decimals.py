"""Exact arithmetic with Python's own `Decimal`.

Sums and products are exact: the context has room for every digit that two numbers of the contract can have together. Rounding is
half up (away from zero at the half) and happens only where it is asked for. There is no way from `float`.

The contract holds `units / 10^scale` with 64 bits and at most nine digits after the point; a number that does not fit is told when
it leaves the plugin, or by `checked` before.
"""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

from .errors import Invalid

MAX_SCALE = 9
"""Largest number of digits after the point."""

_LEAST, _MOST = -(2**63), 2**63 - 1
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)

CONTEXT = decimal.Context(
    prec=60,
    rounding=decimal.ROUND_HALF_UP,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.FloatOperation],
)
"""The context of plugins: two numbers of 19 digits have a product of 38."""

_REASONS = {
    "malformed": (
        "不是小数:请用数字和至多一个小数点,例如 12.50",
        "not a decimal number: use digits with at most one point, such as 12.50",
    ),
    "too-precise": ("小数位数超过 9 位", "more than 9 digits after the point"),
    "overflow": ("数值过大", "the number is too large"),
    "inexact": (
        "位数如此多的 JSON 数字不精确:请以文本给出",
        "a JSON number with this many digits is not exact: it has to come as text",
    ),
    "division-by-zero": ("除数为零", "division by zero"),
}


class DecimalError(Invalid):
    """There is no such decimal. Uncaught, it is `Invalid` with the field `number`."""

    def __init__(self, fault: str, field: str = "number") -> None:
        super().__init__(field, *_REASONS[fault])
        self.fault = fault


def parse(text: str) -> Decimal:
    """A decimal from text such as `-12.50`."""
    if _PLAIN.fullmatch(text) is None:
        raise DecimalError("malformed")
    return checked(Decimal(text))


def from_json(value: object) -> Decimal:
    """A decimal from JSON: text, or a number as upstreams write prices.

    The shortest text that stands for a number is what they wrote, as long as it has no more digits than such a number keeps; beyond
    that the answer would be a guess.
    """
    if isinstance(value, Decimal):
        return checked(value)
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecimalError("malformed")
    if isinstance(value, int):
        return checked(Decimal(value))
    shortest = Decimal(repr(value))
    if not shortest.is_finite():
        raise DecimalError("malformed")
    if shortest.adjusted() > 18:
        raise DecimalError("inexact")
    # `12.0` is twelve.
    written = format(trimmed(shortest), "f")
    if sum(letter.isdigit() for letter in written) > 16:
        raise DecimalError("inexact")
    return parse(written)


def units(number: Decimal) -> tuple[int, int]:
    """Units and scale, as the contract has them."""
    if not isinstance(number, Decimal) or not number.is_finite():
        raise DecimalError("malformed")
    sign, digits, exponent = number.as_tuple()
    whole = int("".join(map(str, digits)) or "0") * (-1 if sign else 1)
    scale = -int(exponent)
    while scale > MAX_SCALE and whole % 10 == 0:
        whole, scale = whole // 10, scale - 1
    if scale > MAX_SCALE:
        raise DecimalError("too-precise")
    if scale < 0:
        whole, scale = whole * 10**-scale, 0
    if not _LEAST <= whole <= _MOST:
        raise DecimalError("overflow")
    return whole, scale


def from_units(whole: int, scale: int) -> Decimal:
    """A decimal from units and scale."""
    return Decimal(whole).scaleb(-scale, CONTEXT)


def checked(number: Decimal) -> Decimal:
    """The number, if it fits the contract. Nothing has no sign."""
    units(number)
    return number if number else number.copy_abs()


def plus(left: Decimal, right: Decimal) -> Decimal:
    """The exact sum."""
    return checked(CONTEXT.add(left, right))


def minus(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference."""
    return checked(CONTEXT.subtract(left, right))


def times(left: Decimal, right: Decimal) -> Decimal:
    """The product, without zeros at its end; exact up to nine digits after the point, rounded half up beyond."""
    product = CONTEXT.multiply(left, right)
    if -int(product.as_tuple().exponent) > MAX_SCALE:
        product = _quantized(product, MAX_SCALE)
    return trimmed(checked(product))


def divided(dividend: Decimal, divisor: Decimal, scale: int) -> Decimal:
    """The quotient, rounded half up to this many digits after the point."""
    if divisor == 0:
        raise DecimalError("division-by-zero")
    _check_scale(scale)
    # In whole numbers: a quotient that is rounded twice may be rounded wrongly.
    (up, above), (down, below) = units(dividend), units(divisor)
    return checked(from_units(_half_up(up * 10 ** (below + scale), down * 10**above), scale))


def rounded(number: Decimal, scale: int) -> Decimal:
    """Rounded half up (away from zero at the half) to this many digits after the point."""
    _check_scale(scale)
    return checked(_quantized(number, scale))


def to_amount(number: Decimal, digits: int) -> int:
    """The amount in minor units of a currency with this many digits (CNY: 2), rounded half up."""
    return units(rounded(number, digits))[0]


def from_amount(amount: int, digits: int) -> Decimal:
    """An amount in minor units of a currency with this many digits (CNY: 2)."""
    return checked(from_units(amount, digits))


def trimmed(number: Decimal) -> Decimal:
    """The same value without zeros at the end."""
    bare = number.normalize(CONTEXT)
    return bare.quantize(Decimal(1), context=CONTEXT) if int(bare.as_tuple().exponent) > 0 else bare


def _quantized(number: Decimal, scale: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-scale), rounding=decimal.ROUND_HALF_UP, context=CONTEXT)


def _check_scale(scale: int) -> None:
    if not 0 <= scale <= MAX_SCALE:
        raise DecimalError("too-precise")


def _half_up(dividend: int, divisor: int) -> int:
    quotient, rest = divmod(abs(dividend), abs(divisor))
    if rest * 2 >= abs(divisor):
        quotient += 1
    return quotient if (dividend < 0) == (divisor < 0) else -quotient
