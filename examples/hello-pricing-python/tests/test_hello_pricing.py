import unittest
from decimal import Decimal

from hello_pricing import HelloPricing
from mortise_sdk import Invalid, PriceLine, PriceRequest, settings


class PriceTest(unittest.TestCase):
    request = PriceRequest(lines=[PriceLine(number=1, quantity=Decimal(3))])

    def test_the_steps_add_up_to_the_price(self) -> None:
        plugin = settings.read(HelloPricing, {"base-price": "99.90", "markup": "0.15", "tax-rate": "0.13"})

        priced = plugin.price(self.request)

        base, markup = priced.lines[0].explanation
        self.assertEqual(str(markup.amount), "14.985")
        self.assertEqual(base.amount + markup.amount, priced.lines[0].unit_price)

    def test_a_wrong_setting_is_told_by_its_name(self) -> None:
        with self.assertRaises(Invalid) as caught:
            settings.read(HelloPricing, {"base-price": "abc", "markup": "0.15", "tax-rate": "0.13"})
        self.assertEqual(caught.exception.field, "settings.base-price")


if __name__ == "__main__":
    unittest.main()
