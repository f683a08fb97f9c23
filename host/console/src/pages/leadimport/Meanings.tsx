import { Select } from "antd";
import type { Schemas } from "../../api/client";
import { useOptions } from "../../parts/options";
import { type Column, Rows } from "../../parts/Rows";
import { useWords } from "../../words/language";
import { leadFields } from "../../words/names";
import { fill } from "../../words/words";
import { text } from "../leadimports/text";
import { meaningOf, withMeaning, wordOf, wordOfField } from "./columns";

/** So many examples of a column are shown. */
const EXAMPLES = 3;

interface Head {
  at: number;
  heading: string;
  meaning: Schemas["Column"];
  examples: string[];
}

interface Props {
  preview: Schemas["Preview"];
  choose: (columns: Schemas["Column"][]) => void;
}

/** The columns of a table with what each is taken for, which can be changed. */
export function Meanings({ preview, choose }: Props) {
  const words = useWords(text);
  const fields = useOptions(leadFields).map(({ value, label }) => ({ value: wordOfField(value), label }));
  const heads: Head[] = preview.columns.map((meaning, at) => ({
    at,
    meaning,
    heading: preview.headings[at] ?? "",
    examples: preview.rows.map((row) => row.cells[at] ?? "").filter(Boolean),
  }));
  const options = ({ heading }: Head) => [
    { value: "ignored", label: words.ignored },
    ...(heading ? [{ value: wordOf({ attribute: heading }), label: fill(words.attribute, { name: heading }) }] : []),
    ...fields,
  ];
  const columns: Column<Head>[] = [
    {
      key: "heading",
      title: words.heading,
      phone: "head",
      render: ({ heading, at }) => heading || `${words.heading} ${at + 1}`,
    },
    {
      key: "examples",
      title: words.examples,
      render: ({ examples }) => <span className="quiet">{examples.slice(0, EXAMPLES).join(" · ") || words.nothing}</span>,
    },
    {
      key: "meaning",
      title: words.meaning,
      width: 300,
      render: (head) => (
        <Select
          aria-label={`${words.meaning}: ${head.heading}`}
          className="import-meaning"
          showSearch={{ optionFilterProp: "label" }}
          value={wordOf(head.meaning)}
          options={options(head)}
          onChange={(word: string) => choose(withMeaning(preview.columns, head.at, meaningOf(word)))}
        />
      ),
    },
  ];
  return <Rows label={words.columns} columns={columns} rows={heads} rowKey={({ at }) => at} empty={null} />;
}
