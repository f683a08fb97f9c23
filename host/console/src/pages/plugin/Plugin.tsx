import { useQuery } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { bytes } from "../../format/quantity";
import { useDeed } from "../../parts/deed";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { common } from "../../parts/text";
import { Actor, Moment } from "../../parts/Values";
import { WishList } from "../../parts/WishList";
import { wishesOf } from "../../parts/wishes";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { Settings } from "./Settings";
import { Slots } from "./Slots";
import { text } from "./text";

/** One plugin: what it does, what it wishes to be allowed, what is to be filled in. */
export default function Plugin() {
  const { digest = "" } = useParams();
  const say = useSaid();
  const words = useWords(text);
  const params = { path: { digest } };
  const query = useQuery({ queryKey: ["plugin", digest], queryFn: () => ask(api.GET("/plugins/{digest}", { params })) });
  const manifest = query.data?.manifest;
  return (
    <Page
      title={manifest ? `${say(manifest.title)} ${manifest.version}` : ""}
      hint={say(manifest?.description)}
      actions={query.data && <Deeds plugin={query.data} />}
    >
      <Loaded query={query}>
        {(plugin) => (
          <div className="split">
            <div className="stack">
              <Panel title={words.wishes}>
                <div className="stack">
                  <p className="quiet">{words.wishesHint}</p>
                  <WishList wishes={wishesOf(plugin.manifest.wishes, plugin.manifest.settings, {})} />
                </div>
              </Panel>
              <Settings schema={plugin.manifest.settings} />
            </div>
            <div className="stack">
              <About plugin={plugin} />
              <Slots slots={plugin.manifest.credentials ?? []} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function About({ plugin }: { plugin: Schemas["PluginView"] }) {
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const connections = useQuery({
    queryKey: ["connections"],
    queryFn: () => ask(api.GET("/connections")),
    enabled: may("connections.read"),
  });
  const used = (connections.data?.items ?? []).filter((connection) => connection.plugin === plugin.digest);
  const links = used.map(({ name }) => (
    <span key={name}>
      <Link to={`/connections/${encodeURIComponent(name)}`}>{name}</Link>{" "}
    </span>
  ));
  return (
    <Panel>
      <Facts
        facts={[
          [words.does, plugin.interfaces.map((name) => say(interfaces[name])).join(" · ")],
          [words.used, used.length > 0 && <>{links}</>],
          [words.publisher, plugin.manifest.publisher],
          [words.contract, plugin.manifest.contract],
          [words.size, bytes(plugin.size)],
          [words.installed, <Moment key="installed" at={plugin.installed_at} />],
          [words.by, <Actor key="by" actor={plugin.installed_by} />],
          [words.digest, <code key="digest">{plugin.digest}</code>],
        ]}
      />
    </Panel>
  );
}

function Deeds({ plugin }: { plugin: Schemas["PluginView"] }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const go = useNavigate();
  const params = { path: { digest: plugin.digest } };
  const remove = useDeed({
    run: () => ask(api.DELETE("/plugins/{digest}", { params })),
    renews: [["plugins"]],
    done: words.removed,
    after: () => go("/plugins"),
  });
  return (
    <>
      {may("plugins.remove") && (
        <Popconfirm
          title={words.removeSure}
          okText={words.remove}
          cancelText={shared.cancel}
          onConfirm={() => remove.mutate(undefined)}
        >
          <Button danger>{words.remove}</Button>
        </Popconfirm>
      )}
      {may("connections.change") && (
        <Button type="primary" onClick={() => go(`/new-connection?plugin=${plugin.digest}`)}>
          {words.connect}
        </Button>
      )}
    </>
  );
}
