import { Checkbox, InputNumber, Radio, Select } from "antd";
import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { Panel } from "../../parts/Panel";
import { useWords } from "../../words/language";
import type { Connection, Draft } from "./draft";
import { Numbers } from "./Numbers";
import { text } from "./text";

interface Props {
  draft: Draft;
  readOnly: boolean;
  interfaces: Schemas["Interface"][];
}

const ROUTING: Schemas["Routing"] = { levels: [], priority: 0, regions: [], stores: [], warehouses: [] };

/** What the connection serves, and how far calls and retries may go. */
export function Rules({ draft, readOnly, interfaces }: Props) {
  const words = useWords(text);
  const { draft: connection, set } = draft;
  const breaker = connection.breaker;
  return (
    <div className="stack">
      <Routing connection={connection} set={set} readOnly={readOnly} />
      {interfaces.includes("notifier") && <Messages connection={connection} set={set} readOnly={readOnly} />}
      <Panel title={words.retry}>
        <Numbers value={connection.retry} change={(retry) => set({ retry })} names={text} readOnly={readOnly} />
      </Panel>
      <Panel title={words.breakerTitle}>
        <div className="stack">
          <Numbers
            value={breaker}
            change={(breaker) => set({ breaker })}
            names={{ ...text, failures: text.failuresField }}
            readOnly={readOnly}
          />
          {breaker && (
            <Checkbox
              checked={breaker["dry-run"]}
              disabled={readOnly}
              onChange={(event) => set({ breaker: { ...breaker, "dry-run": event.target.checked } })}
            >
              {words["dry-run"]}
            </Checkbox>
          )}
        </div>
      </Panel>
      <Rate connection={connection} set={set} readOnly={readOnly} />
      <Panel title={words.limits}>
        <Numbers value={connection.limits} change={(limits) => set({ limits })} names={text} readOnly={readOnly} />
      </Panel>
    </div>
  );
}

interface PartProps {
  connection: Connection;
  set: Draft["set"];
  readOnly: boolean;
}

function Routing({ connection, set, readOnly }: PartProps) {
  const words = useWords(text);
  const places = usePlaces();
  const routing = connection.routing ?? ROUTING;
  const choose = (part: "stores" | "regions" | "warehouses") => (
    <label>
      <span>{words[part]}</span>
      <Select
        mode="multiple"
        disabled={readOnly}
        style={{ width: "100%" }}
        value={routing[part]}
        options={places[part].map(({ code, name }) => ({ value: code, label: name || code }))}
        onChange={(codes: string[]) => set({ routing: { ...routing, [part]: codes } })}
      />
    </label>
  );
  const mode = connection["failure-mode"] ?? "hold";
  return (
    <Panel title={words.routing}>
      <div className="stack">
        <div className="numbers">
          {choose("stores")}
          {choose("regions")}
          {choose("warehouses")}
          <label>
            <span>{words.levels}</span>
            <Select
              mode="tags"
              disabled={readOnly}
              style={{ width: "100%" }}
              value={routing.levels}
              onChange={(levels: string[]) => set({ routing: { ...routing, levels } })}
            />
          </label>
          <label>
            <span>{words.priority}</span>
            <InputNumber
              precision={0}
              disabled={readOnly}
              style={{ width: "100%" }}
              value={routing.priority}
              onChange={(priority) => set({ routing: { ...routing, priority: priority ?? 0 } })}
            />
          </label>
        </div>
        <fieldset className="plain">
          <legend>{words.failureMode}</legend>
          <Radio.Group
            disabled={readOnly}
            value={mode}
            options={[
              { value: "hold", label: words.modeHold },
              { value: "degrade", label: words.modeDegrade },
            ]}
            onChange={(event) => set({ "failure-mode": event.target.value as Schemas["FailureMode"] })}
          />
        </fieldset>
      </div>
    </Panel>
  );
}

function Messages({ connection, set, readOnly }: PartProps) {
  const words = useWords(text);
  return (
    <Panel>
      <div className="numbers">
        <label>
          <span>{words.events}</span>
          <Select
            mode="tags"
            disabled={readOnly}
            style={{ width: "100%" }}
            value={connection.events ?? []}
            options={["order-confirmed", "ticket-opened"].map((value) => ({ value, label: value }))}
            onChange={(events: string[]) => set({ events })}
          />
        </label>
        <label>
          <span>{words.merge}</span>
          <InputNumber
            min={1}
            precision={0}
            disabled={readOnly}
            style={{ width: "100%" }}
            value={connection.merge ?? 1}
            onChange={(merge) => set({ merge: merge ?? 1 })}
          />
        </label>
      </div>
    </Panel>
  );
}

function Rate({ connection, set, readOnly }: PartProps) {
  const words = useWords(text);
  const rate = connection.rate ?? null;
  const change = (patch: Partial<Schemas["Rate"]>) => {
    const next = { calls: rate?.calls ?? 1, seconds: rate?.seconds ?? 1, ...patch };
    set({ rate: next.calls > 0 && next.seconds > 0 ? next : null });
  };
  const field = (name: "calls" | "seconds", label: string) => (
    <label>
      <span>{label}</span>
      <InputNumber
        min={0}
        precision={0}
        disabled={readOnly}
        style={{ width: "100%" }}
        value={rate?.[name] ?? null}
        onChange={(value) => change({ [name]: value ?? 0 })}
      />
    </label>
  );
  return (
    <Panel title={words.rate}>
      <div className="stack">
        <div className="numbers">
          {field("calls", words.rateCalls)}
          {field("seconds", words.rateSeconds)}
          <label>
            <span>{words.upstream}</span>
            <InputNumber
              min={0}
              precision={0}
              disabled={readOnly}
              style={{ width: "100%" }}
              value={connection["upstream-timeout-ms"] ?? null}
              onChange={(value) => value !== null && set({ "upstream-timeout-ms": value })}
            />
          </label>
        </div>
        <p className="quiet small">
          {words.rateHint} · {words.upstreamHint}
        </p>
      </div>
    </Panel>
  );
}
