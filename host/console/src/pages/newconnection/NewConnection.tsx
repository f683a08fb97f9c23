import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Form, Input, Select, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { useRequired } from "../../parts/rules";
import { hasSettings } from "../../parts/schema/localize";
import { Trouble } from "../../parts/Trouble";
import { WishList } from "../../parts/WishList";
import { NOTHING_GRANTED, wishesOf, withWish } from "../../parts/wishes";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { put } from "../connection/draft";
import { text } from "../connection/text";

const SettingsForm = lazy(() => import("../../parts/schema/SettingsForm"));

/** A new connection: plugin, name, settings, grant. */
export default function NewConnection() {
  const words = useWords(text);
  const query = useQuery({ queryKey: ["plugins"], queryFn: () => ask(api.GET("/plugins")) });
  return (
    <Page title={words.newTitle} hint={words.newHint}>
      <Loaded query={query}>{({ items }) => <Fields plugins={items} />}</Loaded>
    </Page>
  );
}

function Fields({ plugins }: { plugins: Schemas["PluginView"][] }) {
  const words = useWords(text);
  const say = useSaid();
  const rules = useRequired();
  const go = useNavigate();
  const [params] = useSearchParams();
  const [digest, setDigest] = useState(params.get("plugin") ?? undefined);
  const [settings, setSettings] = useState<unknown>({});
  const [grant, setGrant] = useState(NOTHING_GRANTED);
  const plugin = plugins.find((one) => one.digest === digest);
  const wishes = wishesOf(plugin?.manifest.wishes, plugin?.manifest.settings, settings);
  const make = useDeed({
    run: ({ name }: { name: string }) => put({ name, plugin: digest ?? "", settings, grant }, undefined),
    renews: [["connections"], ["status"]],
    done: ({ name }) => fill(words.created, { name }),
    after: ({ name }) => go(`/connections/${encodeURIComponent(name)}?part=credentials`),
    silent: true,
  });
  const all = (granted: boolean) => setGrant(wishes.reduce((sum, wish) => withWish(sum, wish, granted), NOTHING_GRANTED));
  const nameRules = [...rules, { pattern: /^[a-z0-9-]+$/, message: words.nameWrong }];
  return (
    <Form layout="vertical" className="stack" onFinish={(fields: { name: string }) => make.mutate(fields)}>
      <Panel>
        <Form.Item label={words.choose} required>
          <Select
            value={digest ?? null}
            aria-label={words.choose}
            options={plugins.map(({ digest: value, manifest }) => ({
              value,
              label: `${say(manifest.title)} ${manifest.version}`,
            }))}
            onChange={(chosen: string) => {
              setDigest(chosen);
              setSettings({});
              setGrant(NOTHING_GRANTED);
            }}
          />
        </Form.Item>
        <Form.Item name="name" label={words.nameField} extra={words.nameHint} rules={nameRules}>
          <Input autoComplete="off" />
        </Form.Item>
      </Panel>
      {plugin && hasSettings(plugin.manifest.settings) && (
        <Panel title={words.settings}>
          <Suspense fallback={<Skeleton active />}>
            <SettingsForm key={digest} schema={plugin.manifest.settings} value={settings} change={setSettings} />
          </Suspense>
        </Panel>
      )}
      {plugin && (
        <Panel
          title={words.grant}
          extra={wishes.length > 1 && <Checkbox onChange={(event) => all(event.target.checked)}>{words.grantAll}</Checkbox>}
        >
          <WishList wishes={wishes} grant={grant} change={setGrant} />
        </Panel>
      )}
      {make.error && <Trouble error={make.error} />}
      <div className="form-actions">
        <Button type="primary" htmlType="submit" loading={make.isPending} disabled={!plugin}>
          {words.create}
        </Button>
      </div>
    </Form>
  );
}
