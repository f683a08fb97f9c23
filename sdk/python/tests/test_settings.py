import unittest
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mortise_sdk import Invalid, settings


@dataclass
class Tier:
    from_: Decimal


@dataclass
class Settings:
    base_url: str
    rates: list[Decimal]
    stores: dict[str, int]
    mode: Literal["strict", "loose"]
    dry_run: bool | None = None
    retries: int = 3


GOOD = {"base-url": "https://x", "rates": ["0.9"], "stores": {"s-1": 7}, "mode": "loose"}


class SettingsTest(unittest.TestCase):
    def test_kebab_case_fields_become_snake_case(self) -> None:
        read = settings.read(Settings, GOOD)
        self.assertEqual(read, Settings("https://x", [Decimal("0.9")], {"s-1": 7}, "loose"))

    def test_an_error_names_the_field(self) -> None:
        wrong = {
            "settings.rates[1]": {"rates": ["1", "x"]},
            "settings.rates": {"rates": 7},
            "settings.base-url": {"base-url": None},
            "settings.stores.s-1": {"stores": {"s-1": True}},
            "settings.mode": {"mode": "other"},
            "settings.dry-run": {"dry-run": 1},
        }
        for expected, change in wrong.items():
            with self.subTest(expected), self.assertRaises(Invalid) as caught:
                settings.read(Settings, GOOD | change)
            self.assertEqual(caught.exception.field, expected)

    def test_a_setting_may_be_named_like_a_word_of_python(self) -> None:
        self.assertEqual(settings.read(Tier, {"from": "2"}), Tier(Decimal(2)))
