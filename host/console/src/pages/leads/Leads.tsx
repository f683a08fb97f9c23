import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useStages } from "../../api/leads";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { ChosenFilter, FilterBar, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { GradeMark } from "../../parts/GradeMark";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
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
  const shared = useWords(common);
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const { stores } = usePlaces();
  const { values, set, clear, any } = useFilters("search", "stage", "grade", "store");
  const query = given({ ...values, grade: values.grade as Schemas["Grade"] | undefined });
  const list = usePages(["leads", query], (cursor) =>
    ask(api.GET("/leads", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const add = may("leads.work") && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  const empty = any ? (
    <Nothing title={shared.noMatch} hint={shared.noMatchHint} action={<Button onClick={clear}>{shared.clear}</Button>} />
  ) : (
    <Nothing title={words.empty} hint={words.emptyHint} action={add} />
  );
  return (
    <Page title={words.title} hint={words.hint} actions={add}>
      <Stages chosen={values.stage} choose={(stage) => set("stage", stage)} />
      <FilterBar any={any} clear={clear}>
        <TypedFilter label={words.search} value={values.search} set={(value) => set("search", value)} width={240} />
        <ChosenFilter
          label={words.grade}
          value={values.grade}
          set={(value) => set("grade", value)}
          options={GRADES}
          width={120}
        />
        <ChosenFilter
          label={words.store}
          value={values.store}
          set={(value) => set("store", value)}
          options={stores.map(({ code, name }) => ({ value: code, label: name || code }))}
        />
      </FilterBar>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={list.rows}
        rowKey={(lead) => lead.number}
        error={list.error}
        again={list.refetch}
        empty={empty}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
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
