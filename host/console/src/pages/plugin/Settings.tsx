import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { localize, type Schema } from "../../parts/schema/localize";
import { useLanguage, useWords } from "../../words/language";
import { text } from "./text";

interface Setting {
  name: string;
  title: string;
  about: string;
  standard: string;
}

/** What is to be filled in, read from the schema. */
export function Settings({ schema }: { schema: unknown }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const columns: Column<Setting>[] = [
    {
      key: "name",
      title: words.settingName,
      phone: "head",
      render: ({ name, title }) => (
        <span>
          {title}
          <br />
          <code>{name}</code>
        </span>
      ),
    },
    { key: "about", title: words.settingAbout, render: ({ about }) => about || "–" },
    { key: "default", title: words.settingDefault, render: ({ standard }) => (standard ? <code>{standard}</code> : "–") },
  ];
  return (
    <Panel title={words.settings} flush>
      <Rows
        label={words.settings}
        columns={columns}
        rows={read(localize(schema ?? {}, language))}
        rowKey={(setting) => setting.name}
        empty={<p className="quiet">{words.settingsNone}</p>}
      />
    </Panel>
  );
}

/** Longest default that is shown; longer ones are lists and rules. */
const SHOWN = 60;

function read(schema: Schema): Setting[] {
  const properties = typeof schema.properties === "object" && schema.properties !== null ? schema.properties : {};
  return Object.entries(properties).map(([name, value]) => {
    const { title, description, default: standard } = value as { title?: string; description?: string; default?: unknown };
    const text = standard === undefined ? "" : typeof standard === "string" ? standard : JSON.stringify(standard);
    return {
      name,
      title: title ?? name,
      about: description ?? "",
      standard: text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text,
    };
  });
}
