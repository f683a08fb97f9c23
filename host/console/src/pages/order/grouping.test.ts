import { describe, expect, it } from "vitest";
import { calls, grouped, list } from "./grouping";

const entry = (event: string, at = "2026-01-31T08:00:00Z", data: unknown = {}) => ({ event, at, actor: "host", data });
const names = (events: ReturnType<typeof entry>[]) =>
  grouped(events).map((chapter) => [chapter.entry.event, chapter.parts.map((part) => part.event), chapter.times]);

describe("grouped", () => {
  it("puts a decision together with what led to it", () => {
    const at = "2026-01-31T08:00:01Z";
    const story = [entry("order.received"), entry("order.evaluated", at), entry("hold.opened", at), entry("order.held", at)];
    expect(names(story)).toEqual([
      ["order.received", [], 1],
      ["order.held", ["order.evaluated", "hold.opened"], 1],
    ]);
  });

  it("keeps a release by a person apart, and what is left without a decision", () => {
    const later = "2026-01-31T08:00:02Z";
    expect(names([entry("hold.released"), entry("order.evaluated"), entry("delivery.done", later)])).toEqual([
      ["hold.released", [], 1],
      ["order.evaluated", [], 1],
      ["delivery.done", [], 1],
    ]);
  });

  it("counts the same failure once with how often, also where two fail by turns, and begins anew after something else", () => {
    const failed = (key: string, at: string) => entry("delivery.failed", at, { key });
    const story = [failed("a", "1"), failed("b", "2"), failed("a", "3"), entry("ticket.opened", "4"), failed("a", "5")];
    expect(grouped(story).map((one) => [one.entry.event, one.times, one.since, one.entry.at])).toEqual([
      ["delivery.failed", 2, "1", "3"],
      ["delivery.failed", 1, "2", "2"],
      ["ticket.opened", 1, "4", "4"],
      ["delivery.failed", 1, "5", "5"],
    ]);
  });
});

describe("particulars", () => {
  it("are read only where they are what is expected", () => {
    expect(list({ holds: ["a", 1, "b"] }, "holds")).toEqual(["a", "b"]);
    expect(list("text", "holds")).toEqual([]);
    expect(calls({ steps: [{ micros: 5 }, { micros: 7 }, {}] })).toEqual({ count: 3, micros: 12 });
    expect(calls(null)).toEqual({ count: 0, micros: 0 });
  });
});
