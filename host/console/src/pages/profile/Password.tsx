import { Button, Form, Input } from "antd";
import { api, ask } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Panel } from "../../parts/Panel";
import { useRequired } from "../../parts/rules";
import { Trouble } from "../../parts/Trouble";
import { useWords } from "../../words/language";
import { text } from "./text";

interface Fields {
  current: string;
  next: string;
  again: string;
}

/** Changes one's own password, which ends the sessions elsewhere. */
export function Password() {
  const words = useWords(text);
  const rules = useRequired();
  const { me } = useSession();
  const [form] = Form.useForm<Fields>();
  const change = useDeed({
    run: ({ current, next }: Fields) => ask(api.PUT("/me/password", { body: { current, new: next } })),
    renews: [["sessions"]],
    done: words.changed,
    after: () => form.resetFields(),
    silent: true,
  });
  const same = (_: unknown, again: string) =>
    again === form.getFieldValue("next") ? Promise.resolve() : Promise.reject(new Error(words.differ));
  return (
    <Panel title={words.password}>
      <Form<Fields> form={form} layout="vertical" onFinish={(fields) => change.mutate(fields)}>
        <input hidden readOnly autoComplete="username" value={me.name ?? ""} />
        <Form.Item name="current" label={words.current} rules={rules}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="next" label={words.next} extra={words.least} rules={[{ required: true, min: 10, message: words.least }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="again" label={words.again} dependencies={["next"]} rules={[{ validator: same }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {change.error && <Trouble error={change.error} />}
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {words.change}
        </Button>
      </Form>
    </Panel>
  );
}
