/** The smallest pricing plugin: one base price for everything, and a markup on it. Both come from the settings. */

import { implement, invalid, priceOf, settings, step, text } from "@mortise/sdk";

const options = settings.object({
  /** Price of one unit of anything, without tax. */
  basePrice: settings.decimal,
  /** A share of the base price that is added: `0.15` is 15 %. */
  markup: settings.decimal,
  /** A share: `0.13` is 13 %. */
  taxRate: settings.decimal,
});

export const pricing = implement("pricing", options, ({ basePrice, markup, taxRate }) => ({
  price(request) {
    if (basePrice.isNegative) {
      throw invalid("settings.base-price", "基础价格不能为负数", "the base price cannot be negative");
    }
    const added = basePrice.times(markup).rounded(4).trimmed();
    const lines = request.lines.map(({ number }) =>
      priceOf(number, taxRate, [
        step("base", basePrice, text("基础价格", "base price")),
        step("markup", added, text("加价", "markup")),
      ]),
    );
    return { lines, version: "hello/1" };
  },
}));
