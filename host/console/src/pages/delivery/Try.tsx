import type { Schemas } from "../../api/client";
import { bytes, duration } from "../../format/quantity";
import { FailureText } from "../../parts/FailureText";
import { Mark } from "../../parts/Mark";
import { Data, Moment } from "../../parts/Values";
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
          {(record.log ?? []).length > 0 && (
            <div>
              <h3>{words.log}</h3>
              <Data value={(record.log ?? []).map(line).join("\n")} />
            </div>
          )}
        </div>
      </details>
    </li>
  );
}

function line({ level, message, fields = [] }: Schemas["LogLine"]): string {
  return [level.toUpperCase(), message, ...fields.map(([name, value]) => `${name}=${value}`)].join(" ");
}

function Exchange({ exchange }: { exchange: Schemas["Exchange"] }) {
  const words = useWords(text);
  const { method, url, status, error, micros } = exchange;
  return (
    <div className="exchange">
      <div className="row">
        <Mark tone={status && status < 400 ? "good" : "bad"}>{status ?? "–"}</Mark>
        <code>
          {method} {url}
        </code>
        <span className="quiet small">{duration(micros)}</span>
      </div>
      {error && <p className="failure">{fill(words.noAnswer, { error })}</p>}
      <div className="exchange-parts">
        <Part title={words.request} headers={exchange.request_headers} body={exchange.request_body} />
        <Part title={words.response} headers={exchange.response_headers} body={exchange.response_body} />
      </div>
    </div>
  );
}

function Part({ title, headers, body }: { title: string; headers: string[][]; body: string }) {
  const words = useWords(text);
  return (
    <div>
      <h3>{title}</h3>
      {headers.length > 0 && (
        <details>
          <summary className="quiet small">{words.headers}</summary>
          <Data value={headers.map(([name, value]) => `${name}: ${value}`).join("\n")} />
        </details>
      )}
      {body && <Data value={pretty(body)} />}
    </div>
  );
}

/** JSON in lines; other text as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
