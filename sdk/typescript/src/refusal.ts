/** Refusals of the host. */

import type { PluginError } from "./error.ts";

/**
 * Asks the host, and turns its refusal (a tag and a reason) into an error of the contract. Anything else that is thrown stays
 * what it is.
 */
export function refused<Tag extends string, T>(ask: () => T, error: (tag: Tag, reason: string) => PluginError): T {
  try {
    return ask();
  } catch (thrown) {
    throw isRefusal<Tag>(thrown) ? error(thrown.payload.tag, thrown.payload.val) : thrown;
  }
}

/** How the engine hands over the error of an imported function. */
export function isRefusal<Tag extends string>(thrown: unknown): thrown is { payload: { tag: Tag; val: string } } {
  if (typeof thrown !== "object" || thrown === null || !("payload" in thrown)) {
    return false;
  }
  const { payload } = thrown;
  return typeof payload === "object" && payload !== null && "tag" in payload && "val" in payload;
}
