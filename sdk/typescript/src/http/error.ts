/** Why a request had no answer. */

import { invalid, PluginError, retry, unauthorized, unavailable } from "../error.ts";

/**
 * `denied`: outside the grant; the reason says which wish or grant would allow it. `not-sent`: it surely did not reach the
 * upstream. `unknown-outcome`: it may have reached the upstream, so look up before repeating. `too-large`: the answer is larger
 * than the call may receive. `limit`: the call has made as many requests, or moved as many bytes, as it may.
 */
export type HttpFault = "denied" | "not-sent" | "unknown-outcome" | "too-large" | "limit";

/** A request that had no answer. Uncaught, it is the error of the contract that fits. */
export class HttpError extends PluginError {
  override readonly name: string = "HttpError";
  readonly fault: HttpFault;
  /** What the host says about it. */
  readonly told: string;

  constructor(fault: HttpFault, told: string) {
    super(decision(fault, told).failure);
    this.fault = fault;
    this.told = told;
  }
}

function decision(fault: HttpFault, told: string): PluginError {
  switch (fault) {
    // An admin grants the host, then the connection goes on.
    case "denied":
      return unauthorized(`未授权访问:${told}`, `the request is not granted: ${told}`);
    case "not-sent":
      return unavailable(`请求没有送达上游系统:${told}`, `the request did not reach the upstream: ${told}`);
    // The next attempt looks up first; see the rules of one effect per key.
    case "unknown-outcome":
      return retry(`请求的结果未知:${told}`, `what became of the request is not known: ${told}`);
    // More of the same changes nothing: an admin raises the bound, or the settings ask for less.
    case "too-large":
      return invalid("http.response", `响应过大:${told}`, `the answer is too large: ${told}`);
    case "limit":
      return invalid("http.limit", `本次调用的请求已达上限:${told}`, `the call has used up its requests: ${told}`);
  }
}
