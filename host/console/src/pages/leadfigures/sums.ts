import type { Schemas } from "../../api/client";

type Funnel = Schemas["Funnel"];

/** A stage over all stores. */
export interface Level {
  stage: string;
  entered: number;
  passed: number;
  lost: number;
  present: number;
}

/** The stages of all stores together, in the order of the stages. */
export function levels(funnels: Funnel[]): Level[] {
  const sums = new Map<string, Level>();
  for (const { stages } of funnels) {
    for (const { stage, entered, passed, lost, present } of stages) {
      const sum = sums.get(stage) ?? { stage, entered: 0, passed: 0, lost: 0, present: 0 };
      sum.entered += entered;
      sum.passed += passed;
      sum.lost += lost;
      sum.present += present;
      sums.set(stage, sum);
    }
  }
  return [...sums.values()];
}

/** Did anything happen at all? */
export function happened(funnels: Funnel[]): boolean {
  return funnels.some(({ stages }) => stages.some(({ entered }) => entered > 0));
}

/** Shares of one person over all stores: what they were given counts together, averages by their weight. */
export function together(shares: Schemas["ShareView"][]): Schemas["ShareView"][] {
  const sums = new Map<string, Schemas["ShareView"]>();
  const mean = (a: number, weight: number, b: number, other: number) =>
    weight + other > 0 ? (a * weight + b * other) / (weight + other) : 0;
  for (const share of shares) {
    const sum = sums.get(share.owner);
    if (!sum) {
      sums.set(share.owner, { ...share });
      continue;
    }
    sum.answer_hours = mean(sum.answer_hours, sum.answered, share.answer_hours, share.answered);
    sum.score = mean(sum.score, sum.assigned, share.score, share.assigned);
    sum.assigned += share.assigned;
    sum.answered += share.answered;
    sum.lost += share.lost;
  }
  return [...sums.values()].sort((a, b) => b.assigned - a.assigned);
}
