import type { Text } from "../words/words";
import type { Schemas } from "./client";

type Problem = Schemas["Problem"];

/** Titles of the kinds of problems; what the API says of the single case is shown as it says it. */
const TITLES: Record<string, Text> = {
  invalid: { zh: "填写有误", en: "Something filled in is not valid" },
  malformed: { zh: "请求无法读取", en: "The request cannot be read" },
  "not-found": { zh: "未找到", en: "There is no such thing" },
  conflict: { zh: "与现有内容冲突", en: "It conflicts with what is there" },
  "too-large": { zh: "内容过大", en: "It is too large" },
  unavailable: { zh: "服务器暂时无法处理", en: "The server cannot do this now" },
  internal: { zh: "服务器出错", en: "The server made a mistake" },
  forbidden: { zh: "没有权限", en: "This is not allowed" },
  unauthorized: { zh: "请重新登录", en: "Please sign in" },
  "cross-site": { zh: "请求来自其他网站", en: "The request comes from another site" },
  silence: { zh: "无法连接服务器", en: "The server does not answer" },
};

const SILENCE: Record<"detail" | "remedy", Text> = {
  detail: { zh: "服务器没有应答。", en: "No answer came from the server." },
  remedy: { zh: "请检查网络，稍后重试。", en: "Check the network and try again in a moment." },
};

/** A refusal of the API in its own words. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** The answer's `X-Request-Id`, which stands in the log too. */
  readonly request: string | null;

  constructor(problem: Problem, request: string | null) {
    super(problem.detail);
    this.name = "ApiError";
    this.problem = problem;
    this.request = request;
  }

  /** From an answer and what was read of it. */
  static of(response: Response, body: unknown): ApiError {
    const request = response.headers.get("x-request-id");
    if (isProblem(body)) return new ApiError(body, request);
    const title = response.statusText || `HTTP ${response.status}`;
    return new ApiError({ type: "urn:mortise:problem:internal", title, status: response.status, detail: title }, request);
  }

  get status(): number {
    return this.problem.status;
  }

  /** The kind of problem, such as `invalid`. */
  get kind(): string {
    return this.problem.type.split(":").pop() ?? "";
  }

  /** The kind in words. */
  get title(): Text {
    return TITLES[this.kind] ?? { zh: this.problem.title, en: this.problem.title };
  }

  /** What happened this time. */
  get detail(): Text {
    return this.problem.text ?? (this.kind === "silence" ? SILENCE.detail : both(this.problem.detail));
  }

  /** What to do; may be empty. */
  get remedy(): Text {
    return this.kind === "silence" ? SILENCE.remedy : both(this.problem.remedy ?? "");
  }
}

function both(words: string): Text {
  return { zh: words, en: words };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "type" in body && "detail" in body && "status" in body;
}

/** No answer came. */
export function silence(): ApiError {
  const problem = { type: "urn:mortise:problem:silence", title: "silence", status: 0, detail: SILENCE.detail.en };
  return new ApiError(problem, null);
}

/** Any thrown value as an `ApiError`. */
export function troubleOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError({ type: "urn:mortise:problem:internal", title: "error", status: 0, detail }, null);
}
