/** A guest for tests: does what the script in the query's text tells it, and answers all that it saw. */

import { type Attributes, attributes, context, Decimal, http, implement, kv, type Located, log, rejected, retry, secrets, settings } from "@mortise/sdk";

interface Step {
  do: string;
  text?: string;
  url?: string;
}

/** A thought from the time of the build. */
const BUILT = { now: Date.now(), dice: refusal(() => Math.random()), id: refusal(() => crypto.randomUUID()) };

export const geocoder = implement("geocoder", settings.object({ upstream: settings.string }), ({ upstream }) => ({
  locate(query): Located | Promise<Located> {
    const steps = JSON.parse(query.text) as Step[];
    const seen: Attributes = [];
    for (const step of steps) {
      const answer = act(step, seen, upstream);
      if (answer !== undefined) {
        return answer as Located | Promise<Located>;
      }
    }
    return located(seen);
  },
}));

function refusal(work: () => unknown): string {
  try {
    return String(work());
  } catch (error) {
    return String(error);
  }
}

function located(seen: Attributes): Located {
  const nowhere = { province: "", city: "", district: "", code: "" };
  return { best: { formatted: "", level: "none", division: nowhere }, candidates: [], attributes: seen };
}

/** What it answers is the answer of the call, be it right or wrong. */
function act(step: Step, seen: Attributes, upstream: string): unknown {
  const say = (name: string, value: unknown): void => {
    seen.push([name, String(value)]);
  };
  switch (step.do) {
    case "echo":
      say("echo", step.text);
      return undefined;
    case "throw-error":
      return nowhere(step.text ?? "");
    case "throw-text":
      throw step.text;
    case "throw-nothing":
      throw undefined;
    case "reject":
      throw rejected("不行", "no");
    case "retry":
      throw retry("稍后", "later").after(1500);
    case "promise":
      return Promise.resolve(located([["kept", "yes"]]));
    case "broken-promise":
      return Promise.reject(new RangeError(step.text));
    case "loop":
      for (;;) {
        seen.length = 0;
      }
    case "memory":
      for (const kept: Uint8Array[] = []; ; ) {
        kept.push(new Uint8Array(1 << 20).fill(1));
      }
    case "recursion":
      return recurse(1);
    case "decimal":
      say("decimal", Decimal.parse(step.text ?? "").times(Decimal.parse("1.5")));
      return undefined;
    case "number":
      throw new RangeError(String(Decimal.parse("9223372036854775807").plus(Decimal.ONE)));
    case "answer-nothing":
      return null;
    case "answer-wrong":
      return { ...located([]), candidates: [{ level: "somewhere" }] };
    case "clock":
      say("date", new Date().toISOString());
      say("now", Date.now());
      say("moved", Date.now() !== BUILT.now);
      say("given", new Date(0).toISOString());
      say("instance", new Date() instanceof Date && new Date().constructor === Date);
      say("performance", performance.now() >= 0);
      return undefined;
    case "dice":
      say("random", Math.random() !== Math.random());
      say("built", [BUILT.dice, BUILT.id].every((told) => told.includes("has no value while the plugin is built")));
      say("id", crypto.randomUUID());
      say("bytes", crypto.getRandomValues(new Uint8Array(5000)).some((byte) => byte !== 0));
      return undefined;
    case "console":
      console.log("said", { money: 5n, text: step.text });
      console.error(new Error("written"));
      log.warn("logged", { with: step.text });
      return undefined;
    case "timer":
      return setTimeout(() => undefined, 1);
    case "fetch":
      return fetch(step.url ?? "");
    case "send":
      return send(step.url ?? upstream, say);
    case "kv":
      say("before", kv.get("k"));
      kv.set("k", { text: step.text, price: Decimal.parse("1.50"), big: 2n ** 63n });
      say("after", JSON.stringify(kv.get("k")));
      return undefined;
    case "secret":
      say("placeholder", secrets.placeholder("key").length > 0);
      return undefined;
    case "context":
      say("context", [context.connection(), context.attempt(), context.locale(), context.businessDate()].join(" "));
      return undefined;
    default:
      throw new Error(`no step ${step.do}`);
  }
}

function nowhere(name: string): unknown {
  return (undefined as unknown as Record<string, Record<string, unknown>>)[name]?.["x"];
}

function recurse(depth: number): number {
  return 1 + recurse(depth + 1);
}

function send(url: string, say: (name: string, value: unknown) => void): undefined {
  try {
    const answer = http.post(url, { json: { price: Decimal.parse("1.50"), text: "茶 🍵" }, bearer: secrets.placeholder("key") });
    say("status", answer.status);
    say("body", answer.text());
  } catch (error) {
    if (!(error instanceof http.HttpError) || error.fault === "not-sent") {
      throw error;
    }
    say("fault", error.fault);
  }
  return undefined;
}
