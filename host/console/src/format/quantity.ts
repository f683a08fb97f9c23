/** An exact decimal for people: thousands apart, no zeros at the end. It never passes through floating point. */
export function decimal(value: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value.trim());
  if (!match) return value;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const apart = whole.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = fraction.replace(/0+$/, "");
  return `${sign}${apart}${rest ? `.${rest}` : ""}`;
}

/** An exact decimal with at least two places, as prices are written. */
export function price(value: string): string {
  const short = decimal(value);
  const [whole = "", fraction = ""] = short.split(".");
  return /^-?[\d,]+$/.test(whole) ? `${whole}.${fraction.padEnd(2, "0")}` : short;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in the largest fitting unit of 1024. */
export function bytes(n: number): string {
  let value = n;
  let at = 0;
  while (value >= 1024 && at < UNITS.length - 1) {
    value /= 1024;
    at += 1;
  }
  const digits = at === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${UNITS[at] ?? "B"}`;
}

/** Microseconds in a unit that people grasp. */
export function duration(micros: number): string {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  if (micros < 10_000) return `${(micros / 1000).toFixed(1)} ms`;
  if (micros < 1_000_000) return `${Math.round(micros / 1000)} ms`;
  if (micros < 60_000_000) return `${(micros / 1_000_000).toFixed(1)} s`;
  return `${Math.floor(micros / 60_000_000)} min ${Math.round((micros % 60_000_000) / 1_000_000)} s`;
}
