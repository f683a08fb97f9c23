import type { ReactNode } from "react";

/** How something stands. */
export type Tone = "good" | "work" | "wait" | "bad" | "calm";

/** A word with a colour and a sign, so that the colour alone says nothing. */
export function Mark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`mark mark-${tone}`}>
      <span className="mark-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
