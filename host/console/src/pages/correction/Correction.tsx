import { useQuery } from "@tanstack/react-query";
import { App, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { HoldCard } from "../../parts/HoldCard";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { OrderState } from "../../parts/States";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { OrderForm } from "../neworder/OrderForm";
import { corrected, type Fields, fieldsOf } from "../neworder/submission";
import { text } from "./text";

type View = Schemas["OrderView"];

/** Corrects an order that waits: it is as if it had been handed in like this. */
export default function Correction() {
  const { number = "" } = useParams();
  const words = useWords(text);
  const params = { path: { number } };
  // Read once: what somebody else changes meanwhile is refused, not overwritten.
  const query = useQuery({
    queryKey: ["order", number, "correction"],
    queryFn: () => ask(api.GET("/orders/{number}", { params })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const back = <Link to={`/orders/${encodeURIComponent(number)}`}>{words.back}</Link>;
  return (
    <Page
      title={fill(words.title, { number })}
      hint={words.hint}
      marks={query.data && <OrderState state={query.data.state} />}
      actions={back}
    >
      <Loaded query={query}>
        {(order) =>
          correctable(order) ? (
            <Form order={order} />
          ) : (
            <div className="panel">
              <Nothing title={words.over} hint={words.overHint} action={back} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

/** Only what waits can be corrected. */
export function correctable({ state }: { state: Schemas["OrderState"] }): boolean {
  return state === "received" || state === "held";
}

function Form({ order }: { order: View }) {
  const words = useWords(text);
  const go = useNavigate();
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const { number, version } = order;
  const params = { path: { number } };
  const save = useDeed({
    run: (fields: Fields) =>
      ask(api.PUT("/orders/{number}", { params, body: { submission: corrected(order.submission, fields), version, note } })),
    renews: [["order", number], ["timeline", number], ["orders"], ["holds"], ["approvals"], ["overview"], ["status"]],
    after: () => {
      message.success(fill(words.saved, { number }));
      go(`/orders/${encodeURIComponent(number)}`);
    },
    silent: true,
  });
  const open = order.holds.filter((hold) => !hold.released_at);
  return (
    <div className="split">
      <OrderForm
        settled
        initial={fieldsOf(order.submission)}
        ok={words.save}
        send={(fields) => save.mutate(fields)}
        sending={save.isPending}
        error={save.error}
      >
        <Panel title={words.why}>
          <Input.TextArea
            aria-label={words.why}
            placeholder={words.whyHint}
            rows={2}
            maxLength={1000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Panel>
      </OrderForm>
      <Panel title={words.waits}>
        {open.length === 0 ? (
          <Nothing title={words.nothing} />
        ) : (
          <div className="stack">
            {open.map((hold) => (
              <HoldCard key={hold.id} hold={hold} number={number} told />
            ))}
          </div>
        )}
      </Panel>
    </div>
  );
}
