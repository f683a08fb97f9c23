import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

/** All sets of rules. */
export default function Rules() {
  const words = useWords(text);
  const say = useSaid();
  const query = useQuery({ queryKey: ["rules"], queryFn: () => ask(api.GET("/rules")) });
  const columns: Column<Schemas["RuleSetHead"]>[] = [
    {
      key: "name",
      title: words.name,
      phone: "head",
      render: ({ name, title }) => (
        <span>
          <Link to={`/rules/${encodeURIComponent(name)}`}>{say(title)}</Link>
          <br />
          <code>{name}</code>
        </span>
      ),
    },
    {
      key: "force",
      title: words.force,
      render: ({ in_force }) =>
        in_force ? fill(words.versionOf, { version: in_force }) : <span className="quiet">{words.none}</span>,
    },
    { key: "drafts", title: words.drafts, right: true, render: ({ drafts }) => drafts },
  ];
  return (
    <Page title={words.title} hint={words.hint}>
      <Rows
        label={words.title}
        columns={columns}
        rows={query.data?.items}
        rowKey={({ name }) => name}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.empty} hint={words.emptyHint} />}
      />
    </Page>
  );
}
