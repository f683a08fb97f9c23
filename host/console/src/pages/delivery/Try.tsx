import type { Schemas } from "../../api/client";
import { bytes, duration } from "../../format/quantity";
import { Exchange, PluginLog } from "../../parts/Exchange";
import { FailureText } from "../../parts/FailureText";
import { Mark } from "../../parts/Mark";
import { Moment } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { failureClasses } from "../../words/names";
import { fill } from "../../words/words";
import { text } from "./text";

/** One try: outcome, exchanges with the other system, the plugin's log. */
export function Try({ attempt, open }: { attempt: Schemas["Attempt"]; open: boolean }) {
  const words = useWords(text);
  const say = useSaid();
  const { record, failure } = attempt;
  return (
    <li>
      <details open={open}>
        <summary>
          <strong>{fill(words.attempt, { n: attempt.number })}</strong>
          <Mark tone={failure ? "bad" : "good"}>{failure ? say(failureClasses[failure.class]) : words.ok}</Mark>
          {record.unknown_outcome && <Mark tone="wait">{words.unknown}</Mark>}
          <span className="quiet small">
            <Moment at={attempt.started_at} grain="second" /> · {fill(words.took, { took: duration(record.micros) })} ·{" "}
            {fill(words.memory, { size: bytes(record.memory) })}
          </span>
        </summary>
        <div className="stack try-body">
          {failure && <FailureText failure={failure} />}
          {(record.exchanges ?? []).map((exchange) => (
            <Exchange key={exchange.at + exchange.url} exchange={exchange} />
          ))}
          <PluginLog lines={record.log ?? []} />
        </div>
      </details>
    </li>
  );
}
