import { useQuery } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Mark } from "../../parts/Mark";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { Actor, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text } from "./text";

type Revision = Schemas["RevisionView"];

/** Earlier states of a connection, and the way back to one of them. */
export function History({ name, present }: { name: string; present: number }) {
  const words = useWords(text);
  const params = { path: { name } };
  const query = useQuery({
    queryKey: ["connection", name, "revisions"],
    queryFn: () => ask(api.GET("/connections/{name}/revisions", { params })),
  });
  const columns: Column<Revision>[] = [
    { key: "revision", title: words.revision, phone: "head", render: (state) => state.revision },
    { key: "when", title: words.when, render: (state) => <Moment at={state.at} /> },
    { key: "actor", title: words.actor, render: (state) => <Actor actor={state.actor} /> },
    {
      key: "plugin",
      title: words.plugin,
      render: ({ plugin }) => `${plugin.name || plugin.digest.slice(0, 12)} ${plugin.version}`,
    },
    {
      key: "changed",
      title: words.changed,
      render: ({ changed }) => (
        <span className="row">
          {changed.map((field) => (
            <code key={field}>{field}</code>
          ))}
        </span>
      ),
    },
    {
      key: "back",
      title: words.rollBack,
      phone: "mark",
      render: (state) =>
        state.revision === present ? <Mark tone="good">{words.present}</Mark> : <Back name={name} revision={state.revision} />,
    },
  ];
  return (
    <Rows
      label={words.history}
      columns={columns}
      rows={query.data?.items}
      rowKey={(state) => state.revision}
      error={query.error}
      again={query.refetch}
      empty={null}
    />
  );
}

function Back({ name, revision }: { name: string; revision: number }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const params = { path: { name } };
  const back = useDeed({
    run: () => ask(api.POST("/connections/{name}/rollback", { params, body: { revision } })),
    renews: [["connection", name], ["connections"], ["status"]],
    done: words.rolledBack,
  });
  if (!may("connections.change")) return null;
  return (
    <Popconfirm
      title={words.rollBackSure}
      okText={words.rollBack}
      cancelText={shared.cancel}
      onConfirm={() => back.mutate(undefined)}
    >
      <Button size="small">{words.rollBack}</Button>
    </Popconfirm>
  );
}
