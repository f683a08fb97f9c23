import type { Schemas } from "../api/client";
import { duration } from "../format/quantity";
import { useWords } from "../words/language";
import { fill } from "../words/words";
import { exchangeText } from "./exchangeText";
import { Mark } from "./Mark";
import { Data } from "./Values";

/** What a plugin wrote into its log; nothing, where it wrote nothing. */
export function PluginLog({ lines }: { lines: Schemas["LogLine"][] }) {
  const words = useWords(exchangeText);
  if (lines.length === 0) return null;
  return (
    <div>
      <h3>{words.log}</h3>
      <Data value={lines.map(line).join("\n")} />
    </div>
  );
}

function line({ level, message, fields = [] }: Schemas["LogLine"]): string {
  return [level.toUpperCase(), message, ...fields.map(([name, value]) => `${name}=${value}`)].join(" ");
}

interface Props {
  exchange: Schemas["Exchange"];
  /** It was planned, not sent: that it has no answer is no failure. */
  planned?: boolean;
}

/** A request to another system and its answer, credentials redacted. */
export function Exchange({ exchange, planned }: Props) {
  const words = useWords(exchangeText);
  const { method, url, status, error, micros } = exchange;
  return (
    <div className="exchange">
      <div className="row">
        {planned && !status ? (
          <Mark tone="calm">{words.notSent}</Mark>
        ) : (
          <Mark tone={status && status < 400 ? "good" : "bad"}>{status ?? "–"}</Mark>
        )}
        <code>
          {method} {url}
        </code>
        {!planned && <span className="quiet small">{duration(micros)}</span>}
      </div>
      {error && !planned && <p className="failure">{fill(words.noAnswer, { error })}</p>}
      <div className="exchange-parts">
        <Part title={words.request} headers={exchange.request_headers} body={exchange.request_body} />
        {(!planned || status) && (
          <Part title={words.response} headers={exchange.response_headers} body={exchange.response_body} />
        )}
      </div>
    </div>
  );
}

function Part({ title, headers, body }: { title: string; headers: string[][]; body: string }) {
  const words = useWords(exchangeText);
  return (
    <div className="exchange-part">
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
