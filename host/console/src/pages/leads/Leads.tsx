import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useStages } from "../../api/leads";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { AddButton } from "../../parts/AddButton";
import { ChosenFilter, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { GradeMark } from "../../parts/GradeMark";
import { LinkButton } from "../../parts/LinkButton";
import { Listing } from "../../parts/Listing";
import { Page } from "../../parts/Page";
import type { Column } from "../../parts/Rows";
import { Actor, Ago } from "../../parts/Values";
import { useWords } from "../../words/language";
import { LeadForm } from "./LeadForm";
import { text } from "./text";
import "./leads.css";

type Lead = Schemas["Lead"];

const GRADES = ["A", "B", "C"].map((grade) => ({ value: grade, label: grade }));

/** People and companies that are no customers yet. */
export default function Leads() {
  const words = useWords(text);
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const { storeOptions } = usePlaces();
  const filters = useFilters("search", "stage", "grade", "store");
  const { values, set, bind } = filters;
  const query = given({ ...values, grade: values.grade as Schemas["Grade"] | undefined });
  const list = usePages(["leads", query], (cursor) =>
    ask(api.GET("/leads", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const add = <AddButton needs="leads.work" label={words.add} add={() => setAdding(true)} />;
  return (
    <Page
      title={words.title}
      hint={words.hint}
      actions={
        <>
          {may("leads.import") && <LinkButton to="/lead-imports">{words.import}</LinkButton>}
          {add}
        </>
      }
    >
      <Stages chosen={values.stage} choose={(stage) => set("stage", stage)} />
      <Listing
        label={words.title}
        columns={useColumns()}
        rowKey={(lead) => lead.number}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint, action: add }}
      >
        <TypedFilter label={words.search} {...bind("search")} width={240} />
        <ChosenFilter label={words.grade} {...bind("grade")} options={GRADES} width={120} />
        <ChosenFilter label={words.store} {...bind("store")} options={storeOptions} />
      </Listing>
      {adding && <LeadForm close={() => setAdding(false)} />}
    </Page>
  );
}

/** How many leads are in each stage, in the order of the stages. */
function Stages({ chosen, choose }: { chosen: string | undefined; choose: (stage: string | undefined) => void }) {
  const { stages, title } = useStages();
  const query = useQuery({ queryKey: ["leads", "counts"], queryFn: () => ask(api.GET("/leads/counts")) });
  const counts = new Map((query.data?.items ?? []).map(({ stage, count }) => [stage, count]));
  if (stages.length === 0) return null;
  return (
    <div className="lead-stages">
      {stages.map(({ code }) => (
        <button
          key={code}
          type="button"
          aria-pressed={chosen === code}
          className="lead-stage"
          onClick={() => choose(chosen === code ? undefined : code)}
        >
          <span>{title(code)}</span>
          <strong>{counts.get(code) ?? 0}</strong>
        </button>
      ))}
    </div>
  );
}

function useColumns(): Column<Lead>[] {
  const words = useWords(text);
  const { title } = useStages();
  const { storeName } = usePlaces();
  return [
    {
      key: "name",
      title: words.name,
      phone: "head",
      render: (lead) => (
        <span>
          <Link to={`/leads/${encodeURIComponent(lead.number)}`}>{lead.company || lead.name || lead.number}</Link>
          {lead.company && lead.name && (
            <>
              <br />
              <span className="quiet small">{lead.name}</span>
            </>
          )}
        </span>
      ),
    },
    { key: "grade", title: words.grade, phone: "mark", render: (lead) => <GradeMark grade={lead.grade} /> },
    { key: "stage", title: words.stage, render: (lead) => title(lead.stage) },
    { key: "phone", title: words.phone, render: (lead) => lead.contacts[0]?.phone || "–" },
    { key: "store", title: words.store, render: (lead) => (lead.store ? storeName(lead.store) : "–") },
    {
      key: "owner",
      title: words.owner,
      render: ({ owner }) => (owner ? <Actor actor={owner} /> : <span className="quiet">{words.nobody}</span>),
    },
    { key: "source", title: words.source, phone: "none", render: (lead) => lead.source || "–" },
    {
      key: "touched",
      title: words.touched,
      render: ({ touched_at }) => (touched_at ? <Ago at={touched_at} /> : <span className="quiet">{words.never}</span>),
    },
  ];
}
