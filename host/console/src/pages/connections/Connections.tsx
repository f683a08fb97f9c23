import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { percent } from "../../format/money";
import { duration } from "../../format/quantity";
import { LinkButton } from "../../parts/LinkButton";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { HealthMark } from "../../parts/States";
import { useLanguage, useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { text } from "./text";

interface Line {
  status: Schemas["ConnectionStatus"];
  connection: Schemas["ConnectionView"] | undefined;
  traffic: Schemas["TrafficView"] | undefined;
}

/** All connections with how they do. */
export default function Connections() {
  const words = useWords(text);
  const { may } = useSession();
  const query = useQuery({ queryKey: ["connections", "all"], queryFn: read, refetchInterval: 10_000 });
  const add = may("connections.change") && (
    <LinkButton to="/new-connection" type="primary" icon={<PlusOutlined />}>
      {words.add}
    </LinkButton>
  );
  const toPlugins = <LinkButton to="/plugins">{words.toPlugins}</LinkButton>;
  return (
    <Page title={words.title} hint={words.hint} actions={add}>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={query.data}
        rowKey={(line) => line.status.name}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.empty} hint={words.emptyHint} action={toPlugins} />}
      />
    </Page>
  );
}

async function read(): Promise<Line[]> {
  const [connections, status, overview] = await Promise.all([
    ask(api.GET("/connections")),
    ask(api.GET("/status")),
    ask(api.GET("/overview")),
  ]);
  return status.connections.map((one) => ({
    status: one,
    connection: connections.items.find((other) => other.name === one.name),
    traffic: overview.traffic.find((other) => other.connection === one.name),
  }));
}

function useColumns(): Column<Line>[] {
  const words = useWords(text);
  const say = useSaid();
  const { language } = useLanguage();
  return [
    {
      key: "name",
      title: words.name,
      phone: "head",
      render: ({ status }) => <Link to={`/connections/${encodeURIComponent(status.name)}`}>{status.name}</Link>,
    },
    {
      key: "serves",
      title: words.serves,
      render: ({ status }) => status.interfaces.map((name) => say(interfaces[name])).join(" · "),
    },
    {
      key: "health",
      title: words.health,
      phone: "mark",
      render: ({ status }) => (
        <>
          <HealthMark status={status} />
          {status.fault && <span className="failure">{say(status.fault)}</span>}
          {status.failing.slice(0, 1).map((failing) => (
            <span key={failing.function} className="failure">
              {say(failing.text)}
            </span>
          ))}
        </>
      ),
    },
    { key: "flight", title: words.inFlight, right: true, render: ({ status }) => status.calls_in_flight },
    { key: "queue", title: words.queue, right: true, render: ({ traffic }) => traffic?.pending ?? 0 },
    { key: "attempts", title: words.attempts, right: true, render: ({ traffic }) => traffic?.attempts ?? 0 },
    {
      key: "failed",
      title: words.failed,
      right: true,
      render: ({ traffic }) => (traffic && traffic.attempts > 0 ? percent(traffic.failures / traffic.attempts, language) : "–"),
    },
    {
      key: "time",
      title: words.time,
      right: true,
      render: ({ traffic }) => (traffic && traffic.attempts > 0 ? duration(traffic.average_micros) : "–"),
    },
    {
      key: "priority",
      title: words.priority,
      right: true,
      phone: "none",
      render: ({ connection }) => connection?.routing?.priority ?? 0,
    },
  ];
}
