import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Popconfirm } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { AddButton } from "../../parts/AddButton";
import { useDeed } from "../../parts/deed";
import { FormModal } from "../../parts/FormModal";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { useRequired } from "../../parts/rules";
import { common } from "../../parts/text";
import { Actor, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text } from "./text";

type Key = Schemas["PublisherKey"];

// Plugins show whose signature counts.
const RENEWS = [["publishers"], ["plugins"], ["plugin"], ["connections"]];

/** Whose signatures on plugins count. */
export default function Publishers() {
  const words = useWords(text);
  const [trusting, setTrusting] = useState(false);
  const query = useQuery({ queryKey: ["publishers"], queryFn: () => ask(api.GET("/publishers")) });
  const trust = <AddButton needs="publishers.change" label={words.trust} add={() => setTrusting(true)} />;
  return (
    <Page title={words.title} hint={words.hint} actions={trust}>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={query.data?.items}
        rowKey={(key) => `${key.publisher} ${key.id}`}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.empty} hint={words.emptyHint} action={trust} />}
      />
      {trusting && <TrustForm close={() => setTrusting(false)} />}
    </Page>
  );
}

function useColumns(): Column<Key>[] {
  const words = useWords(text);
  return [
    { key: "publisher", title: words.publisher, phone: "head", render: (key) => key.publisher },
    {
      key: "state",
      title: words.state,
      phone: "mark",
      render: ({ revoked_at }) =>
        revoked_at ? <Mark tone="bad">{words.revoked}</Mark> : <Mark tone="good">{words.trusted}</Mark>,
    },
    { key: "id", title: words.id, render: (key) => <code>{key.id}</code> },
    { key: "since", title: words.since, render: (key) => <Moment at={key.trusted_at} /> },
    {
      key: "by",
      title: words.by,
      render: ({ trusted_by, revoked_by, revoked_at }) => (
        <>
          <Actor actor={trusted_by} />
          {revoked_at && (
            <p className="quiet small">
              {words.revoked} <Moment at={revoked_at} /> · <Actor actor={revoked_by ?? ""} />
            </p>
          )}
        </>
      ),
    },
    { key: "deeds", title: words.revoke, render: (key) => <Deeds entry={key} /> },
  ];
}

function Deeds({ entry }: { entry: Key }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const { publisher, id, public_key } = entry;
  const revoke = useDeed({
    run: () => ask(api.DELETE("/publishers/{publisher}/keys/{id}", { params: { path: { publisher, id } } })),
    renews: RENEWS,
    done: words.didRevoke,
  });
  const restore = useDeed({
    run: () => ask(api.PUT("/publishers/{publisher}", { params: { path: { publisher } }, body: { public_key, restore: true } })),
    renews: RENEWS,
    done: words.didTrust,
  });
  if (!may("publishers.change")) return null;
  if (entry.revoked_at) {
    return (
      <Popconfirm
        title={words.restoreSure}
        okText={words.restore}
        cancelText={shared.cancel}
        onConfirm={() => restore.mutate(undefined)}
      >
        <Button size="small" loading={restore.isPending}>
          {words.restore}
        </Button>
      </Popconfirm>
    );
  }
  return (
    <Popconfirm
      title={words.revokeSure}
      okText={words.revoke}
      cancelText={shared.cancel}
      onConfirm={() => revoke.mutate(undefined)}
    >
      <Button size="small" danger loading={revoke.isPending}>
        {words.revoke}
      </Button>
    </Popconfirm>
  );
}

interface Fields {
  publisher: string;
  public_key: string;
}

function TrustForm({ close }: { close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const trust = ({ publisher, public_key }: Fields) =>
    ask(
      api.PUT("/publishers/{publisher}", {
        params: { path: { publisher: publisher.trim() } },
        body: { public_key: public_key.trim() },
      }),
    );
  return (
    <FormModal<Fields, unknown>
      title={words.trust}
      ok={words.trust}
      run={trust}
      renews={RENEWS}
      done={words.didTrust}
      close={close}
    >
      <p className="quiet">{words.trustHint}</p>
      <Form.Item name="publisher" label={words.publisher} extra={words.publisherHint} rules={rules}>
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item name="public_key" label={words.key} extra={words.keyHint} rules={rules}>
        <Input.TextArea rows={4} className="mono" placeholder="-----BEGIN PUBLIC KEY-----" />
      </Form.Item>
    </FormModal>
  );
}
