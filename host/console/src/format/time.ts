import type { Language } from "../words/words";
import { localeOf } from "./money";

/** How much of a moment is shown. */
export type Grain = "day" | "minute" | "second" | "clock";

const GRAINS: Record<Grain, Intl.DateTimeFormatOptions> = {
  day: { year: "numeric", month: "2-digit", day: "2-digit" },
  minute: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  second: {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  },
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** A moment in the company's zone. What is no moment (`never`) is a dash. */
export function moment(instant: string | null | undefined, grain: Grain, zone: string, language: Language): string {
  const date = instant ? new Date(instant) : null;
  if (!date || Number.isNaN(date.getTime())) return "–";
  return new Intl.DateTimeFormat(localeOf(language), { ...GRAINS[grain], timeZone: zone }).format(date);
}

const SPANS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** How far a moment is from now: "3 minutes ago", "in 2 hours". */
export function ago(instant: string | null | undefined, now: number, language: Language): string {
  const at = instant ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(at)) return "–";
  const [unit, span] = SPANS.find(([, length]) => Math.abs(at - now) >= length) ?? ["second", 1000];
  const format = new Intl.RelativeTimeFormat(localeOf(language), { numeric: "auto" });
  return format.format(Math.trunc((at - now) / span), unit);
}
