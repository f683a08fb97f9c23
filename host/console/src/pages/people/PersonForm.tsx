import { Form, Input, Select } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { FormModal } from "../../parts/FormModal";
import { languageNames } from "../../parts/languages";
import { useOptions } from "../../parts/options";
import { useRequired } from "../../parts/rules";
import { useLanguage, useWords } from "../../words/language";
import { roles } from "../../words/names";
import { fill } from "../../words/words";
import { text } from "./text";

type Fields = Schemas["NewUser"];

interface Props {
  user?: Schemas["User"];
  close: () => void;
  told: (invited: Schemas["Invited"]) => void;
}

async function save(user: Schemas["User"] | undefined, fields: Fields): Promise<Schemas["Invited"] | null> {
  if (!user) return ask(api.POST("/users", { body: { ...fields, email: fields.email || null } }));
  const { name: _, display_name, email, ...rest } = fields;
  const body = { ...rest, display_name: display_name ?? "", email: email || null };
  await ask(api.PUT("/users/{name}", { params: { path: { name: user.name } }, body }));
  return null;
}

/** Invites somebody, or changes what they may do. */
export function PersonForm({ user, close, told }: Props) {
  const words = useWords(text);
  const rules = useRequired();
  const { language } = useLanguage();
  const { stores, regions } = usePlaces();
  const named = (list: { code: string; name: string }[]) => list.map(({ code, name }) => ({ value: code, label: name || code }));
  return (
    <FormModal<Fields, Schemas["Invited"] | null>
      title={user ? fill(words.edit, { name: user.name }) : words.invite}
      initial={user ?? { language }}
      run={(fields) => save(user, fields)}
      renews={[["users"], ["people"]]}
      after={(invited) => invited && told(invited)}
      close={close}
    >
      {!user && (
        <Form.Item name="name" label={words.name} extra={words.nameHint} rules={rules}>
          <Input autoComplete="off" autoCapitalize="none" />
        </Form.Item>
      )}
      <Form.Item name="display_name" label={words.display} rules={user ? rules : []}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="email" label={words.email}>
        <Input type="email" autoComplete="off" />
      </Form.Item>
      <Form.Item name="language" label={words.language}>
        <Select options={languageNames} />
      </Form.Item>
      <Form.Item name="roles" label={words.roles} rules={rules}>
        <Select mode="multiple" options={useOptions(roles)} />
      </Form.Item>
      <Form.Item name="stores" label={words.stores} extra={words.ownHint}>
        <Select mode="multiple" options={named(stores)} showSearch={{ optionFilterProp: "label" }} />
      </Form.Item>
      <Form.Item name="regions" label={words.regions}>
        <Select mode="multiple" options={named(regions)} showSearch={{ optionFilterProp: "label" }} />
      </Form.Item>
    </FormModal>
  );
}
