import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { count } from "../../format/money";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { useLanguage, useWords } from "../../words/language";
import { text } from "./text";

type Funnel = Schemas["Funnel"];

/** The stores side by side, the best first. */
export function Stores({ funnels }: { funnels: Funnel[] }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const { storeName } = usePlaces();
  const columns: Column<Funnel>[] = [
    { key: "rank", title: words.rank, width: 64, phone: "mark", render: ({ rank }) => rank },
    {
      key: "store",
      title: words.store,
      phone: "head",
      render: ({ store }) => (store ? storeName(store) : <span className="quiet">{words.noStore}</span>),
    },
    { key: "begun", title: words.begun, right: true, render: ({ begun }) => count(begun, language) },
    { key: "won", title: words.won, right: true, render: ({ won }) => count(won, language) },
    {
      key: "conversion",
      title: words.conversion,
      right: true,
      render: ({ conversion }) => <strong className="figure">{`${count(conversion, language)}%`}</strong>,
    },
  ];
  const ranked = [...funnels].sort((a, b) => a.rank - b.rank);
  return (
    <Panel title={words.stores} flush>
      <Rows label={words.stores} columns={columns} rows={ranked} rowKey={({ store }) => store} empty={null} />
    </Panel>
  );
}
