import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Facts } from "../../parts/Facts";
import { languageNames } from "../../parts/languages";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { useRequired } from "../../parts/rules";
import { Trouble } from "../../parts/Trouble";
import { common } from "../../parts/text";
import { useSaid, useWords } from "../../words/language";
import { roles } from "../../words/names";
import { Password } from "./Password";
import { Sessions } from "./Sessions";
import { text } from "./text";

/** One's own account. */
export default function Profile() {
  const words = useWords(text);
  return (
    <Page title={words.title}>
      <div className="halves">
        <Own />
        <Password />
      </div>
      <Sessions />
    </Page>
  );
}

function Own() {
  const words = useWords(text);
  const shared = useWords(common);
  const rules = useRequired();
  const say = useSaid();
  const queries = useQueryClient();
  const { me } = useSession();
  const save = useDeed({
    run: (fields: Schemas["OwnProfile"]) => ask(api.PUT("/me", { body: { ...fields, email: fields.email || null } })),
    renews: [["people"]],
    done: shared.saved,
    after: (kept) => queries.setQueryData(["me"], kept),
    silent: true,
  });
  return (
    <Panel title={words.own}>
      <div className="stack">
        <Facts
          facts={[
            [words.name, <code key="name">{me.name ?? me.actor}</code>],
            [words.roles, me.roles.map((role) => say(roles[role])).join(" · ")],
            [words.places, [...me.stores, ...me.regions].join(" · ")],
          ]}
        />
        <Form<Schemas["OwnProfile"]> layout="vertical" initialValues={me} onFinish={(fields) => save.mutate(fields)}>
          <Form.Item name="display_name" label={words.display} rules={rules}>
            <Input autoComplete="name" />
          </Form.Item>
          <Form.Item name="email" label={words.email}>
            <Input type="email" autoComplete="email" />
          </Form.Item>
          <Form.Item name="language" label={words.language}>
            <Select options={languageNames} />
          </Form.Item>
          {save.error && <Trouble error={save.error} />}
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {shared.save}
          </Button>
        </Form>
      </div>
    </Panel>
  );
}
