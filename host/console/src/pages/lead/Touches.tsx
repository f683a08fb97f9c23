import { Button, Form, Input, Select, Timeline } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { FormModal } from "../../parts/FormModal";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { useOptions } from "../../parts/options";
import { Panel } from "../../parts/Panel";
import { useRequired } from "../../parts/rules";
import { common } from "../../parts/text";
import { Actor, Moment } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { text, touchKinds } from "./text";

type Touch = Schemas["Touch"];

/** Calls, visits and messages, the newest first. */
export function Touches({ number }: { number: string }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const path = { number };
  const list = usePages(["lead", number, "touches"], (cursor) =>
    ask(api.GET("/leads/{number}/touches", { params: { path, query: cursor ? { cursor } : {} } })),
  );
  const add = may("leads.work") && (
    <Button type="primary" onClick={() => setAdding(true)}>
      {words.addTouch}
    </Button>
  );
  return (
    <Panel title={words.touches} extra={add}>
      <Loaded query={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing title={words.touchesNone} hint={words.touchesNoneHint} />
          ) : (
            <Timeline items={rows.map((touch) => ({ key: touch.id, content: <Told touch={touch} /> }))} />
          )
        }
      </Loaded>
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{shared.more}</Button>}
      {adding && <TouchForm number={number} close={() => setAdding(false)} />}
    </Panel>
  );
}

function Told({ touch }: { touch: Touch }) {
  const words = useWords(text);
  const say = useSaid();
  return (
    <div>
      <strong>{say(touchKinds[touch.kind])}</strong>
      {touch.note && <p className="wrap">{touch.note}</p>}
      {touch.need && (
        <p>
          {words.need}: {touch.need}
        </p>
      )}
      {touch.contradicts && <p className="failure">{words.contradicts}</p>}
      <p className="quiet small">
        <Actor actor={touch.actor} /> · <Moment at={touch.at ?? touch.noted_at} />
      </p>
    </div>
  );
}

interface Fields {
  kind: Schemas["TouchKind"];
  note?: string;
  need?: string;
}

function TouchForm({ number, close }: { number: string; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const params = { path: { number } };
  const add = ({ kind, note = "", need = "" }: Fields) =>
    ask(api.POST("/leads/{number}/touches", { params, body: { kind, note, need } }));
  return (
    <FormModal<Fields, unknown>
      title={words.addTouch}
      initial={{ kind: "call" }}
      run={add}
      renews={[["lead", number], ["leads"]]}
      done={words.noted}
      close={close}
    >
      <Form.Item name="kind" label={words.kind} rules={rules}>
        <Select options={useOptions(touchKinds)} />
      </Form.Item>
      <Form.Item name="note" label={words.said}>
        <Input.TextArea rows={3} />
      </Form.Item>
      <Form.Item name="need" label={words.need}>
        <Input />
      </Form.Item>
    </FormModal>
  );
}
