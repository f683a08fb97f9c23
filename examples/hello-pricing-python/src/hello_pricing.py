"""The smallest pricing plugin: one base price for everything, and a markup on it. Both come from the settings."""

from decimal import Decimal

from mortise_sdk import Invalid, Priced, PriceRequest, Pricing, Text, decimals, plugin, price_of, step


@plugin
class HelloPricing(Pricing):
    """The connection's settings. They are the plugin: it keeps nothing else."""

    base_price: Decimal
    """Price of one unit of anything, without tax."""
    markup: Decimal
    """A share of the base price that is added: `0.15` is 15 %."""
    tax_rate: Decimal
    """A share: `0.13` is 13 %."""

    def price(self, request: PriceRequest) -> Priced:
        if self.base_price < 0:
            raise Invalid("settings.base-price", "基础价格不能为负数", "the base price cannot be negative")
        added = decimals.trimmed(decimals.rounded(self.base_price * self.markup, 4))
        steps = [
            step("base", self.base_price, Text("基础价格", "base price")),
            step("markup", added, Text("加价", "markup")),
        ]
        lines = [price_of(line.number, self.tax_rate, steps) for line in request.lines]
        return Priced(lines, "hello/1")
