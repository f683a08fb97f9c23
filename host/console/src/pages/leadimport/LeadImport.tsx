import { useQuery } from "@tanstack/react-query";
import { Alert, Progress, Steps } from "antd";
import { Link, useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { count } from "../../format/money";
import { given } from "../../parts/filters";
import { LinkButton } from "../../parts/LinkButton";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { useLanguage, useWords } from "../../words/language";
import { ImportState } from "../leadimports/ImportState";
import { text } from "../leadimports/text";
import { Match } from "./Match";
import "./leadimport.css";

type View = Schemas["ImportView"];
type Refused = Schemas["RefusedRow"];

/** So often it is asked how far an import is, in milliseconds. */
const EVERY = 1_000;

/** One table on its way in: its columns, then its progress, then what was refused. */
export default function LeadImport() {
  const { id = "" } = useParams();
  const words = useWords(text);
  const params = { path: { id: Number(id) } };
  const query = useQuery({
    queryKey: ["lead-import", id],
    queryFn: () => ask(api.GET("/lead-imports/{id}", { params })),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? EVERY : false),
  });
  const step = { ready: 0, running: 1, failed: 1 }[query.data?.state ?? ""] ?? 2;
  return (
    <Page
      title={query.data?.name ?? words.title}
      marks={query.data && <ImportState state={query.data.state} />}
      actions={<Link to="/lead-imports">{words.back}</Link>}
    >
      <Loaded query={query}>
        {(view) => (
          <div className="stack">
            <Steps
              size="small"
              responsive={false}
              current={step}
              status={view.state === "failed" ? "error" : "process"}
              items={[{ title: words.stepMatch }, { title: words.stepImport }, { title: words.stepDone }]}
            />
            {view.state === "ready" ? <Match view={view} /> : <Imported view={view} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** How far it is, and what came of it. */
function Imported({ view }: { view: View }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const figures = [
    [words.read, view.rows],
    [words.created, view.created],
    [words.merged, view.merged],
    [words.refused, view.refused],
  ] as const;
  return (
    <>
      <Panel>
        <div className="stack" aria-live="polite">
          {view.state === "running" && (
            <div>
              <p>{words.running}</p>
              <Progress percent={100} status="active" showInfo={false} aria-label={words.running} />
            </div>
          )}
          {view.state === "done" && (
            <Alert
              type={view.refused > 0 ? "warning" : "success"}
              showIcon
              title={words.done}
              action={<LinkButton to="/leads">{words.toLeads}</LinkButton>}
            />
          )}
          {view.state === "failed" && <Alert type="error" showIcon title={words.failed} description={view.failure} />}
          <dl className="import-figures">
            {figures.map(([name, figure]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{count(figure, language)}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Panel>
      {view.state !== "running" && <RefusedRows id={view.id} />}
    </>
  );
}

function RefusedRows({ id }: { id: number }) {
  const words = useWords(text);
  const list = usePages(["lead-import", String(id), "refused"], (cursor) =>
    ask(api.GET("/lead-imports/{id}/refused", { params: { path: { id }, query: given({ cursor }) } })),
  );
  const columns: Column<Refused>[] = [
    { key: "row", title: words.row, phone: "head", width: 96, render: ({ row }) => row },
    { key: "reason", title: words.reason, render: ({ reason }) => reason },
  ];
  const some = (list.rows?.length ?? 0) > 0;
  return (
    <Panel title={words.refusedRows} flush>
      {some && <p className="quiet import-hint">{words.refusedHint}</p>}
      <Rows
        label={words.refusedRows}
        columns={columns}
        rows={list.rows}
        rowKey={({ row }) => row}
        error={list.error}
        again={list.refetch}
        empty={<Nothing title={words.refusedNone} />}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
    </Panel>
  );
}
