import { App } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Page } from "../../parts/Page";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { OrderForm } from "./OrderForm";
import { Quote } from "./Quote";
import { type Fields, freshKey, submission } from "./submission";
import { text } from "./text";

const BLANK: Partial<Fields> = { kind: "sale", lines: [{ quantity: "1" }] };

/** Enters an order: check it first, then hand it in. */
export default function NewOrder() {
  const words = useWords(text);
  const { may } = useSession();
  const go = useNavigate();
  const { message } = App.useApp();
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
  const checks = may("quotes.make");
  return (
    <Page title={words.title} hint={words.hint}>
      <div className="split">
        <OrderForm
          initial={BLANK}
          ok={words.submit}
          send={(fields) => submit.mutate(submission(fields))}
          sending={submit.isPending}
          error={submit.error ?? check.error}
          changed={changed}
          check={checks ? { run: (fields) => check.mutate(submission(fields)), running: check.isPending } : undefined}
        />
        {checks && <Quote quote={check.data} stale={stale} />}
      </div>
    </Page>
  );
}
