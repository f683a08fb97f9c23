// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

/** The call that is being made. Getters, so that the context can grow without breaking compiled plugins. */
declare module "mortise:plugin/context@1.0.0" {
  /** Name of the connection on whose behalf the call is made. */
  export function connection(): string;
  /** Unique id of this call, as it stands in logs and the order's story. */
  export function callId(): string;
  /** Same key, same effect. Empty for calls that only read. */
  export function idempotencyKey(): string;
  /** 1 for the first attempt of a key. */
  export function attempt(): number;
  /** Milliseconds until the host ends the call. */
  export function deadline(): bigint;
  /**
   * Milliseconds that the whole call was given, the wait for its turn included: `limits.deadline-ms` of the connection, or
   * less where the caller wants it sooner. What needs more than this will not succeed next time either.
   */
  export function timeLimit(): bigint;
  /** BCP 47 tag of the language of whoever reads the outcome, such as `zh-CN`. */
  export function locale(): string;
  /** IANA name of the company's time zone. */
  export function timeZone(): string;
  /** The company's day now. */
  export function businessDate(): import("./types.ts").Day;
  /** W3C `traceparent` of the call; the host adds it to outbound requests by itself. */
  export function traceParent(): string;
}

/** The connection's settings. */
declare module "mortise:plugin/config@1.0.0" {
  /** A JSON object that is valid against the schema in the plugin's manifest, defaults filled in. */
  export function get(): string;
}

/** What a plugin remembers between calls: one space per connection. Needs the wish `kv`. */
declare module "mortise:plugin/kv@1.0.0" {
  export type KvError =
    /** Not wished for or not granted. */
    | { tag: "denied"; val: string }
    /** A key over 256 bytes, a value over 64 KiB, or a space over its grant. */
    | { tag: "too-large"; val: string }
    /** The store cannot answer now. */
    | { tag: "unavailable"; val: string };
  export function get(key: string): Uint8Array | undefined;
  /** Sets a value; with `ttl-seconds` it vanishes after that time. */
  export function set(key: string, value: Uint8Array, ttlSeconds: bigint | undefined): void;
  function remove(key: string): void;
  export { remove as delete };
  /** Sets a value if the present one equals `expected` (none: if there is none). Answers whether it did. */
  export function swap(key: string, expected: Uint8Array | undefined, value: Uint8Array): boolean;
  /** Keys that begin with `prefix`, in byte order, at most `limit`. */
  export function keys(prefix: string, limit: number): string[];
}

/** The plugin's log. Lines over the call's byte budget are dropped and counted; known secrets are blotted out. */
declare module "mortise:plugin/log@1.0.0" {
  export type Level =
    | "trace"
    | "debug"
    | "info"
    | "warn"
    | "error";
  export function write(level: Level, message: string, fields: [string, string][]): void;
}

/**
 * Credentials, used without being seen. A slot is declared in the manifest and filled by an admin, or captured by the host
 * from an upstream's answer.
 */
declare module "mortise:plugin/secrets@1.0.0" {
  export type SecretError =
    /** Not declared, not granted, or not in a shape that the manifest declares. */
    | { tag: "denied"; val: string }
    /** The slot is empty. */
    | { tag: "missing"; val: string };
  /** One piece of what is signed. */
  export type Part =
    | { tag: "bytes"; val: Uint8Array }
    /** The value of this slot. */
    | { tag: "credential"; val: string };
  /**
   * A stand-in for the slot's value. The host puts the value in its place on the way out, only in requests to the hosts and
   * in the places (header, query, body) that the slot is declared for. None: the slot is empty or its value has expired.
   */
  export function placeholder(slot: string): string | undefined;
  /** HMAC over the parts, in the shape of this name (algorithm, key slot, pattern of parts) from the manifest. */
  export function hmac(shape: string, parts: Part[]): Uint8Array;
  /** Digest over the parts, in the shape of this name from the manifest. */
  export function digest(shape: string, parts: Part[]): Uint8Array;
  /** Forgets a captured value, such as an access token that the upstream no longer takes. */
  export function forget(slot: string): void;
  /** The value itself. Needs the wish `reveal` for the slot, which an admin rarely grants. */
  export function reveal(slot: string): string | undefined;
}

/**
 * Outbound HTTP to granted hosts: small, buffered, for every guest language. Redirects are followed by the host, each
 * hop checked anew.
 */
declare module "mortise:plugin/http@1.0.0" {
  export interface Request {
    /** `GET`, `POST`, … */
    method: string;
    /** Absolute; may hold placeholders of credentials in its query. */
    url: string;
    headers: [string, string][];
    body?: Uint8Array | undefined;
    /** Milliseconds for the whole exchange; none: the connection's setting. Never beyond the call's deadline. */
    timeout?: bigint | undefined;
  }
  export interface Response {
    /**
     * As it came. After 408, 502, 504 and 520 to 524, which a gateway gives, the outcome is unknown: look up before
     * repeating.
     */
    status: number;
    headers: [string, string][];
    /** Secrets that the upstream echoed are blotted out; captured fields hold placeholders. */
    body: Uint8Array;
  }
  export type HttpError =
    /** Outside the grant. The message says which wish or grant would allow it. */
    | { tag: "denied"; val: string }
    /** The request surely did not reach the upstream (no such host, connection refused). */
    | { tag: "not-sent"; val: string }
    /** It may have reached the upstream (time-out, connection lost): look up before repeating. */
    | { tag: "unknown-outcome"; val: string }
    /** The answer is larger than the call may receive. */
    | { tag: "too-large"; val: string }
    /** The call has made as many requests, or moved as many bytes, as it may. */
    | { tag: "limit"; val: string };
  export function send(request: Request): Response;
}

/** Granted reads of the company's core data. Needs the wish `records` with the kinds that are read. */
declare module "mortise:plugin/records@1.0.0" {
  /** Products of these codes; unknown ones are left out. Kind `products`. */
  export function products(skus: string[]): import("./records.ts").Product[];
  /** Rows in force on this day for these items, all from one published version. Kind `prices`. */
  export function listPrices(skus: string[], currency: string, on: import("./types.ts").Day): import("./records.ts").ListPrice[];
  /** A buyer of this code. Kind `customers`. */
  export function findCustomer(code: string): import("./types.ts").Customer | undefined;
  /** Orders of a customer since an instant, newest first, at most `limit` (at most 100). Kind `orders`. */
  export function recentOrders(customer: string, since: import("./types.ts").Instant, limit: number): import("./types.ts").RecentOrder[];
  /**
   * The upstream's codes for ours, in the same order; none where no mapping is kept. `kind` is `sku`, `customer`,
   * `warehouse` or `unit`. Kind `codes`.
   */
  export function codes(kind: string, local: string[]): (string | undefined)[];
  /** Our codes for the upstream's: the reverse of `codes`. Kind `codes`. */
  export function localCodes(kind: string, remote: string[]): (string | undefined)[];
}

/** The host's clock. */
declare module "mortise:plugin/clock@1.0.0" {
  export function now(): import("./types.ts").Instant;
  /** Nanoseconds from an unspecified beginning; never goes back within a call. */
  export function monotonic(): bigint;
}

/** Randomness fit for keys and nonces. */
declare module "mortise:plugin/random@1.0.0" {
  /** At most 4096 bytes. */
  export function bytes(length: number): Uint8Array;
  export function number(): bigint;
}
