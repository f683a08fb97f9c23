/** Putting a request together. */

import type { Decimal } from "../decimal.ts";
import { encode } from "./encode.ts";

/** What may stand in a query, a form or a header. */
export type Value = string | number | bigint | boolean | Decimal;

/** What goes along with a request. Values may hold placeholders of credentials. */
export interface Options {
  /** Parameters of the query, percent-encoded, after those that the URL has. Undefined ones are left out. */
  query?: Record<string, Value | undefined>;
  headers?: Record<string, Value | undefined>;
  /** `Authorization: Bearer`, usually with a placeholder. */
  bearer?: string;
  /** A JSON body. Decimals are written as text. */
  json?: unknown;
  /** A body of form fields, percent-encoded. */
  form?: Record<string, Value | undefined>;
  /** Any other body; `type` is its media type. */
  body?: Uint8Array | string;
  type?: string;
  /** Milliseconds for the whole exchange; otherwise the connection's setting holds. Never beyond the call's deadline. */
  timeout?: number;
}

/** A request as it will be sent. */
export interface Prepared {
  method: string;
  url: string;
  headers: [string, string][];
  body: Uint8Array | undefined;
  timeout: bigint | undefined;
}

/** The request as it will be sent: to test how one is put together. */
export function prepare(method: string, url: string, options: Options = {}): Prepared {
  const headers = defined(options.headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  if (options.bearer !== undefined) {
    headers.push(["authorization", `Bearer ${options.bearer}`]);
  }
  const [body, type] = bodyOf(options);
  if (type !== undefined && !headers.some(([name]) => name === "content-type")) {
    headers.push(["content-type", type]);
  }
  const timeout = options.timeout === undefined ? undefined : BigInt(Math.max(1, Math.ceil(options.timeout)));
  return { method, url: withQuery(url, pairs(options.query)), headers, body, timeout };
}

function bodyOf({ json, form, body, type }: Options): [Uint8Array | undefined, string | undefined] {
  if (json !== undefined) {
    return [bytes(JSON.stringify(json)), type ?? "application/json"];
  }
  if (form !== undefined) {
    return [bytes(pairs(form)), type ?? "application/x-www-form-urlencoded"];
  }
  return body === undefined ? [undefined, type] : [bytes(body), type ?? "application/octet-stream"];
}

function bytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

function defined(values: Record<string, Value | undefined> = {}): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value.toString()]]));
}

function pairs(values: Record<string, Value | undefined> | undefined): string {
  return defined(values)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

function withQuery(url: string, query: string): string {
  if (query === "") {
    return url;
  }
  const separator = url.endsWith("?") ? "" : url.includes("?") ? "&" : "?";
  return `${url}${separator}${query}`;
}
