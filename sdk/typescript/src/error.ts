/** Why a call did not do what was asked. The case decides what the host does next, so choose it with care. */

import { DecimalError } from "./decimal.ts";
import type { Failure, Pause, Text } from "./contract/index.ts";
import { text } from "./text.ts";

/**
 * An error of the contract. Throw one; the functions of this module make them.
 *
 * Every reason is read by people, in tickets, holds and the order's story: say what the upstream answered, with its own code and
 * message, and never write a credential into it.
 */
export class PluginError extends Error {
  override readonly name: string = "PluginError";
  /** What the host is told. */
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describe(failure));
    this.failure = failure;
  }

  /** Why, for people. Undefined: it is a success in another shape, `duplicate`. */
  get reason(): Text | undefined {
    const { val } = this.failure;
    return typeof val === "string" ? undefined : "reason" in val ? val.reason : val;
  }

  /**
   * Tried again not before so many milliseconds have passed, as the upstream asks; undefined: when the host sees fit. It means
   * nothing for errors that are not tried again by themselves, and leaves them as they are.
   */
  after(milliseconds: number | undefined): PluginError {
    const { failure } = this;
    if (failure.tag !== "retry" && failure.tag !== "rate-limited" && failure.tag !== "unavailable") {
      return this;
    }
    const after = milliseconds === undefined ? undefined : BigInt(Math.max(0, Math.ceil(milliseconds)));
    return new PluginError({ tag: failure.tag, val: { after, reason: failure.val.reason } });
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

/** A passing fault, or an outcome that is not known. The host tries again soon; see `after`. */
export function retry(zh: string, en: string): PluginError {
  return new PluginError({ tag: "retry", val: pause(zh, en) });
}

/** The upstream works and asks for fewer calls; where it says for how long, pass that on with `after`. */
export function rateLimited(zh: string, en: string): PluginError {
  return new PluginError({ tag: "rate-limited", val: pause(zh, en) });
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

/** The upstream cannot work now. Tried again, and the breaker counts it; see `after`. */
export function unavailable(zh: string, en: string): PluginError {
  return new PluginError({ tag: "unavailable", val: pause(zh, en) });
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

function pause(zh: string, en: string): Pause {
  return { after: undefined, reason: text(zh, en) };
}

function describe(failure: Failure): string {
  const { tag, val } = failure;
  if (typeof val === "string") {
    return `${tag}: ${val}`;
  }
  return "field" in val ? `${tag}: ${val.field}: ${val.reason.en}` : `${tag}: ${"reason" in val ? val.reason.en : val.en}`;
}
