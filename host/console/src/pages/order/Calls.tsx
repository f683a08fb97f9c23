import { Button } from "antd";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { duration } from "../../format/quantity";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { Data } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { failureClasses, steps as names } from "../../words/names";
import type { Text } from "../../words/words";
import { text } from "./text";

type Step = Schemas["StepRecord"];

/** What was asked of which system while the order was judged, and how long it took. */
export function Calls({ steps }: { steps: Step[] }) {
  const words = useWords(text);
  if (steps.length === 0) return null;
  const longest = Math.max(1, ...steps.map((step) => step.micros));
  return (
    <Panel title={words.calls}>
      <ul className="calls">
        {steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name of their own and never move
          <Call key={at} step={step} longest={longest} />
        ))}
      </ul>
    </Panel>
  );
}

function Call({ step, longest }: { step: Step; longest: number }) {
  const words = useWords(text);
  const say = useSaid();
  const [open, setOpen] = useState(false);
  const classes: Record<string, Text | undefined> = failureClasses;
  const outcome = step.outcome === "ok" ? "✓" : say(classes[step.outcome]) || step.outcome;
  return (
    <li className="calls-item">
      <div className="calls-row">
        <span>
          {say(names[step.step]) || step.step}
          <span className="quiet small"> {step.connection || words.hostItself}</span>
        </span>
        <span className="calls-bar" aria-hidden="true">
          <span style={{ width: `${Math.max(2, (100 * step.micros) / longest)}%` }} />
        </span>
        <span className="figure">{duration(step.micros)}</span>
        <Mark tone={step.outcome === "ok" ? "good" : "bad"}>{outcome}</Mark>
        <Button size="small" type="text" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.answered}
        </Button>
      </div>
      {open && <Data value={step.answer} />}
    </li>
  );
}
