import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { bytes } from "../../format/quantity";
import { AddButton } from "../../parts/AddButton";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { Actor, Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { Install } from "./Install";
import { text } from "./text";

type Plugin = Schemas["PluginView"];

/** Installed plugins. */
export default function Plugins() {
  const words = useWords(text);
  const [installing, setInstalling] = useState(false);
  const query = useQuery({ queryKey: ["plugins"], queryFn: () => ask(api.GET("/plugins")) });
  const install = <AddButton needs="plugins.install" label={words.install} add={() => setInstalling(true)} />;
  return (
    <Page title={words.title} hint={words.hint} actions={install}>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={query.data?.items}
        rowKey={(plugin) => plugin.digest}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.empty} hint={words.emptyHint} action={install} />}
      />
      {installing && <Install close={() => setInstalling(false)} />}
    </Page>
  );
}

function useColumns(): Column<Plugin>[] {
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const connections = useQuery({
    queryKey: ["connections"],
    queryFn: () => ask(api.GET("/connections")),
    enabled: may("connections.read"),
  });
  const used = ({ digest }: Plugin) => (connections.data?.items ?? []).filter((connection) => connection.plugin === digest);
  return [
    {
      key: "name",
      title: words.name,
      phone: "head",
      render: ({ digest, manifest }) => (
        <span>
          <Link to={`/plugins/${digest}`}>{say(manifest.title)}</Link>
          <br />
          <span className="quiet small">{manifest.name}</span>
        </span>
      ),
    },
    {
      key: "version",
      title: words.version,
      phone: "mark",
      render: ({ manifest }) => <span className="figure">{manifest.version}</span>,
    },
    { key: "does", title: words.does, render: (plugin) => plugin.interfaces.map((name) => say(interfaces[name])).join(" · ") },
    {
      key: "used",
      title: words.used,
      render: (plugin) =>
        used(plugin).length === 0 ? (
          <span className="quiet">{words.unused}</span>
        ) : (
          used(plugin).map(({ name }) => (
            <span key={name}>
              <Link to={`/connections/${encodeURIComponent(name)}`}>{name}</Link>{" "}
            </span>
          ))
        ),
    },
    { key: "publisher", title: words.publisher, render: ({ manifest }) => manifest.publisher },
    { key: "size", title: words.size, right: true, render: (plugin) => bytes(plugin.size) },
    { key: "at", title: words.at, render: (plugin) => <Ago at={plugin.installed_at} /> },
    { key: "by", title: words.by, phone: "none", render: (plugin) => <Actor actor={plugin.installed_by} /> },
  ];
}
