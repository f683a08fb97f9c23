/** Reading an answer. */

import type { Text } from "../contract/index.ts";
import { notFound, type PluginError, rateLimited, rejected, retry, unauthorized, unavailable } from "../error.ts";
import { text } from "../text.ts";
import { seconds } from "./date.ts";
import { excerpt } from "./excerpt.ts";

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
   * The body, read from JSON. One that ends in the middle is `retry`, as its other half may hold anything; one of another form is
   * `unavailable`: usually the page of something between. What it holds is not checked: read fields that decide about money with
   * `Decimal.fromJson`.
   */
  json<T = unknown>(): T {
    const text = this.text();
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw error instanceof SyntaxError ? this.unreadable(text.trimStart()) : error;
    }
  }

  private unreadable(text: string): PluginError {
    const { status } = this;
    const isData = text.startsWith("{") || text.startsWith("[");
    if (text === "" || (isData && endsInside(text))) {
      const bytes = this.body.length;
      return retry(
        `上游系统的响应(HTTP ${status})不完整,只有 ${bytes} 字节`,
        `the upstream's answer (HTTP ${status}) ends in the middle, after ${bytes} bytes`,
      );
    }
    // A page is told; data is not, for it may be about people.
    const begins = isData ? "" : excerpt(this.body);
    return unavailable(
      `上游系统的响应(HTTP ${status})无法理解${isData ? "" : `。内容:${begins}`}`,
      `the upstream's answer (HTTP ${status}) is not understood${isData ? "" : `. It begins: ${begins}`}`,
    ).after(this.retryAfter());
  }

  /**
   * Goes on with a 2xx answer and throws an error for any other, by the usual meaning of its status. Where an upstream means
   * something else by a status, look at `status` first.
   */
  errorForStatus(): this {
    if (this.isSuccess) {
      return this;
    }
    const { zh, en } = this.told();
    if (this.status === 404 || this.status === 410) {
      throw notFound(zh, en);
    }
    throw this.passing() ?? rejected(zh, en);
  }

  /**
   * The same for an upstream that answers 2xx to everything and tells in the body what it means. Any other status comes from what
   * stands before it, a gateway, a proxy or a wrong address: 404 is then no missing document and 400 no refused order.
   */
  errorForGateway(): this {
    if (this.isSuccess) {
      return this;
    }
    const { zh, en } = this.told();
    throw this.passing() ?? unavailable(zh, en);
  }

  /**
   * Milliseconds for which the upstream asks to be left in peace, by `Retry-After`: in seconds, or as a date, which counts from the
   * answer's own `Date`.
   */
  retryAfter(): number | undefined {
    const value = this.header("retry-after")?.trim() ?? "";
    if (/^[0-9]+$/.test(value)) {
      return Number(value) * 1000;
    }
    const until = seconds(value);
    const from = seconds(this.header("date") ?? "");
    return until === undefined || from === undefined ? undefined : Math.max(0, until - from) * 1000;
  }

  /** What a status means from whomever it comes. */
  private passing(): PluginError | undefined {
    const { status } = this;
    const { zh, en } = this.told();
    if (status === 401 || status === 403 || status === 407) {
      return unauthorized(zh, en);
    }
    if (status === 429) {
      return rateLimited(zh, en).after(this.retryAfter());
    }
    if (status === 503) {
      return unavailable(zh, en).after(this.retryAfter());
    }
    // 502 and 504 tell nothing about what happened behind the gateway: the next attempt looks up first.
    return status === 408 || status === 425 || status >= 500 ? retry(zh, en).after(this.retryAfter()) : undefined;
  }

  private told(): Text {
    const begins = excerpt(this.body);
    const colon = begins === "" ? "" : ":";
    const gap = begins === "" ? "" : ": ";
    return text(
      `上游系统返回 HTTP ${this.status}${colon}${begins}`,
      `the upstream answered with HTTP ${this.status}${gap}${begins}`,
    );
  }
}

/** Does JSON end within a text, a list or an object? */
function endsInside(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const letter = json[at] ?? "";
    if (quoted && letter === "\\") {
      at += 1;
    } else if (letter === '"') {
      quoted = !quoted;
    } else if (!quoted && "[{".includes(letter)) {
      depth += 1;
    } else if (!quoted && "]}".includes(letter)) {
      depth -= 1;
    }
  }
  return quoted || depth > 0;
}
