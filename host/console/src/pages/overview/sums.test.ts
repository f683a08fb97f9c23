import { describe, expect, it } from "vitest";
import { ordersOf, salesOf } from "./sums";

const day = (sales: [string, number][]) => ({
  day: "2026-01-31",
  orders: { held: 1, confirmed: 3 },
  sales: sales.map(([currency, gross]) => ({ currency, count: 1, gross })),
});

describe("sums", () => {
  it("counts orders in all states", () => {
    expect(ordersOf(day([]))).toBe(4);
    expect(ordersOf(undefined)).toBe(0);
  });

  it("never adds amounts of different currencies", () => {
    expect(
      salesOf(
        [
          day([
            ["GBP", 5],
            ["CNY", 7],
          ]),
          day([["CNY", 1]]),
        ],
        "CNY",
      ),
    ).toEqual([
      { currency: "CNY", gross: 8 },
      { currency: "GBP", gross: 5 },
    ]);
    expect(salesOf([], "CNY")).toEqual([{ currency: "CNY", gross: 0 }]);
  });
});
