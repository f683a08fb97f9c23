/**
 * What JavaScript expects around it. A plugin is a snapshot: its engine's clock and dice stand still at the moment of the build, so
 * they are replaced by the host's before the first call. What a sandbox does not have says so, instead of ending the call.
 */

import { monotonic, unixMillis } from "./clock.ts";
import * as log from "./log.ts";
import * as random from "./random.ts";

/** Set by `fetch.ts`: the component has `wasi:http`, and timers with it. */
export const features = { fetch: false };

let installed = false;

// The engine's dice do not exist during the build and would end it without a word of why.
for (const [target, name] of [[Math, "random"], [globalThis.crypto, "getRandomValues"], [globalThis.crypto, "randomUUID"]] as const) {
  replace(target, name, () => {
    throw new Error(`${name} has no value while the plugin is built: call it within a function, not where a module begins`);
  });
}

/** Replaces them, once. */
export function install(): void {
  if (installed) {
    return;
  }
  installed = true;
  installClock();
  installDice();
  installConsole();
  if (!features.fetch) {
    for (const name of ["fetch", "Request", "Response", "Headers"]) {
      absent(name, "import \"@mortise/sdk/fetch\" in the main module to have it, or use `http` of the SDK");
    }
    for (const name of ["setTimeout", "setInterval"]) {
      absent(name, "a call has no timers; what has to wait is an error `retry` with a time");
    }
  }
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function absent(name: string, remedy: string): void {
  // Not an arrow function: `new Headers()` has to reach the message too.
  replace(globalThis, name, function () {
    throw new Error(`${name} does not exist in this plugin: ${remedy}`);
  });
}

function installClock(): void {
  const Real = globalThis.Date;
  const Hosted = new Proxy(Real, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [unixMillis()] : given, made),
    apply: () => new Real(unixMillis()).toString(),
    get: (target, name, receiver) => (name === "now" ? unixMillis : Reflect.get(target, name, receiver)),
  });
  replace(globalThis, "Date", Hosted);
  replace(Real.prototype, "constructor", Hosted);
  replace(globalThis.performance, "now", () => Number(monotonic()) / 1e6);
}

function installDice(): void {
  replace(Math, "random", () => Number(random.number() >> 11n) / 2 ** 53);
  const { crypto } = globalThis;
  replace(crypto, "getRandomValues", <T extends ArrayBufferView>(array: T): T => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += 4096) {
      bytes.set(random.bytes(Math.min(4096, bytes.length - at)), at);
    }
    return array;
  });
  replace(crypto, "randomUUID", () => {
    const bytes = random.bytes(16);
    // Version 4, variant 1.
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  });
}

function installConsole(): void {
  const levels: Record<string, log.Level> = { log: "info", info: "info", debug: "debug", warn: "warn", error: "error", trace: "trace" };
  for (const [name, level] of Object.entries(levels)) {
    replace(globalThis.console, name, (...said: unknown[]) => log.write(level, said.map(shown).join(" ")));
  }
}

function shown(value: unknown): string {
  if (value instanceof Error) {
    return value.stack ? `${value.name}: ${value.message}\n${value.stack}` : String(value);
  }
  if (typeof value !== "object" || value === null) {
    return String(value);
  }
  try {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner));
  } catch {
    return String(value);
  }
}
