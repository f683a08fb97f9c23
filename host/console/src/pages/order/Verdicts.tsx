import type { Schemas } from "../../api/client";
import { Mark, type Tone } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { useSaid, useWords } from "../../words/language";
import { text } from "./text";

type Verdict = Schemas["Verdict"];

const TONES: Record<Verdict["outcome"], Tone> = { allow: "good", flag: "wait", hold: "wait", block: "bad" };

/** What each rule said. */
export function Verdicts({ verdicts }: { verdicts: Verdict[] }) {
  const words = useWords(text);
  const say = useSaid();
  if (verdicts.length === 0) return null;
  return (
    <Panel title={words.verdicts}>
      <ul className="verdicts">
        {verdicts.map((verdict) => (
          <li key={verdict.rule}>
            <Mark tone={TONES[verdict.outcome]}>{words[verdict.outcome]}</Mark>
            <span>
              <strong>{say(verdict.title)}</strong>
              {verdict.outcome === "hold" && <p className="quiet">{say(verdict.reason)}</p>}
              {(verdict.outcome === "flag" || verdict.outcome === "block") && <p className="quiet">{say(verdict.text)}</p>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
