import { Alert } from "antd";
import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "../leadimports/text";

type Sample = Schemas["Sample"];

/** What would become of the first rows. */
export function Preview({ preview }: { preview: Schemas["Preview"] }) {
  const words = useWords(text);
  const { storeName } = usePlaces();
  const refused = preview.rows.filter((row) => row.reason).length;
  const becomes = ({ entry }: Sample) => {
    if (!entry) return "–";
    const { name, company, contacts, city } = entry.details;
    const [contact] = contacts;
    const store = entry.store ? storeName(entry.store) : "";
    return [name, company, contact?.phone, contact?.email, city, store, entry.source].filter(Boolean).join(" · ");
  };
  const columns: Column<Sample>[] = [
    { key: "row", title: words.row, phone: "head", width: 72, render: ({ row }) => row },
    { key: "becomes", title: words.becomes, render: becomes },
    {
      key: "state",
      title: words.state,
      render: ({ reason }) =>
        reason ? (
          <>
            <Mark tone="bad">{words.wouldRefuse}</Mark> <span className="failure">{reason}</span>
          </>
        ) : (
          <Mark tone="good">{words.fine}</Mark>
        ),
    },
  ];
  if (preview.rows.length === 0) return null;
  return (
    <Panel title={fill(words.preview, { n: preview.rows.length })} flush>
      {refused > 0 && (
        <div className="import-hint">
          <Alert type="warning" showIcon title={fill(words.someRefused, { n: refused })} />
        </div>
      )}
      <Rows
        label={fill(words.preview, { n: preview.rows.length })}
        columns={columns}
        rows={preview.rows}
        rowKey={({ row }) => row}
        empty={null}
      />
    </Panel>
  );
}
