import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { percent } from "../../format/money";
import { decimal, price } from "../../format/quantity";
import { FilterBar, TypedFilter } from "../../parts/FilterBar";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "../prices/text";

type Entry = Schemas["PriceEntry"];

/** So many rows are drawn at a time. */
const DRAWN = 100;

/** The prices of one version of a list. */
export default function PriceList() {
  const { code = "", version = "" } = useParams();
  const words = useWords(text);
  const shared = useWords(common);
  const [sku, setSku] = useState<string>();
  const [drawn, setDrawn] = useState(DRAWN);
  const params = { path: { code, version: Number(version) } };
  const query = useQuery({
    queryKey: ["prices", code, version],
    queryFn: () => ask(api.GET("/price-lists/{code}/{version}", { params })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const wanted = query.data?.entries.filter((entry) => !sku || entry.sku.toLowerCase().includes(sku.toLowerCase()));
  const currency = query.data?.currency;
  return (
    <Page title={fill(words.versionOf, { code, version })} hint={currency}>
      <FilterBar any={Boolean(sku)} clear={() => setSku(undefined)}>
        <TypedFilter label={words.search} value={sku} set={setSku} width={240} />
      </FilterBar>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={wanted?.slice(0, drawn)}
        rowKey={(entry) => [entry.sku, entry.unit, entry.level, entry.min_quantity].join(" ")}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={shared.noMatch} hint={shared.noMatchHint} />}
        more={(wanted?.length ?? 0) > drawn}
        readMore={() => setDrawn(drawn + DRAWN)}
      />
    </Page>
  );
}

function useColumns(): Column<Entry>[] {
  const words = useWords(text);
  const { language } = useLanguage();
  const tax = (entry: Entry) => `${percent(entry.tax_rate, language)} ${entry.tax_inclusive ? words.included : words.added}`;
  return [
    { key: "sku", title: words.sku, phone: "head", render: (entry) => <code>{entry.sku}</code> },
    {
      key: "price",
      title: words.price,
      right: true,
      phone: "mark",
      render: (entry) => <span className="figure">{price(entry.price)}</span>,
    },
    { key: "unit", title: words.unit, render: (entry) => entry.unit },
    { key: "tax", title: words.tax, render: tax },
    { key: "least", title: words.least, right: true, render: (entry) => decimal(entry.min_quantity ?? "0") },
    { key: "level", title: words.level, render: (entry) => entry.level || <span className="quiet">{words.everyone}</span> },
  ];
}
