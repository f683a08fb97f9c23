import { expect, it } from "vitest";
import { happened, levels, together } from "./sums";

const stage = (entered: number, lost: number) => ({
  stage: "call",
  entered,
  lost,
  passed: entered - lost,
  present: 0,
  dwell_hours: 1,
});
const funnel = (store: string, entered: number, lost: number) => ({
  store,
  rank: 1,
  begun: entered,
  won: 0,
  conversion: 0,
  stages: [stage(entered, lost)],
});

it("adds stores up stage by stage", () => {
  const all = [funnel("S1", 5, 1), funnel("S2", 3, 2)];
  expect(levels(all)).toEqual([{ stage: "call", entered: 8, passed: 5, lost: 3, present: 0 }]);
  expect(happened(all)).toBe(true);
  expect(happened([funnel("S1", 0, 0)])).toBe(false);
});

it("weighs averages of one person's stores", () => {
  const share = { store: "S1", owner: "user:a", assigned: 3, answered: 3, answer_hours: 1, lost: 0, score: 60 };
  const other = { ...share, store: "S2", assigned: 1, answered: 1, answer_hours: 5, lost: 1, score: 100 };
  expect(together([share, other])).toEqual([
    { store: "S1", owner: "user:a", assigned: 4, answered: 4, answer_hours: 2, lost: 1, score: 70 },
  ]);
});
