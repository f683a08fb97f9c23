import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Input, Popconfirm, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Panel } from "../../parts/Panel";
import { Trouble } from "../../parts/Trouble";
import { common } from "../../parts/text";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "../rules/text";
import { Trial } from "./Trial";

const SettingsForm = lazy(() => import("../../parts/schema/SettingsForm"));

type View = Schemas["RuleSetView"];
type Head = Schemas["VersionHead"];

interface Props {
  view: View;
  /** The version that is looked at; none: what is in force. */
  chosen: Head | null;
  choose: (head: Head) => void;
}

/** The rules in their form: to change, check, keep, try and publish. */
export function Editor({ view, chosen, choose }: Props) {
  const words = useWords(text);
  const path = { set: view.name, version: chosen?.version ?? 0 };
  const version = useQuery({
    queryKey: ["rules", view.name, "version", path.version],
    queryFn: () => ask(api.GET("/rules/{set}/versions/{version}", { params: { path } })),
    enabled: Boolean(chosen),
  });
  const content = chosen ? version.data?.content : view.content;
  const title = chosen ? fill(words.versionOf, { version: chosen.version }) : words.content;
  return (
    <Panel title={title}>
      {content === undefined ? (
        <Skeleton active />
      ) : (
        <Form view={view} chosen={version.data ?? null} content={content} choose={choose} />
      )}
    </Panel>
  );
}

function Form({ view, chosen, content, choose }: Props & { content: unknown }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const [value, setValue] = useState(content);
  const [note, setNote] = useState(chosen?.note ?? "");
  const set = view.name;
  const draft = chosen?.state === "draft" ? chosen : null;
  const changed = JSON.stringify(value) !== JSON.stringify(content) || note !== (chosen?.note ?? "");
  const check = useDeed({
    run: () => ask(api.POST("/rules/{set}/check", { params: { path: { set } }, body: { content: value, note } })),
    silent: true,
  });
  const keep = useDeed({
    run: () => {
      const body = { content: value, note };
      const changed = { ...body, revision: draft?.revision ?? null };
      return draft
        ? ask(api.PUT("/rules/{set}/versions/{version}", { params: { path: { set, version: draft.version } }, body: changed }))
        : ask(api.POST("/rules/{set}/versions", { params: { path: { set } }, body }));
    },
    renews: [["rules"]],
    done: ({ version }) => fill(words.saved, { version }),
    after: (kept) => choose(kept),
    silent: true,
  });
  const publish = useDeed({
    // The draft as it is shown here, not whatever somebody has made of it meanwhile.
    run: ({ version, revision }: Head) =>
      ask(api.POST("/rules/{set}/versions/{version}/publish", { params: { path: { set, version } }, body: { revision } })),
    renews: [["rules"], ["connection"]],
    done: words.didPublish,
    silent: true,
  });
  const error = check.error ?? keep.error ?? publish.error;
  const editable = may("rules.draft");
  return (
    <div className="stack">
      <Suspense fallback={<Skeleton active />}>
        <SettingsForm schema={view.schema} value={value} change={setValue} disabled={!editable} />
      </Suspense>
      {editable && (
        <div className="settings">
          <p>{words.note}</p>
          <Input aria-label={words.note} value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
        </div>
      )}
      {check.data && <Faults found={check.data} />}
      {error && <Trouble error={error} />}
      {editable && (
        <div className="form-actions">
          <Button loading={check.isPending} onClick={() => check.mutate(undefined)}>
            {words.check}
          </Button>
          <Button
            type={draft ? "default" : "primary"}
            loading={keep.isPending}
            disabled={!changed}
            onClick={() => keep.mutate(undefined)}
          >
            {words.saveDraft}
          </Button>
          {draft && may("rules.publish") && (
            <Popconfirm
              title={words.publishSure}
              okText={words.publish}
              cancelText={shared.cancel}
              onConfirm={() => publish.mutate(draft)}
            >
              <Button type="primary" disabled={changed} loading={publish.isPending}>
                {words.publish}
              </Button>
            </Popconfirm>
          )}
        </div>
      )}
      {draft && !changed && <Trial set={set} version={draft.version} />}
    </div>
  );
}

/** What a check found: what prevents publishing, and what people should look at. */
function Faults({ found }: { found: Schemas["Checked"] }) {
  const words = useWords(text);
  const say = useSaid();
  if (found.faults.length === 0) return <Alert type="success" showIcon title={words.fine} />;
  const place = ({ line, column }: Schemas["RuleFault"]) => (line ? ` (${line}:${column ?? 1})` : "");
  return (
    <Alert
      type={found.publishable ? "warning" : "error"}
      showIcon
      title={found.publishable ? words.doubt : fill(words.wrong, { n: found.faults.length })}
      description={found.faults.map((fault) => (
        <p key={fault.field + fault.message.en}>
          <code>
            {fault.field}
            {place(fault)}
          </code>{" "}
          {say(fault.message)}
        </p>
      ))}
    />
  );
}
