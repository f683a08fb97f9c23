/** Why a call did not do what was asked. The case decides what the host does next, so choose it with care. */

import { DecimalError } from "./decimal.ts";
import type { Failure } from "./contract/types.ts";
import { text } from "./text.ts";

/** An error of the contract. Throw one; the functions of this module make them. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  /** What the host is told. */
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describe(failure));
    this.failure = failure;
  }

  /** Where the engine looks for what a function's error holds. */
  get payload(): Failure {
    return this.failure;
  }
}

/** The business says no. A person is shown the reason; no retry. */
export function rejected(zh: string, en: string): PluginError {
  return new PluginError({ tag: "rejected", val: text(zh, en) });
}

/** The input or the settings are wrong. A person corrects the field, such as `lines[2].sku` or `settings.account`. */
export function invalid(field: string, zh: string, en: string): PluginError {
  return new PluginError({ tag: "invalid", val: { field, reason: text(zh, en) } });
}

/** A passing fault. The host tries again, not before so many milliseconds; without a figure when it sees fit. */
export function retry(afterMilliseconds?: number): PluginError {
  return new PluginError({ tag: "retry", val: wait(afterMilliseconds) });
}

/** The upstream asks for fewer calls; where it says for how long, pass it on. */
export function rateLimited(afterMilliseconds?: number): PluginError {
  return new PluginError({ tag: "rate-limited", val: wait(afterMilliseconds) });
}

/** The upstream refuses our credential. The connection stops until an admin mends it. */
export function unauthorized(zh: string, en: string): PluginError {
  return new PluginError({ tag: "unauthorized", val: text(zh, en) });
}

/** The effect exists already under this external id: the host takes it for a success. */
export function duplicate(externalId: string): PluginError {
  return new PluginError({ tag: "duplicate", val: externalId });
}

/** What was asked about does not exist at the upstream. */
export function notFound(zh: string, en: string): PluginError {
  return new PluginError({ tag: "not-found", val: text(zh, en) });
}

/** The upstream cannot work now. Retried slowly; the breaker counts it. */
export function unavailable(zh: string, en: string): PluginError {
  return new PluginError({ tag: "unavailable", val: text(zh, en) });
}

/** What is answered for a function that a plugin leaves out. */
export function notImplemented(name: string): PluginError {
  return rejected(`此插件没有实现 ${name}`, `this plugin does not implement ${name}`);
}

/**
 * The contract's error for whatever was thrown. A mistake of the plugin itself is `unavailable`: nobody knows what it had done
 * before, so the host looks again later and tells people; a business `no` it is not.
 */
export function asPluginError(thrown: unknown): PluginError {
  if (thrown instanceof PluginError) {
    return thrown;
  }
  if (thrown instanceof DecimalError) {
    return invalid("number", thrown.reason.zh, thrown.reason.en);
  }
  const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return unavailable(`插件出错:${reason}`, `the plugin failed: ${reason}`);
}

function wait(milliseconds: number | undefined): bigint | undefined {
  return milliseconds === undefined ? undefined : BigInt(Math.max(0, Math.ceil(milliseconds)));
}

function describe(failure: Failure): string {
  const { tag, val } = failure;
  if (typeof val === "string") {
    return `${tag}: ${val}`;
  }
  if (typeof val === "object") {
    return "field" in val ? `${tag}: ${val.field}: ${val.reason.en}` : `${tag}: ${val.en}`;
  }
  return val === undefined ? tag : `${tag} after ${val} ms`;
}
