import { App, Button, Form } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Trouble } from "../../parts/Trouble";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { Head } from "./Head";
import { Lines } from "./Lines";
import { Quote } from "./Quote";
import { Ship } from "./Ship";
import { type Fields, freshKey, submission } from "./submission";
import { text } from "./text";
import "./neworder.css";

/** Enters an order: check it first, then hand it in. */
export default function NewOrder() {
  const words = useWords(text);
  const { may } = useSession();
  const go = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [stale, setStale] = useState(false);
  // The same key for the same order: pressed twice, it is handed in once.
  const key = useRef(freshKey());
  const check = useDeed({
    run: (body: Schemas["Submission"]) => ask(api.POST("/quotes", { body })),
    after: () => setStale(false),
    silent: true,
  });
  const submit = useDeed({
    run: (body: Schemas["Submission"]) =>
      ask(api.POST("/orders", { params: { header: { "Idempotency-Key": key.current } }, body })),
    renews: [["orders"], ["overview"], ["status"], ["holds"]],
    after: ({ number }) => {
      message.success(fill(words.submitted, { number }));
      go(`/orders/${encodeURIComponent(number)}`);
    },
    silent: true,
  });
  const changed = () => {
    setStale(true);
    key.current = freshKey();
  };
  const checked = () =>
    form.validateFields().then(
      (fields) => check.mutate(submission(fields)),
      () => undefined,
    );
  const error = submit.error ?? check.error;
  return (
    <Page title={words.title} hint={words.hint}>
      <div className="split">
        <Form<Fields>
          form={form}
          layout="vertical"
          scrollToFirstError
          initialValues={{ kind: "sale", lines: [{ quantity: "1" }] }}
          onValuesChange={changed}
          onFinish={(fields) => submit.mutate(submission(fields))}
        >
          <div className="stack">
            <Panel title={words.head}>
              <Head />
            </Panel>
            <Panel title={words.lines}>
              <Lines />
            </Panel>
            <Panel title={words.ship}>
              <Ship />
            </Panel>
            {error && <Trouble error={error} />}
            <div className="form-actions">
              {may("quotes.make") && (
                <Button onClick={() => void checked()} loading={check.isPending} size="large">
                  {words.check}
                </Button>
              )}
              <Button type="primary" htmlType="submit" loading={submit.isPending} size="large">
                {words.submit}
              </Button>
            </div>
          </div>
        </Form>
        {may("quotes.make") && <Quote quote={check.data} stale={stale} />}
      </div>
    </Page>
  );
}
