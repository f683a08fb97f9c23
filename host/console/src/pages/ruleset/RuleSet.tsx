import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Loaded } from "../../parts/Loaded";
import { Mark, type Tone } from "../../parts/Mark";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { Actor, Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "../rules/text";
import { Editor } from "./Editor";

type View = Schemas["RuleSetView"];
type Head = Schemas["VersionHead"];

/** One set of rules: what is in force, drafts, and how they came to be. */
export default function RuleSet() {
  const { set = "" } = useParams();
  const say = useSaid();
  const query = useQuery({
    queryKey: ["rules", set],
    queryFn: () => ask(api.GET("/rules/{set}", { params: { path: { set } } })),
  });
  return (
    <Page title={query.data ? say(query.data.title) : set} actions={query.data && <Back view={query.data} />}>
      <Loaded query={query}>{(view) => <Parts view={view} />}</Loaded>
    </Page>
  );
}

function Parts({ view }: { view: View }) {
  const words = useWords(text);
  const { may } = useSession();
  const [chosen, setChosen] = useState<Head | null>(null);
  return (
    <div className="stack">
      {view.differs && <Alert type="warning" showIcon title={words.differs} />}
      <Panel title={words.versions} flush>
        <Versions view={view} edit={may("rules.draft") ? setChosen : undefined} />
      </Panel>
      <Editor key={`${chosen?.version} ${chosen?.state}`} view={view} chosen={chosen} choose={setChosen} />
    </div>
  );
}

const TONES: Record<Head["state"], Tone> = { draft: "work", published: "good", retired: "calm" };

function Versions({ view, edit }: { view: View; edit: ((head: Head) => void) | undefined }) {
  const words = useWords(text);
  const columns: Column<Head>[] = [
    { key: "version", title: words.version, phone: "head", render: ({ version }) => fill(words.versionOf, { version }) },
    { key: "state", title: words.state, phone: "mark", render: ({ state }) => <Mark tone={TONES[state]}>{words[state]}</Mark> },
    { key: "note", title: words.note, render: ({ note }) => note || "–" },
    { key: "by", title: words.by, render: ({ created_by }) => <Actor actor={created_by} /> },
    { key: "at", title: words.at, render: ({ created_at }) => <Ago at={created_at} /> },
  ];
  if (edit) {
    columns.push({
      key: "edit",
      title: words.edit,
      render: (head) => (
        <Button size="small" onClick={() => edit(head)}>
          {words.edit}
        </Button>
      ),
    });
  }
  return (
    <Rows label={words.versions} columns={columns} rows={view.versions} rowKey={({ version }) => version} empty={words.none} />
  );
}

function Back({ view }: { view: View }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const params = { path: { set: view.name } };
  const back = useDeed({
    run: () => ask(api.POST("/rules/{set}/rollback", { params })),
    renews: [["rules"]],
    done: words.didBack,
  });
  if (!view.in_force || !may("rules.publish")) return null;
  return (
    <Popconfirm title={words.backSure} okText={words.back} cancelText={shared.cancel} onConfirm={() => back.mutate(undefined)}>
      <Button>{words.back}</Button>
    </Popconfirm>
  );
}
