/** Why a request had no answer. */

import { invalid, PluginError, retry, unauthorized, unavailable } from "../error.ts";
import * as log from "../log.ts";

/**
 * `denied`: outside the grant; the reason says which wish or grant would allow it. `not-sent`: it surely did not reach the
 * upstream. `unknown-outcome`: it may have reached the upstream, so look up before repeating. `too-large`: the answer is larger
 * than the call may receive. `limit`: the call has made as many requests, or moved as many bytes, as it may.
 */
export type HttpFault = "denied" | "not-sent" | "unknown-outcome" | "too-large" | "limit";

/** A request that had no answer. Uncaught, it is the error of the contract that fits. */
export class HttpError extends PluginError {
  readonly fault: HttpFault;
  readonly reason: string;

  constructor(fault: HttpFault, reason: string) {
    super(decision(fault, reason).failure);
    this.fault = fault;
    this.reason = reason;
  }
}

function decision(fault: HttpFault, reason: string): PluginError {
  switch (fault) {
    // An admin grants the host, then the connection goes on.
    case "denied":
      return unauthorized(`未授权访问:${reason}`, `the request is not granted: ${reason}`);
    case "not-sent":
      return unavailable(`无法连接上游系统:${reason}`, `the upstream cannot be reached: ${reason}`);
    // The next attempt looks up first; see the rules of one effect per key.
    case "unknown-outcome":
      log.warn(`request of unknown outcome: ${reason}`);
      return retry();
    // More of the same changes nothing: an admin raises the bound, or the settings ask for less.
    case "too-large":
      return invalid("http.response", `响应过大:${reason}`, `the answer is too large: ${reason}`);
    case "limit":
      return invalid("http.limit", `本次调用的请求已达上限:${reason}`, `the call has used up its requests: ${reason}`);
  }
}
