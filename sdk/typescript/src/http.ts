/**
 * Outbound HTTP to granted hosts: small and buffered. Redirects are followed by the host, each hop checked anew.
 *
 *     const made = http
 *       .post(`${base}/customers`, { query: { key: secrets.placeholder("key") }, json: { name } })
 *       .errorForStatus()
 *       .json<{ id: string }>();
 */

import { http } from "#host";

import { prepare, type Options } from "./http/request.ts";
import { Response } from "./http/response.ts";
import { HttpError, type HttpFault } from "./http/error.ts";
import { isRefusal } from "./refusal.ts";

export { encode } from "./http/encode.ts";
export { HttpError, type HttpFault } from "./http/error.ts";
export { excerpt } from "./http/excerpt.ts";
export { prepare, type Options, type Prepared, type Value } from "./http/request.ts";
export { Response } from "./http/response.ts";

/**
 * Sends a request of any method to an absolute URL and waits for the answer, of whatever status. Throws an `HttpError` where there
 * is none; uncaught, it becomes an error of the contract.
 */
export function send(method: string, url: string, options: Options = {}): Response {
  const request = prepare(method, url, options);
  try {
    return new Response(http.send(request));
  } catch (thrown) {
    throw isRefusal<HttpFault>(thrown) ? new HttpError(thrown.payload.tag, thrown.payload.val) : thrown;
  }
}

export function get(url: string, options?: Options): Response {
  return send("GET", url, options);
}

export function post(url: string, options?: Options): Response {
  return send("POST", url, options);
}

export function put(url: string, options?: Options): Response {
  return send("PUT", url, options);
}

export function patch(url: string, options?: Options): Response {
  return send("PATCH", url, options);
}

/** `DELETE`. */
export function remove(url: string, options?: Options): Response {
  return send("DELETE", url, options);
}
