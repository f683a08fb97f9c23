import { Alert, Button, Input, Radio, Select } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { Exchange, PluginLog } from "../../parts/Exchange";
import { Labelled } from "../../parts/Labelled";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { Trouble } from "../../parts/Trouble";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { answered, examples } from "./planned";
import { planText } from "./planText";

type Wish = Schemas["PlanWish"];

interface Props {
  name: string;
  interfaces: Schemas["Interface"][];
}

/** Shows the exact requests of a call. Nothing is sent, and nothing kept. */
export function Plan({ name, interfaces }: Props) {
  const words = useWords(planText);
  const [wish, setWish] = useState<Wish | null>(null);
  const [answers, setAnswers] = useState<Schemas["GivenAnswer"][]>([]);
  const params = { path: { name } };
  const plan = useDeed({
    run: (body: Wish) => ask(api.POST("/connections/{name}/plan", { params, body })),
    silent: true,
  });
  const begin = (next: Wish) => {
    setWish(next);
    setAnswers([]);
    plan.mutate(next);
  };
  const goOn = (body: string) => {
    const next = [...answers, answered(body)];
    setAnswers(next);
    if (wish) plan.mutate({ ...wish, answers: next });
  };
  return (
    <div className="stack">
      <Panel title={words.title}>
        <div className="stack">
          <p className="quiet">{words.hint}</p>
          <Choice interfaces={interfaces} planning={plan.isPending} begin={begin} />
          {plan.error && <Trouble error={plan.error} />}
        </div>
      </Panel>
      <div aria-live="polite">
        {plan.data && <Shown key={answers.length} planned={plan.data} planning={plan.isPending} goOn={goOn} />}
      </div>
    </div>
  );
}

interface ChoiceProps {
  interfaces: Schemas["Interface"][];
  planning: boolean;
  begin: (wish: Wish) => void;
}

/** Which call: an order that is written into the ERP, or any function with its arguments. */
function Choice({ interfaces, planning, begin }: ChoiceProps) {
  const words = useWords(planText);
  const calls = examples(interfaces);
  const writesOrders = interfaces.includes("erp");
  const [ofOrder, setOfOrder] = useState(writesOrders);
  const [order, setOrder] = useState("");
  const [chosen, setChosen] = useState(calls[0]?.name);
  const [given, setGiven] = useState(calls[0]?.arguments ?? "{}");
  const [fault, setFault] = useState(false);
  const start = () => {
    setFault(false);
    if (ofOrder) return begin({ order: order.trim() });
    try {
      const call: unknown = { function: chosen, arguments: JSON.parse(given) as unknown };
      // The API's description says "an object", which its types take for an empty one.
      begin({ call: call as NonNullable<Wish["call"]> });
    } catch {
      setFault(true);
    }
  };
  if (!writesOrders && calls.length === 0) return <Nothing title={words.none} hint={words.noneHint} />;
  return (
    <form
      className="stack plan-choice"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {writesOrders && (
        <Radio.Group
          aria-label={words.what}
          value={ofOrder}
          options={[
            { value: true, label: words.ofOrder },
            { value: false, label: words.ofCall },
          ]}
          onChange={(event) => setOfOrder(Boolean(event.target.value))}
        />
      )}
      {ofOrder ? (
        <Labelled label={words.order}>
          {(id) => (
            <Input id={id} value={order} placeholder={words.orderPlace} onChange={(event) => setOrder(event.target.value)} />
          )}
        </Labelled>
      ) : (
        <>
          <Labelled label={words.function}>
            {(id) => (
              <Select
                id={id}
                style={{ width: "100%" }}
                value={chosen ?? null}
                options={calls.map((call) => ({ value: call.name, label: call.name }))}
                onChange={(name: string) => {
                  setChosen(name);
                  setGiven(calls.find((call) => call.name === name)?.arguments ?? "{}");
                }}
              />
            )}
          </Labelled>
          <Labelled label={words.arguments}>
            {(id) => (
              <Input.TextArea
                id={id}
                className="mono"
                rows={6}
                value={given}
                onChange={(event) => setGiven(event.target.value)}
              />
            )}
          </Labelled>
        </>
      )}
      {fault && <Alert type="error" showIcon title={words.noJson} />}
      <div>
        <Button type="primary" htmlType="submit" loading={planning} disabled={ofOrder && !order.trim()}>
          {words.plan}
        </Button>
      </div>
    </form>
  );
}

interface ShownProps {
  planned: Schemas["Planned"];
  planning: boolean;
  goOn: (body: string) => void;
}

function Shown({ planned, planning, goOn }: ShownProps) {
  const words = useWords(planText);
  const say = useSaid();
  const [body, setBody] = useState("");
  const { requests } = planned;
  const waits = requests.at(-1)?.status === null || requests.at(-1)?.status === undefined;
  return (
    <Panel title={fill(words.requests, { n: requests.length, function: planned.function })}>
      <div className="stack">
        {requests.length === 0 && <Nothing title={words.noRequests} hint={words.noRequestsHint} />}
        {requests.map((exchange, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: requests of a plan have no other identity than their place
          <Exchange key={at} exchange={exchange} planned />
        ))}
        {requests.length > 0 && waits ? (
          <div className="stack plan-choice">
            <p className="quiet">{words.assumeHint}</p>
            <Labelled label={words.assume}>
              {(id) => (
                <Input.TextArea
                  id={id}
                  className="mono"
                  rows={4}
                  value={body}
                  placeholder={words.assumePlace}
                  onChange={(event) => setBody(event.target.value)}
                />
              )}
            </Labelled>
            <div>
              <Button loading={planning} onClick={() => goOn(body)}>
                {words.goOn}
              </Button>
            </div>
          </div>
        ) : (
          <Alert
            type={planned.outcome === "ok" ? "success" : "info"}
            showIcon
            title={planned.outcome === "ok" ? words.ended : say(planned.message) || planned.outcome}
          />
        )}
        <PluginLog lines={planned.log} />
      </div>
    </Panel>
  );
}
