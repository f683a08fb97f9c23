/** The call that is being made. */

import { context } from "#host";

import type { Day } from "./contract/index.ts";

/** Name of the connection on whose behalf the call is made. */
export function connection(): string {
  return context.connection();
}

/** Unique id of this call, as it stands in logs and the order's story. */
export function callId(): string {
  return context.callId();
}

/** Same key, same effect. Empty for calls that only read. */
export function idempotencyKey(): string {
  return context.idempotencyKey();
}

/** 1 for the first attempt of a key. */
export function attempt(): number {
  return context.attempt();
}

/** Is this a further attempt of the same key? Then look up what exists before writing. */
export function isRepeat(): boolean {
  return attempt() > 1;
}

/** Milliseconds until the host ends the call. */
export function timeLeft(): number {
  return Number(context.deadline());
}

/**
 * Milliseconds that the whole call was given, the wait for its turn included. What needs more than this will not succeed on the next
 * attempt either: that is `invalid` for `limits.deadline-ms`, not a retry.
 */
export function timeLimit(): number {
  return Number(context.timeLimit());
}

/** BCP 47 tag of the language of whoever reads the outcome, such as `zh-CN`. */
export function locale(): string {
  return context.locale();
}

/** IANA name of the company's time zone. */
export function timeZone(): string {
  return context.timeZone();
}

/** The company's day now. */
export function businessDate(): Day {
  return context.businessDate();
}

/** W3C `traceparent` of the call; the host adds it to outbound requests by itself. */
export function traceParent(): string {
  return context.traceParent();
}
