import { useQuery } from "@tanstack/react-query";
import { DatePicker, Form, Input, Select, Switch } from "antd";
import type { Dayjs } from "dayjs";
import { api, ask, type Schemas } from "../../api/client";
import { usePeople } from "../../api/people";
import { FormModal } from "../../parts/FormModal";
import { useOptions } from "../../parts/options";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { roles } from "../../words/names";
import { text } from "./text";

interface Fields extends Omit<Schemas["TokenWish"], "expires_at"> {
  expires?: Dayjs | null;
}

/** Nouns of actions, of which a token may be bound to some. */
function useNouns(): { value: string; label: string }[] {
  const query = useQuery({ queryKey: ["access"], queryFn: () => ask(api.GET("/access")), staleTime: Number.POSITIVE_INFINITY });
  const nouns = (query.data?.actions ?? []).map((action) => action.name.split(".")[0] ?? "");
  return [...new Set(nouns)].sort().map((noun) => ({ value: noun, label: noun }));
}

/** Makes a token. */
export function TokenForm({ close, told }: { close: () => void; told: (made: Schemas["MadeToken"]) => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const people = usePeople();
  const owners = [...people].map(([name, display]) => ({ value: name, label: display || name }));
  const make = ({ expires, nouns, owner, ...fields }: Fields) => {
    const bounds = { nouns: nouns?.length ? nouns : null, owner: owner ?? null };
    return ask(api.POST("/tokens", { body: { ...fields, ...bounds, expires_at: expires?.toISOString() ?? null } }));
  };
  return (
    <FormModal<Fields, Schemas["MadeToken"]>
      title={words.make}
      ok={words.make}
      initial={{ read_only: false }}
      run={make}
      renews={[["tokens"]]}
      after={told}
      close={close}
    >
      <Form.Item name="name" label={words.name} extra={words.nameHint} rules={rules}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="roles" label={words.roles} rules={rules}>
        <Select mode="multiple" options={useOptions(roles)} />
      </Form.Item>
      <Form.Item name="read_only" label={words.readOnly} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="nouns" label={words.nouns} extra={words.nounsHint}>
        <Select mode="multiple" options={useNouns()} />
      </Form.Item>
      <Form.Item name="owner" label={words.owner} extra={words.ownerHint}>
        <Select allowClear options={owners} />
      </Form.Item>
      <Form.Item name="expires" label={words.expires} extra={words.expiresHint}>
        <DatePicker showTime />
      </Form.Item>
    </FormModal>
  );
}
