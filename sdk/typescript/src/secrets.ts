/**
 * Credentials, used without being seen. A slot is declared in the manifest and filled by an admin, or captured by the host from an
 * upstream's answer.
 *
 * A placeholder goes into a request where the value belongs; the host puts the value in its place on the way out. It has only
 * letters, digits, `-`, `_` and `.`, so that encoding leaves it as it is.
 */

import { secrets } from "#host";

import { type PluginError, unauthorized } from "./error.ts";
import { refused } from "./refusal.ts";

/** One piece of what is signed: bytes, text as UTF-8, or the value of a slot. */
export type Part = Uint8Array | string | { slot: string };

/** A stand-in for a slot that has to be filled. An empty one is `unauthorized`: an admin fills it. */
export function placeholder(slot: string): string {
  const found = optional(slot);
  if (found === undefined) {
    throw missing(slot);
  }
  return found;
}

/** A stand-in for a slot that may be empty, such as an access token that has expired. */
export function optional(slot: string): string | undefined {
  return call(() => secrets.placeholder(slot));
}

/** HMAC over the parts, in the shape of this name from the manifest. */
export function hmac(shape: string, ...parts: Part[]): Uint8Array {
  return call(() => secrets.hmac(shape, parts.map(raw)));
}

/** Digest over the parts, in the shape of this name from the manifest. */
export function digest(shape: string, ...parts: Part[]): Uint8Array {
  return call(() => secrets.digest(shape, parts.map(raw)));
}

/** Forgets a captured value, such as an access token that the upstream no longer takes. */
export function forget(slot: string): void {
  call(() => secrets.forget(slot));
}

/** The value itself. Needs the wish `reveal` for the slot, which an admin rarely grants. */
export function reveal(slot: string): string | undefined {
  return call(() => secrets.reveal(slot));
}

/** Lower-case hexadecimal, as most upstreams want their signatures. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function raw(part: Part): import("mortise:plugin/secrets@1.0.0").Part {
  if (typeof part === "string") {
    return { tag: "bytes", val: new TextEncoder().encode(part) };
  }
  return part instanceof Uint8Array ? { tag: "bytes", val: part } : { tag: "credential", val: part.slot };
}

function call<T>(ask: () => T): T {
  return refused(ask, (tag: "denied" | "missing", reason) =>
    tag === "missing"
      ? missing(reason)
      : unauthorized(`未授权使用凭据:${reason}`, `credential not granted: ${reason}`),
  );
}

function missing(slot: string): PluginError {
  return unauthorized(`凭据为空:${slot}`, `the credential is not set: ${slot}`);
}
