/** Reading an answer. */

import { notFound, type PluginError, rateLimited, rejected, retry, unauthorized, unavailable } from "../error.ts";
import * as log from "../log.ts";

/** How much of an answer goes into an error's text. */
const EXCERPT = 300;

/** What the upstream answered. */
export class Response {
  readonly status: number;
  /** Headers, as they came. */
  readonly headers: readonly (readonly [string, string])[];
  /** Secrets that the upstream echoed are blotted out; captured fields hold placeholders. */
  readonly body: Uint8Array;

  constructor(answer: { status: number; headers: [string, string][]; body: Uint8Array }) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.body = answer.body;
  }

  /** The first header of this name, in whatever case. */
  header(name: string): string | undefined {
    return this.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  }

  /** Is the status 2xx? */
  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as text; what is not UTF-8 becomes `�`. */
  text(): string {
    return new TextDecoder().decode(this.body);
  }

  /**
   * The body, read from JSON. An answer that is none is `unavailable`: usually an error page of something between. What it holds
   * is not checked: read fields that decide about money with `Decimal.fromJson`.
   */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text()) as T;
    } catch (error) {
      const { status } = this;
      const reason = error instanceof Error ? error.message : String(error);
      throw unavailable(
        `上游系统的响应(状态 ${status})无法理解:${reason}。内容:${this.excerpt()}`,
        `the upstream's answer (status ${status}) is not understood: ${reason}. It begins: ${this.excerpt()}`,
      );
    }
  }

  /**
   * Goes on with a 2xx answer and throws an error for any other, by the usual meaning of its status. Where an upstream means
   * something else by a status, look at `status` first.
   */
  errorForStatus(): this {
    if (!this.isSuccess) {
      throw this.asError();
    }
    return this;
  }

  private asError(): PluginError {
    const { status } = this;
    const zh = `上游系统返回状态 ${status}:${this.excerpt()}`;
    const en = `the upstream answered with status ${status}: ${this.excerpt()}`;
    if (status === 401 || status === 403) {
      return unauthorized(zh, en);
    }
    if (status === 404 || status === 410) {
      return notFound(zh, en);
    }
    if (status === 429) {
      return rateLimited(this.retryAfter());
    }
    if (status >= 502 && status <= 504) {
      return unavailable(zh, en);
    }
    if (status === 408 || status === 425 || status >= 500) {
      log.warn(en);
      return retry(this.retryAfter());
    }
    return rejected(zh, en);
  }

  /** `Retry-After` in milliseconds. Its form with a date is rare and left to the host's own back-off. */
  private retryAfter(): number | undefined {
    const text = this.header("retry-after")?.trim() ?? "";
    return /^[0-9]+$/.test(text) ? Number(text) * 1000 : undefined;
  }

  private excerpt(): string {
    return Array.from(this.text()).slice(0, EXCERPT).join("");
  }
}
