import type { Schemas } from "../api/client";
import { Mark, type Tone } from "./Mark";

const TONES: Record<Schemas["Grade"], Tone> = { A: "good", B: "work", C: "calm" };

/** How promising a lead is. */
export function GradeMark({ grade }: { grade: Schemas["Grade"] }) {
  return <Mark tone={TONES[grade]}>{grade}</Mark>;
}
