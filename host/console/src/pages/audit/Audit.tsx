import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { Facts } from "../../parts/Facts";
import { ChosenFilter, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Listing } from "../../parts/Listing";
import { useOptions } from "../../parts/options";
import { Page } from "../../parts/Page";
import type { Column } from "../../parts/Rows";
import { OutcomeMark } from "../../parts/States";
import { Actor, Data, Moment } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { outcomes } from "../../words/names";
import { text } from "./text";

type Row = Schemas["AuditView"];

/** Actions by their names, with their titles. */
function useActions() {
  const say = useSaid();
  const query = useQuery({ queryKey: ["access"], queryFn: () => ask(api.GET("/access")), staleTime: Number.POSITIVE_INFINITY });
  const actions = query.data?.actions ?? [];
  return {
    title: (name: string) => say(actions.find((action) => action.name === name)?.title) || name,
    options: actions.filter((action) => action.audited).map(({ name, title }) => ({ value: name, label: say(title) })),
  };
}

/** Who tried to govern what, newest first. */
export default function Audit() {
  const words = useWords(text);
  const actions = useActions();
  const filters = useFilters("actor", "action", "outcome", "target");
  const { values, bind } = filters;
  const query = given({ ...values, outcome: values.outcome as Schemas["OutcomeView"] | undefined });
  const list = usePages(["audit", query], (cursor) =>
    ask(api.GET("/audit", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  return (
    <Page title={words.title} hint={words.hint}>
      <Listing
        label={words.title}
        columns={useColumns(actions.title)}
        rowKey={(row) => row.id}
        detail={(row) => <Particulars row={row} />}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint }}
      >
        <TypedFilter label={words.actorFilter} {...bind("actor")} width={200} />
        <ChosenFilter label={words.action} {...bind("action")} options={actions.options} width={240} />
        <ChosenFilter label={words.outcome} {...bind("outcome")} options={useOptions(outcomes)} />
      </Listing>
    </Page>
  );
}

function useColumns(title: (name: string) => string): Column<Row>[] {
  const words = useWords(text);
  return [
    { key: "at", title: words.at, render: (row) => <Moment at={row.at} grain="second" /> },
    {
      key: "actor",
      title: words.actor,
      render: ({ actor }) => (actor === "nobody" ? <span className="quiet">{words.nobody}</span> : <Actor actor={actor} />),
    },
    { key: "action", title: words.action, phone: "head", render: (row) => title(row.action) },
    { key: "target", title: words.target, render: (row) => <code>{row.target}</code> },
    { key: "outcome", title: words.outcome, phone: "mark", render: (row) => <OutcomeMark outcome={row.outcome} /> },
    { key: "address", title: words.address, phone: "none", render: (row) => row.address },
  ];
}

function Particulars({ row }: { row: Row }) {
  const words = useWords(text);
  const { detail } = row;
  const said = typeof detail === "object" && detail !== null && Object.keys(detail).length > 0;
  return (
    <div className="stack">
      <Facts facts={[[words.request, <code key="request">{row.request}</code>]]} />
      {said && <Data value={detail} />}
    </div>
  );
}
