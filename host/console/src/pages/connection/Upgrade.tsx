import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal, Radio, Select } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Trouble } from "../../parts/Trouble";
import { common } from "../../parts/text";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { fill } from "../../words/words";
import { Shadow } from "./Shadow";
import { text } from "./text";

type View = Schemas["ConnectionView"];
type Check = Schemas["UpgradeView"];
type Wish = Schemas["NewWish"];

/** Gives a connection another version of its plugin: what it newly wishes for is shown and decided first. */
export function Upgrade({ view, close }: { view: View; close: () => void }) {
  const words = useWords(text);
  const shared = useWords(common);
  const [digest, setDigest] = useState<string>();
  const [decided, setDecided] = useState<Record<string, boolean>>({});
  const plugins = useQuery({ queryKey: ["plugins"], queryFn: () => ask(api.GET("/plugins")) });
  const params = { path: { name: view.name } };
  const check = useQuery({
    queryKey: ["upgrade", view.name, digest],
    queryFn: () => ask(api.POST("/connections/{name}/upgrade/check", { params, body: { plugin: digest ?? "" } })),
    enabled: Boolean(digest),
    retry: false,
  });
  const wishes = check.data?.new_wishes ?? [];
  const open = wishes.some((wish) => !(key(wish) in decided));
  const chosen = (granted: boolean) =>
    wishes.filter((wish) => decided[key(wish)] === granted).map(({ field, value }) => ({ field, value }));
  const upgrade = useDeed({
    run: () => {
      const body = { plugin: digest ?? "", approve: chosen(true), decline: chosen(false) };
      return ask(api.POST("/connections/{name}/upgrade", { params, body }));
    },
    renews: [["connection", view.name], ["connections"], ["status"]],
    done: words.upgraded,
    after: close,
    silent: true,
  });
  const own = plugins.data?.items.find((plugin) => plugin.digest === view.plugin)?.manifest;
  const others = (plugins.data?.items ?? []).filter(
    ({ digest, manifest }) => digest !== view.plugin && manifest.name === own?.name && manifest.publisher === own?.publisher,
  );
  const ready = Boolean(check.data) && !open && check.data?.settings_faults.length === 0;
  return (
    <Modal
      open
      width={640}
      title={`${words.upgrade}: ${view.name}`}
      okText={words.upgrade}
      cancelText={shared.cancel}
      onCancel={close}
      onOk={() => upgrade.mutate(undefined)}
      okButtonProps={{ disabled: !ready }}
      confirmLoading={upgrade.isPending}
    >
      <div className="stack">
        {plugins.data && others.length === 0 ? (
          <Nothing title={words.upgradeNone} hint={words.upgradeNoneHint} />
        ) : (
          <label>
            <span>{words.upgradeTo}</span>
            <Select
              style={{ width: "100%" }}
              value={digest ?? null}
              options={others.map(({ digest: value, manifest }) => ({ value, label: `${manifest.name} ${manifest.version}` }))}
              onChange={(next: string) => {
                setDigest(next);
                setDecided({});
              }}
            />
          </label>
        )}
        {digest && (
          <Loaded query={check}>
            {(found) => (
              <Found check={found} decided={decided} decide={(wish, yes) => setDecided({ ...decided, [key(wish)]: yes })} />
            )}
          </Loaded>
        )}
        {digest && ready && <Shadow key={digest} name={view.name} plugin={digest} approve={chosen(true)} />}
        {open && <p className="quiet">{words.undecided}</p>}
        {upgrade.error && <Trouble error={upgrade.error} />}
      </div>
    </Modal>
  );
}

function key({ field, value }: Wish): string {
  return `${field} ${value}`;
}

interface FoundProps {
  check: Check;
  decided: Record<string, boolean>;
  decide: (wish: Wish, granted: boolean) => void;
}

/** What would change. */
function Found({ check, decided, decide }: FoundProps) {
  const words = useWords(text);
  const say = useSaid();
  const dropped = check.dropped_interfaces.map((name) => say(interfaces[name])).join(" · ");
  return (
    <div className="stack">
      {check.another_plugin && <Alert type="warning" showIcon title={words.anotherPlugin} />}
      {check.signature.warning && <Alert type="warning" showIcon title={say(check.signature.warning)} />}
      {check.settings_faults.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={words.settingsFaults}
          description={check.settings_faults.map((fault) => (
            <p key={fault.field}>
              <code>{fault.field}</code> {fault.message}
            </p>
          ))}
        />
      )}
      {dropped && <Alert type="warning" showIcon title={fill(words.droppedInterfaces, { list: dropped })} />}
      {check.missing_credentials.length > 0 && (
        <Alert type="warning" showIcon title={fill(words.lacks, { list: check.missing_credentials.join(" · ") })} />
      )}
      {check.new_settings.length > 0 && <p>{fill(words.newSettings, { list: check.new_settings.join(", ") })}</p>}
      {check.dropped_settings.length > 0 && <p>{fill(words.droppedSettings, { list: check.dropped_settings.join(", ") })}</p>}
      <h3>{check.new_wishes.length > 0 ? words.newWishes : words.noNewWishes}</h3>
      {check.new_wishes.map((wish) => (
        <fieldset key={key(wish)} className="plain">
          <legend>{say(wish.text)}</legend>
          <Radio.Group
            value={decided[key(wish)]}
            options={[
              { value: true, label: words.approve },
              { value: false, label: words.decline },
            ]}
            onChange={(event) => decide(wish, Boolean(event.target.value))}
          />
        </fieldset>
      ))}
    </div>
  );
}

/** Opens it. */
export function UpgradeButton({ view }: { view: View }) {
  const words = useWords(text);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{words.upgrade}</Button>
      {asking && <Upgrade view={view} close={() => setAsking(false)} />}
    </>
  );
}
