/** The host's clock. `Date` and `performance` go by it too, while a call is made. */

import { clock } from "#host";

import type { Instant } from "./contract/index.ts";

/** Microseconds since 1970. */
export function now(): Instant {
  return clock.now();
}

/** Nanoseconds from an unspecified beginning; never goes back within a call. */
export function monotonic(): bigint {
  return clock.monotonic();
}

/** Seconds since 1970, as most upstreams want them in signatures. */
export function unixSeconds(): number {
  return Number(floor(now(), 1_000_000n));
}

/** Milliseconds since 1970. */
export function unixMillis(): number {
  return Number(floor(now(), 1_000n));
}

/** Division that goes down before 1970 too. */
function floor(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
