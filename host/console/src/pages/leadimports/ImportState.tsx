import { Mark, type Tone } from "../../parts/Mark";
import { useWords } from "../../words/language";
import { states } from "./text";

const TONES: Record<keyof typeof states, Tone> = { ready: "wait", running: "work", done: "good", failed: "bad" };

/** Where an import is. */
export function ImportState({ state }: { state: string }) {
  const words = useWords(states);
  const known = state in TONES ? (state as keyof typeof states) : undefined;
  return <Mark tone={known ? TONES[known] : "calm"}>{known ? words[known] : state}</Mark>;
}
