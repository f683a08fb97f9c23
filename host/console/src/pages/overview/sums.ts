import type { Schemas } from "../../api/client";

type Day = Schemas["Day"];

/** How many orders a day has. */
export function ordersOf(day: Day | undefined): number {
  return Object.values(day?.orders ?? {}).reduce((sum, count) => sum + count, 0);
}

/** The sales of some days, one amount for each currency: the company's own first. */
export function salesOf(days: Day[], own: string): { currency: string; gross: number }[] {
  const sums = new Map<string, number>([[own, 0]]);
  for (const { currency, gross } of days.flatMap((day) => day.sales)) {
    sums.set(currency, (sums.get(currency) ?? 0) + gross);
  }
  return [...sums].map(([currency, gross]) => ({ currency, gross }));
}
