import { useQuery } from "@tanstack/react-query";
import { Select, Tabs } from "antd";
import type { ReactNode } from "react";
import { useParams, useSearchParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { HealthMark } from "../../parts/States";
import { useWide } from "../../parts/wide";
import { useSaid, useWords } from "../../words/language";
import { Credentials } from "./Credentials";
import { Deeds } from "./Deeds";
import { useDraft } from "./draft";
import { Grant } from "./Grant";
import { History } from "./History";
import { Operate } from "./Operate";
import { Plan } from "./Plan";
import { planText } from "./planText";
import { Rules } from "./Rules";
import { SaveBar } from "./SaveBar";
import { Settings } from "./Settings";
import { State } from "./State";
import { TestButton } from "./Test";
import { text } from "./text";
import "./connection.css";

interface Read {
  view: Schemas["ConnectionView"];
  plugin: Schemas["PluginView"] | null;
}

async function read(name: string, mayPlugins: boolean): Promise<Read> {
  const view = await ask(api.GET("/connections/{name}", { params: { path: { name } } }));
  const params = { path: { digest: view.plugin } };
  const plugin = mayPlugins ? await ask(api.GET("/plugins/{digest}", { params })) : null;
  return { view, plugin };
}

/** One connection: how it does, and everything about it that can be set. */
export default function Connection() {
  const { name = "" } = useParams();
  const say = useSaid();
  const { may } = useSession();
  const query = useQuery({ queryKey: ["connection", name], queryFn: () => read(name, may("plugins.read")) });
  const status = useQuery({
    queryKey: ["connection", name, "status"],
    queryFn: () => ask(api.GET("/connections/{name}/status", { params: { path: { name } } })),
    refetchInterval: 5_000,
  });
  return (
    <Page
      title={name}
      hint={say(query.data?.plugin?.manifest.title)}
      marks={status.data && <HealthMark status={status.data} />}
      actions={
        <>
          <TestButton name={name} />
          {status.data && <Operate status={status.data} />}
          {query.data && <Deeds view={query.data.view} />}
        </>
      }
    >
      <Loaded query={query}>{(data) => <Parts key={data.view.revision} {...data} status={status.data} />}</Loaded>
    </Page>
  );
}

function Parts({ view, plugin, status }: Read & { status: Schemas["ConnectionStatus"] | undefined }) {
  const words = useWords(text);
  const plans = useWords(planText);
  const { may } = useSession();
  const [params, setParams] = useSearchParams();
  const draft = useDraft(view);
  const readOnly = !may("connections.change");
  const manifest = plugin?.manifest;
  const tabs = [
    { key: "state", label: words.state, children: <State view={view} plugin={plugin} status={status} /> },
    ...(manifest
      ? [
          {
            key: "settings",
            label: words.settings,
            children: <Settings draft={draft} manifest={manifest} readOnly={readOnly} />,
          },
          { key: "grant", label: words.grant, children: <Grant draft={draft} manifest={manifest} readOnly={readOnly} /> },
        ]
      : []),
    ...(may("credentials.read")
      ? [{ key: "credentials", label: words.credentials, children: <Credentials name={view.name} /> }]
      : []),
    {
      key: "rules",
      label: words.rules,
      children: <Rules draft={draft} readOnly={readOnly} interfaces={plugin?.interfaces ?? []} />,
    },
    ...(may("connections.test")
      ? [{ key: "plan", label: plans.tab, children: <Plan name={view.name} interfaces={plugin?.interfaces ?? []} /> }]
      : []),
    { key: "history", label: words.history, children: <History name={view.name} present={view.revision} /> },
  ];
  return (
    <>
      <Chosen tabs={tabs} active={params.get("part") ?? "state"} choose={(part) => setParams({ part }, { replace: true })} />
      {draft.changed && <SaveBar draft={draft} revision={view.revision} />}
    </>
  );
}

interface ChosenProps {
  tabs: { key: string; label: string; children: ReactNode }[];
  active: string;
  choose: (part: string) => void;
}

/** One of the parts: chosen by tabs, or from a list where tabs have no room. */
function Chosen({ tabs, active, choose }: ChosenProps) {
  const words = useWords(text);
  const wide = useWide();
  if (wide) return <Tabs items={tabs} activeKey={active} onChange={choose} />;
  const options = tabs.map(({ key, label }) => ({ value: key, label }));
  return (
    <div className="stack">
      <Select aria-label={words.part} value={active} options={options} onChange={choose} />
      {tabs.find(({ key }) => key === active)?.children}
    </div>
  );
}
