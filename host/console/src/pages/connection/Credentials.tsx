import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Popconfirm } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { FormModal } from "../../parts/FormModal";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { type Column, Rows } from "../../parts/Rows";
import { useRequired } from "../../parts/rules";
import { common } from "../../parts/text";
import { Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { text } from "./text";

type Slot = Schemas["SlotView"];

/** Slots for credentials. What lies in them is never shown. */
export function Credentials({ name }: { name: string }) {
  const words = useWords(text);
  const say = useSaid();
  const [filling, setFilling] = useState<Slot | null>(null);
  const params = { path: { name } };
  const query = useQuery({
    queryKey: ["connection", name, "credentials"],
    queryFn: () => ask(api.GET("/connections/{name}/credentials", { params })),
  });
  const columns: Column<Slot>[] = [
    {
      key: "slot",
      title: words.slot,
      phone: "head",
      render: (slot) => (
        <span>
          {say(slot.title)}
          <br />
          <code>{slot.slot}</code>
        </span>
      ),
    },
    {
      key: "state",
      title: words.filled,
      phone: "mark",
      render: (slot) => {
        if (slot.captured) return <Mark tone="calm">{words.captured}</Mark>;
        if (slot.filled_at) return <Mark tone="good">{words.filled}</Mark>;
        return <Mark tone={slot.required ? "bad" : "calm"}>{words.empty}</Mark>;
      },
    },
    { key: "since", title: words.updated, render: (slot) => (slot.filled_at ? <Ago at={slot.filled_at} /> : "–") },
    { key: "deeds", title: words.fill, render: (slot) => <Deeds name={name} slot={slot} fill={() => setFilling(slot)} /> },
  ];
  return (
    <>
      <Rows
        label={words.credentials}
        columns={columns}
        rows={query.data?.items}
        rowKey={(slot) => slot.slot}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.slotsNone} />}
      />
      {filling && <Fill name={name} slot={filling} close={() => setFilling(null)} />}
    </>
  );
}

function renewed(name: string) {
  return [["connection", name], ["status"], ["connections"]];
}

function Deeds({ name, slot, fill }: { name: string; slot: Slot; fill: () => void }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const params = { path: { name, slot: slot.slot } };
  const clear = useDeed({
    run: () => ask(api.DELETE("/connections/{name}/credentials/{slot}", { params })),
    renews: renewed(name),
    done: words.cleared,
  });
  if (slot.captured || !may("credentials.change")) return null;
  return (
    <span className="row">
      <Button size="small" type={slot.filled_at ? "default" : "primary"} onClick={fill}>
        {slot.filled_at ? words.replace : words.fill}
      </Button>
      {slot.filled_at && (
        <Popconfirm
          title={words.clearSure}
          okText={words.clear}
          cancelText={shared.cancel}
          onConfirm={() => clear.mutate(undefined)}
        >
          <Button size="small" type="text">
            {words.clear}
          </Button>
        </Popconfirm>
      )}
    </span>
  );
}

function Fill({ name, slot, close }: { name: string; slot: Slot; close: () => void }) {
  const words = useWords(text);
  const say = useSaid();
  const rules = useRequired();
  const params = { path: { name, slot: slot.slot } };
  return (
    <FormModal<{ value: string }, unknown>
      title={say(slot.title)}
      run={(body) => ask(api.PUT("/connections/{name}/credentials/{slot}", { params, body }))}
      renews={renewed(name)}
      done={words.kept}
      close={close}
    >
      <Form.Item name="value" label={words.value} extra={words.valueHint} rules={rules}>
        <Input.Password autoComplete="off" autoFocus />
      </Form.Item>
    </FormModal>
  );
}
