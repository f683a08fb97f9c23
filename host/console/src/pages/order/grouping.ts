import type { Schemas } from "../../api/client";

type Entry = Schemas["Entry"];

/** Entries that people read as one: a decision with what led to it, or the same failure again and again. */
export interface Chapter {
  /** The entry that gives it its name. */
  entry: Entry;
  /** What belongs to it: holds opened or released by the decision, the evaluation. */
  parts: Entry[];
  /** How often it happened in a row. */
  times: number;
  /** When it happened first. */
  since: string;
}

const DECISIONS = new Set(["order.confirmed", "order.held", "order.rejected"]);

/** The story in chapters, oldest first. Nothing is left out: what repeats is counted. */
export function grouped(entries: Entry[]): Chapter[] {
  const chapters: Chapter[] = [];
  let waiting: Entry[] = [];
  const close = () => {
    chapters.push(...waiting.map(alone));
    waiting = [];
  };
  for (const entry of entries) {
    if (waiting[0] && waiting[0].at !== entry.at) close();
    if (entry.event === "order.evaluated" || (waiting.length > 0 && /^(hold\.|approval\.requested$)/.test(entry.event))) {
      waiting.push(entry);
      continue;
    }
    if (DECISIONS.has(entry.event) && waiting.length > 0) {
      chapters.push({ ...alone(entry), parts: waiting });
      waiting = [];
      continue;
    }
    close();
    const before = failing(chapters).find((chapter) => isSame(chapter.entry, entry));
    if (before) {
      before.entry = entry;
      before.times += 1;
    } else chapters.push(alone(entry));
  }
  close();
  return chapters;
}

function alone(entry: Entry): Chapter {
  return { entry, parts: [], times: 1, since: entry.at };
}

/** The last chapters, as long as nothing but failures is told. Several deliveries that fail by turns are told once each. */
function failing(chapters: Chapter[]): Chapter[] {
  const other = chapters.findLastIndex((chapter) => chapter.entry.event !== "delivery.failed");
  return chapters.slice(other + 1);
}

/** The same delivery failing again. */
function isSame(a: Entry, b: Entry): boolean {
  return a.event === "delivery.failed" && b.event === a.event && field(a.data, "key") === field(b.data, "key");
}

/** A text or number among an entry's particulars. */
export function field(data: unknown, name: string): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const value = (data as Record<string, unknown>)[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** A list of texts among an entry's particulars. */
export function list(data: unknown, name: string): string[] {
  if (typeof data !== "object" || data === null) return [];
  const value = (data as Record<string, unknown>)[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** Calls of an evaluation: how many, and how long together in microseconds. */
export function calls(data: unknown): { count: number; micros: number } {
  const steps = typeof data === "object" && data !== null && "steps" in data && Array.isArray(data.steps) ? data.steps : [];
  const micros = steps.reduce((sum: number, step: { micros?: number }) => sum + (step.micros ?? 0), 0);
  return { count: steps.length, micros };
}
