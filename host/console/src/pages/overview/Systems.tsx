import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { percent } from "../../format/money";
import { duration } from "../../format/quantity";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { HealthMark } from "../../parts/States";
import { useLanguage, useWords } from "../../words/language";
import { text } from "./text";

type Traffic = Schemas["TrafficView"];
type Status = Schemas["ConnectionStatus"];

interface Line {
  name: string;
  status: Status | undefined;
  traffic: Traffic | undefined;
}

/** Every connection with its health, its queue and how its deliveries went. */
export function Systems({ traffic, connections }: { traffic: Traffic[]; connections: Status[] }) {
  const words = useWords(text);
  const { may } = useSession();
  const lines = join(traffic, connections);
  const columns = useColumns();
  const toPlugins = may("plugins.install") && <Link to="/plugins">{words.toPlugins}</Link>;
  return (
    <Panel title={words.connectionsTitle} flush>
      <Rows
        label={words.connectionsTitle}
        columns={columns}
        rows={lines}
        rowKey={(line) => line.name}
        empty={<Nothing title={words.noConnections} hint={words.noConnectionsHint} action={toPlugins} />}
      />
    </Panel>
  );
}

function join(traffic: Traffic[], connections: Status[]): Line[] {
  const names = [...new Set([...connections.map((one) => one.name), ...traffic.map((one) => one.connection)])];
  return names.map((name) => ({
    name,
    status: connections.find((one) => one.name === name),
    traffic: traffic.find((one) => one.connection === name),
  }));
}

function useColumns(): Column<Line>[] {
  const words = useWords(text);
  const { language } = useLanguage();
  const { may } = useSession();
  const named = may("connections.read");
  const rate = ({ failures, attempts }: Traffic) => (attempts > 0 ? percent(failures / attempts, language) : "–");
  return [
    {
      key: "name",
      title: words.connection,
      phone: "head",
      render: ({ name }) => (named ? <Link to={`/connections/${encodeURIComponent(name)}`}>{name}</Link> : name),
    },
    { key: "health", title: words.health, phone: "mark", render: ({ status }) => status && <HealthMark status={status} /> },
    { key: "queue", title: words.queue, right: true, render: ({ traffic }) => traffic?.pending ?? 0 },
    { key: "stuck", title: words.stuck, right: true, render: ({ traffic }) => traffic?.waiting ?? 0 },
    { key: "attempts", title: words.attempts, right: true, render: ({ traffic }) => traffic?.attempts ?? 0 },
    { key: "failed", title: words.failed, right: true, render: ({ traffic }) => (traffic ? rate(traffic) : "–") },
    {
      key: "time",
      title: words.time,
      right: true,
      render: ({ traffic }) => (traffic && traffic.attempts > 0 ? duration(traffic.average_micros) : "–"),
    },
  ];
}
