import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { count } from "../../format/money";
import { AddButton } from "../../parts/AddButton";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { Actor, Moment } from "../../parts/Values";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { Publish } from "./Publish";
import { text } from "./text";

type List = Schemas["PriceListView"];

/** Published price lists. */
export default function Prices() {
  const words = useWords(text);
  const [publishing, setPublishing] = useState(false);
  const query = useQuery({ queryKey: ["prices"], queryFn: () => ask(api.GET("/price-lists")) });
  const publish = <AddButton needs="prices.publish" label={words.publish} add={() => setPublishing(true)} />;
  return (
    <Page title={words.title} hint={words.hint} actions={publish}>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={query.data?.items}
        rowKey={(list) => `${list.code} ${list.version}`}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.empty} hint={words.emptyHint} action={publish} />}
      />
      {publishing && <Publish close={() => setPublishing(false)} />}
    </Page>
  );
}

function useColumns(): Column<List>[] {
  const words = useWords(text);
  const { language } = useLanguage();
  const valid = ({ valid_from: from, valid_to: to }: List) => (to ? fill(words.range, { from, to }) : fill(words.open, { from }));
  return [
    {
      key: "list",
      title: words.list,
      phone: "head",
      render: (list) => <Link to={`/prices/${encodeURIComponent(list.code)}/${list.version}`}>{list.code}</Link>,
    },
    { key: "version", title: words.version, right: true, phone: "mark", render: (list) => list.version },
    { key: "currency", title: words.currency, render: (list) => list.currency },
    { key: "entries", title: words.entries, right: true, render: (list) => count(list.entries, language) },
    { key: "valid", title: words.valid, render: valid },
    { key: "published", title: words.published, render: (list) => <Moment at={list.published_at} /> },
    { key: "by", title: words.by, render: (list) => <Actor actor={list.published_by} /> },
  ];
}
