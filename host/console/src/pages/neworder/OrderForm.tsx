import { Button, Form } from "antd";
import type { ReactNode } from "react";
import { Panel } from "../../parts/Panel";
import { Trouble } from "../../parts/Trouble";
import { useWords } from "../../words/language";
import { Head } from "./Head";
import { Lines } from "./Lines";
import { Ship } from "./Ship";
import type { Fields } from "./submission";
import { text } from "./text";
import "./neworder.css";

interface Props {
  initial: Partial<Fields>;
  /** Words of the button that sends it. */
  ok: string;
  send: (fields: Fields) => void;
  sending: boolean;
  error: unknown;
  changed?: () => void;
  /** The order is there already: a sale stays a sale. */
  settled?: boolean;
  /** Looks at it without sending it. */
  check?: { run: (fields: Fields) => void; running: boolean } | undefined;
  /** Further fields, before the buttons. */
  children?: ReactNode;
}

/** The fields of an order: for whom, what, and where it goes. */
export function OrderForm({ initial, ok, send, sending, error, changed, settled, check, children }: Props) {
  const words = useWords(text);
  const [form] = Form.useForm<Fields>();
  // What no field shows, such as attributes of lines, is in the form all the same.
  const all = () => form.getFieldsValue(true) as Fields;
  const checked = () =>
    form.validateFields().then(
      () => check?.run(all()),
      () => undefined,
    );
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      scrollToFirstError
      initialValues={initial}
      onValuesChange={() => changed?.()}
      onFinish={() => send(all())}
    >
      <div className="stack">
        <Panel title={words.head}>
          <Head settled={settled ?? false} />
        </Panel>
        <Panel title={words.lines}>
          <Lines />
        </Panel>
        <Panel title={words.ship}>
          <Ship />
        </Panel>
        {children}
        {error !== null && error !== undefined && <Trouble error={error} />}
        <div className="form-actions">
          {check && (
            <Button onClick={() => void checked()} loading={check.running} size="large">
              {words.check}
            </Button>
          )}
          <Button type="primary" htmlType="submit" loading={sending} size="large">
            {ok}
          </Button>
        </div>
      </div>
    </Form>
  );
}
