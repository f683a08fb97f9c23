import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, InputNumber } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { percent } from "../../format/money";
import { bytes } from "../../format/quantity";
import { useDeed } from "../../parts/deed";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { useRequired } from "../../parts/rules";
import { Trouble } from "../../parts/Trouble";
import { common } from "../../parts/text";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";
import "./retention.css";

type View = Schemas["RetentionView"];
type Terms = Schemas["Retention"];
type Table = Schemas["UsedSpace"];

/** So many tables are shown; the small rest is one row. */
const SHOWN = 10;

/** How long things are kept, and how much room they take. */
export default function Retention() {
  const words = useWords(text);
  const query = useQuery({ queryKey: ["retention"], queryFn: () => ask(api.GET("/retention")) });
  return (
    <Page title={words.title} hint={words.hint}>
      <Loaded query={query}>
        {(view) => (
          <div className="stack">
            <Keep terms={view.settings} />
            <Used view={view} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Keep({ terms }: { terms: Terms }) {
  const words = useWords(text);
  const shared = useWords(common);
  const rules = useRequired();
  const { may } = useSession();
  const { modal } = App.useApp();
  const save = useDeed({
    run: (body: Terms) => ask(api.PUT("/retention", { body })),
    renews: [["retention"]],
    done: shared.saved,
    silent: true,
  });
  const send = async (next: Terms) => {
    const shorter = next.attempt_days < terms.attempt_days || next.figure_days < terms.figure_days;
    const sure =
      !shorter ||
      (await modal.confirm({
        title: words.shorter,
        content: words.shorterSure,
        okText: shared.save,
        cancelText: shared.cancel,
      }));
    if (sure) save.mutate(next);
  };
  const change = may("retention.change");
  return (
    <Panel title={words.keep}>
      <Form<Terms> layout="vertical" disabled={!change} initialValues={terms} onFinish={(next) => void send(next)}>
        <div className="retention-terms">
          <Form.Item name="attempt_days" label={words.attempts} rules={rules}>
            <InputNumber min={1} precision={0} suffix={words.days} style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="figure_days" label={words.figures} rules={rules}>
            <InputNumber min={1} precision={0} suffix={words.days} style={{ width: "100%" }} />
          </Form.Item>
        </div>
        {save.error && <Trouble error={save.error} />}
        {change && (
          <div className="row">
            <Button type="primary" htmlType="submit" loading={save.isPending}>
              {shared.save}
            </Button>
            <span className="quiet small">{words.goes}</span>
          </div>
        )}
      </Form>
    </Panel>
  );
}

function Used({ view }: { view: View }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const { used, database_bytes: all } = view;
  const rest = used.slice(SHOWN);
  const sum = rest.reduce((bytes, table) => bytes + table.bytes, 0);
  const rows = [...used.slice(0, SHOWN)];
  if (rest.length > 0) rows.push({ table: fill(words.others, { n: rest.length }), bytes: sum });
  const columns: Column<Table>[] = [
    {
      key: "table",
      title: words.table,
      phone: "head",
      render: ({ table }) => (/^\w+$/.test(table) ? <code>{table}</code> : <span className="quiet">{table}</span>),
    },
    {
      key: "size",
      title: words.size,
      right: true,
      phone: "mark",
      render: (row) => <span className="figure">{bytes(row.bytes)}</span>,
    },
    {
      key: "share",
      title: words.share,
      width: "45%",
      render: (row) => {
        const share = all > 0 ? row.bytes / all : 0;
        return (
          <span className="share">
            <progress className="share-bar" value={share} max={1} aria-label={row.table} />
            <span className="figure small quiet">{percent(Math.round(share * 1000) / 1000, language)}</span>
          </span>
        );
      },
    },
  ];
  return (
    <Panel title={words.used} flush>
      <div className="retention-sums">
        <Facts
          facts={[
            [words.database, <strong key="database">{bytes(all)}</strong>],
            [words.files, <strong key="files">{bytes(view.attachment_bytes)}</strong>],
          ]}
        />
      </div>
      <Rows label={words.used} columns={columns} rows={rows} rowKey={({ table }) => table} empty={null} />
    </Panel>
  );
}
