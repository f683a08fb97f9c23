import json
import unittest
from decimal import Decimal, FloatOperation, localcontext
from pathlib import Path

from mortise_sdk import decimals

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/decimal.json").read_text("utf-8"))


def text(number: Decimal) -> str:
    return format(number, "f")


# What the other SDKs answer too.
OPERATIONS = {
    "parse": lambda of: text(decimals.parse(of)),
    "plus": lambda left, right: text(decimals.plus(decimals.parse(left), decimals.parse(right))),
    "minus": lambda left, right: text(decimals.minus(decimals.parse(left), decimals.parse(right))),
    "times": lambda left, right: text(decimals.times(decimals.parse(left), decimals.parse(right))),
    "divided": lambda left, right, scale: text(decimals.divided(decimals.parse(left), decimals.parse(right), scale)),
    "compare": lambda left, right: int(decimals.parse(left).compare(decimals.parse(right))),
    "rounded": lambda number, scale: text(decimals.rounded(decimals.parse(number), scale)),
    "amount": lambda number, digits: str(decimals.to_amount(decimals.parse(number), digits)),
    "trimmed": lambda number: text(decimals.trimmed(decimals.parse(number))),
}


class DecimalsTest(unittest.TestCase):
    def test_the_vectors_that_all_sdks_share(self) -> None:
        self.assertGreater(len(VECTORS), 1000)
        for vector in VECTORS:
            operation = OPERATIONS[vector["op"]]
            with self.subTest(**vector):
                if "fault" in vector:
                    with self.assertRaises(decimals.DecimalError) as caught:
                        operation(*vector["of"])
                    self.assertEqual(caught.exception.fault, vector["fault"])
                else:
                    self.assertEqual(operation(*vector["of"]), vector["is"])

    def test_json_numbers_are_read_as_they_were_written(self) -> None:
        for value, expected in [
            ("1.250", "1.250"),
            (12, "12"),
            (-3, "-3"),
            (0.1, "0.1"),
            (1234567.89, "1234567.89"),
            (1e-7, "0.0000001"),
            (12.0, "12"),
        ]:
            self.assertEqual(text(decimals.from_json(value)), expected)
        for value in [0.1 + 0.2, 1e300, 1e-12, float("nan"), float("inf"), True, None, "x", {}, 2**63]:
            with self.assertRaises(decimals.DecimalError, msg=repr(value)):
                decimals.from_json(value)

    def test_plain_arithmetic_is_exact_in_the_context_of_plugins(self) -> None:
        large = Decimal("9223372036854775807")
        with localcontext(decimals.CONTEXT):
            self.assertEqual(large * large, Decimal("85070591730234615847396907784232501249"))
            self.assertEqual(Decimal("2.675").quantize(Decimal("0.01")), Decimal("2.68"))
            with self.assertRaises(FloatOperation):
                Decimal(0.1)

    def test_units_are_the_contracts(self) -> None:
        for number, expected in [
            ("12.50", (1250, 2)),
            ("1E+3", (1000, 0)),
            ("1.00000000000", (1_000_000_000, 9)),
            ("-0", (0, 0)),
        ]:
            self.assertEqual(decimals.units(Decimal(number)), expected)
        for number in ["0.1234567891", "9223372036854775808", "NaN", "Infinity"]:
            with self.assertRaises(decimals.DecimalError):
                decimals.units(Decimal(number))
