import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { AddButton } from "../../parts/AddButton";
import { CopyButton } from "../../parts/CopyButton";
import { useDeed } from "../../parts/deed";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { Actor, Ago, Moment } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { roles } from "../../words/names";
import { fill } from "../../words/words";
import { TokenForm } from "./TokenForm";
import { text } from "./text";

type Token = Schemas["TokenView"];

/** Keys of programs. */
export default function Tokens() {
  const words = useWords(text);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schemas["MadeToken"] | null>(null);
  const query = useQuery({ queryKey: ["tokens"], queryFn: () => ask(api.GET("/tokens")) });
  const make = <AddButton needs="tokens.change" label={words.make} add={() => setMaking(true)} />;
  return (
    <Page title={words.title} hint={words.hint} actions={make}>
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={query.data?.items}
        rowKey={(token) => token.id}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.empty} action={make} />}
      />
      {making && <TokenForm close={() => setMaking(false)} told={setMade} />}
      {made && <Made made={made} close={() => setMade(null)} />}
    </Page>
  );
}

function Made({ made, close }: { made: Schemas["MadeToken"]; close: () => void }) {
  const words = useWords(text);
  const shared = useWords(common);
  const title = fill(words.made, { name: made.name });
  return (
    <Modal open title={title} onCancel={close} onOk={close} okText={shared.close} cancelButtonProps={{ hidden: true }}>
      <div className="stack">
        <p>{words.madeHint}</p>
        <Input.TextArea readOnly rows={3} value={made.token} aria-label={title} onFocus={(event) => event.target.select()} />
        <CopyButton text={made.token} />
      </div>
    </Modal>
  );
}

function useColumns(): Column<Token>[] {
  const words = useWords(text);
  const say = useSaid();
  const state = (token: Token) => {
    if (token.revoked_at) return <Mark tone="calm">{words.revoked}</Mark>;
    const ended = token.expires_at && Date.parse(token.expires_at) < Date.now();
    return ended ? <Mark tone="wait">{words.ended}</Mark> : <Mark tone="good">{words.active}</Mark>;
  };
  const scope = ({ scope }: Token) =>
    [scope.read_only ? words.readOnly : "", scope.nouns?.join(", ") ?? words.allNouns].filter(Boolean).join(" · ");
  return [
    { key: "name", title: words.name, phone: "head", render: (token) => token.name },
    { key: "state", title: words.state, phone: "mark", render: state },
    { key: "roles", title: words.roles, render: (token) => token.roles.map((role) => say(roles[role])).join(" · ") },
    { key: "scope", title: words.scope, render: scope },
    {
      key: "owner",
      title: words.owner,
      render: ({ owner }) => (owner ? <Actor actor={`user:${owner}`} /> : <span className="quiet">{words.machine}</span>),
    },
    { key: "expires", title: words.expires, render: ({ expires_at }) => (expires_at ? <Moment at={expires_at} /> : words.never) },
    { key: "used", title: words.used, render: ({ last_used_at }) => (last_used_at ? <Ago at={last_used_at} /> : words.unused) },
    { key: "deeds", title: words.revoke, render: (token) => <Revoke token={token} /> },
  ];
}

function Revoke({ token }: { token: Token }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const params = { path: { id: token.id } };
  const revoke = useDeed({ run: () => ask(api.DELETE("/tokens/{id}", { params })), renews: [["tokens"]], done: words.did });
  if (token.revoked_at || !may("tokens.change")) return null;
  return (
    <Popconfirm title={words.sure} okText={words.revoke} cancelText={shared.cancel} onConfirm={() => revoke.mutate(undefined)}>
      <Button size="small" danger>
        {words.revoke}
      </Button>
    </Popconfirm>
  );
}
