import { Alert } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { moment } from "../../format/time";
import { Facts } from "../../parts/Facts";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { Ago, Moment } from "../../parts/Values";
import { useLanguage, useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { fill } from "../../words/words";
import { Hours } from "./Hours";
import { Paused } from "./Operate";
import { text } from "./text";

interface Props {
  view: Schemas["ConnectionView"];
  plugin: Schemas["PluginView"] | null;
  status: Schemas["ConnectionStatus"] | undefined;
}

/** How the connection does now, and did lately. */
export function State({ view, plugin, status }: Props) {
  const words = useWords(text);
  const say = useSaid();
  const title = plugin ? `${say(plugin.manifest.title)} ${plugin.manifest.version}` : view.plugin.slice(0, 12);
  return (
    <div className="stack">
      {status && <Faults status={status} />}
      <Panel>
        <Facts
          facts={[
            [words.plugin, plugin ? <Link to={`/plugins/${view.plugin}`}>{title}</Link> : title],
            [words.serves, (status?.interfaces ?? []).map((name) => say(interfaces[name])).join(" · ")],
            [words.inFlight, status?.calls_in_flight],
            [words.updated, <Moment key="updated" at={view.updated_at} />],
            [words.revision, view.revision],
          ]}
        />
      </Panel>
      <Hours name={view.name} />
    </div>
  );
}

function Faults({ status }: { status: Schemas["ConnectionStatus"] }) {
  const words = useWords(text);
  const say = useSaid();
  const { fault, paused, missing_credentials: missing, ungranted, failing } = status;
  return (
    <>
      {paused && <Paused pause={paused} />}
      {fault && <Alert type="error" showIcon title={words.fault} description={say(fault)} />}
      {missing.length > 0 && <Alert type="warning" showIcon title={fill(words.lacks, { list: missing.join(" · ") })} />}
      {ungranted.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={words.ungranted}
          description={ungranted.map(({ field, value }) => (
            <p key={field + value}>
              <code>{field}</code> {value}
            </p>
          ))}
        />
      )}
      {failing.length > 0 && (
        <Panel title={words.failing}>
          <ul className="stack">
            {failing.map((one) => (
              <Failing key={`${one.interface} ${one.function}`} failing={one} />
            ))}
          </ul>
        </Panel>
      )}
      {!fault && missing.length + ungranted.length + failing.length === 0 && status.health === "ready" && (
        <Alert type="success" showIcon title={words.well} />
      )}
    </>
  );
}

function Failing({ failing }: { failing: Schemas["Failing"] }) {
  const words = useWords(text);
  const say = useSaid();
  const { language } = useLanguage();
  const { time_zone } = useCompany();
  const until = failing.breaker_open_until;
  return (
    <li>
      <div className="row">
        <strong>
          {say(interfaces[failing.interface])} · {failing.function}
        </strong>
        <Mark tone="bad">{fill(words.failures, { n: failing.failures })}</Mark>
        {until && <Mark tone="wait">{fill(words.breaker, { when: moment(until, "clock", time_zone, language) })}</Mark>}
        <span className="quiet small">
          <Ago at={failing.at} />
        </span>
      </div>
      <p>{say(failing.text)}</p>
    </li>
  );
}
