import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useStages } from "../../api/leads";
import { usePlaces } from "../../api/places";
import { count } from "../../format/money";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { Actor, Ago } from "../../parts/Values";
import { useLanguage, useWords } from "../../words/language";
import { text } from "./text";

type Heat = Schemas["Heat"];
type Stuck = Heat["stuck"][number] & { store: string; stage: string };

/** So many leads that have been somewhere for long are shown. */
const SHOWN = 8;

/** Where leads stay how long: stores by stages. */
export function HeatMap({ heat }: { heat: Heat[] }) {
  const words = useWords(text);
  const { storeName } = usePlaces();
  const { stages } = useStages();
  // Leads stay in an ending for ever: that says nothing.
  const steps = stages.filter(({ ending }) => !ending);
  const stores = [...new Set(heat.map(({ store }) => store))];
  const columns: Column<string>[] = [
    {
      key: "store",
      title: words.store,
      phone: "head",
      render: (store) => (store ? storeName(store) : <span className="quiet">{words.noStore}</span>),
    },
    ...steps.map(({ code }) => stageColumn(code, heat)),
  ];
  const { title } = useStages();
  const named = columns.map((column) => (column.key === "store" ? column : { ...column, title: title(column.key) }));
  return (
    <Panel title={words.stages} flush>
      <p className="quiet small figures-hint">{words.stagesHint}</p>
      <Rows label={words.stages} columns={named} rows={stores} rowKey={(store) => store} empty={null} />
      <Longest heat={heat.filter(({ stage }) => steps.some(({ code }) => code === stage))} />
    </Panel>
  );
}

function stageColumn(code: string, heat: Heat[]): Column<string> {
  const of = (store: string) => heat.find((one) => one.store === store && one.stage === code);
  return { key: code, title: code, right: true, render: (store) => <Cell heat={of(store)} /> };
}

function Cell({ heat }: { heat: Heat | undefined }) {
  const words = useWords(text);
  const { language } = useLanguage();
  if (!heat || (heat.present === 0 && heat.dwell_hours === 0)) return <span className="quiet">–</span>;
  return (
    <span className={heat.red ? "heat heat-red" : "heat"}>
      <strong className="figure">{count(heat.dwell_hours, language)}</strong>
      {heat.present > 0 && <span className="small">{` · ${words.present} ${count(heat.present, language)}`}</span>}
    </span>
  );
}

function Longest({ heat }: { heat: Heat[] }) {
  const words = useWords(text);
  const { title } = useStages();
  const { storeName } = usePlaces();
  const stuck: Stuck[] = heat.flatMap(({ store, stage, stuck }) => stuck.map((lead) => ({ ...lead, store, stage })));
  const rows = stuck.sort((a, b) => a.since.localeCompare(b.since)).slice(0, SHOWN);
  if (rows.length === 0) return null;
  const columns: Column<Stuck>[] = [
    {
      key: "lead",
      title: words.lead,
      phone: "head",
      render: ({ lead, company, name }) => <Link to={`/leads/${encodeURIComponent(lead)}`}>{company || name || lead}</Link>,
    },
    { key: "stage", title: words.stage, render: ({ stage }) => title(stage) },
    { key: "store", title: words.store, render: ({ store }) => (store ? storeName(store) : words.noStore) },
    {
      key: "owner",
      title: words.owner,
      render: ({ owner }) => (owner ? <Actor actor={owner} /> : <span className="quiet">{words.nobody}</span>),
    },
    { key: "since", title: words.since, phone: "mark", render: ({ since }) => <Ago at={since} /> },
  ];
  return (
    <div className="figures-longest">
      <h3>{words.stuck}</h3>
      <Rows label={words.stuck} columns={columns} rows={rows} rowKey={({ lead, stage }) => `${lead} ${stage}`} empty={null} />
    </div>
  );
}
