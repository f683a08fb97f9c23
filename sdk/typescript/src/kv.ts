/** What the plugin remembers between calls: one space per connection. Values are kept as JSON. Needs the wish `kv`. */

import { kv } from "#host";

import { invalid, unauthorized, unavailable } from "./error.ts";
import { refused } from "./refusal.ts";

/** The value of this key. What a bigint was is text, and a decimal too: read it with `BigInt` or `Decimal.fromJson`. */
export function get<T>(key: string): T | undefined {
  const bytes = call(() => kv.get(key));
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

/** Sets a value for good, or for so many seconds. */
export function set(key: string, value: unknown, seconds?: number): void {
  const lifetime = seconds === undefined ? undefined : BigInt(Math.max(1, Math.ceil(seconds)));
  call(() => kv.set(key, encode(key, value), lifetime));
}

/** Forgets a value. */
export function remove(key: string): void {
  call(() => kv.delete(key));
}

/**
 * Sets a value if the present one is `expected` (undefined: if there is none). Answers whether it did. Values are compared as
 * their JSON text, so build them with their fields in one order.
 */
export function swap(key: string, expected: unknown, value: unknown): boolean {
  const before = expected === undefined ? undefined : encode(key, expected);
  return call(() => kv.swap(key, before, encode(key, value)));
}

/** Keys that begin with `prefix`, in byte order, at most `limit`. */
export function keys(prefix: string, limit: number): string[] {
  return call(() => kv.keys(prefix, limit));
}

function encode(key: string, value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
  if (text === undefined) {
    throw invalid(`kv.${key}`, "值不能写成 JSON", "the value cannot be written as JSON");
  }
  return new TextEncoder().encode(text);
}

function call<T>(ask: () => T): T {
  return refused(ask, (tag: "denied" | "too-large" | "unavailable", reason) => {
    switch (tag) {
      case "denied":
        return unauthorized(`未授权使用键值存储:${reason}`, `key-value store not granted: ${reason}`);
      case "too-large":
        return invalid("kv", `超出键值存储的限额:${reason}`, `over the bounds of the key-value store: ${reason}`);
      case "unavailable":
        return unavailable(`键值存储暂不可用:${reason}`, `the key-value store is unavailable: ${reason}`);
    }
  });
}
