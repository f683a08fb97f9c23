import { Alert, Button, DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { Actor, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

type Status = Schemas["ConnectionStatus"];

function renewed(name: string) {
  return [["connection", name], ["connections"], ["status"], ["overview"]];
}

/** Lets a connection rest or work, and closes its breakers. */
export function Operate({ status }: { status: Status }) {
  const words = useWords(text);
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  const { name } = status;
  const params = { path: { name } };
  const resume = useDeed({
    run: () => ask(api.POST("/connections/{name}/resume", { params })),
    renews: renewed(name),
    done: words.resumed,
  });
  const close = useDeed({
    run: () => ask(api.POST("/connections/{name}/breaker", { params, body: { state: "closed" } })),
    renews: renewed(name),
    done: words.breakersClosed,
  });
  if (!may("connections.operate")) return null;
  return (
    <>
      {status.health === "resting" && (
        <Button loading={close.isPending} onClick={() => close.mutate(undefined)}>
          {words.closeBreakers}
        </Button>
      )}
      {status.paused ? (
        <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
          {words.resume}
        </Button>
      ) : (
        <Button onClick={() => setAsking(true)}>{words.pause}</Button>
      )}
      {asking && <PauseForm name={name} close={() => setAsking(false)} />}
    </>
  );
}

interface Fields {
  reason: string;
  until?: Dayjs | null;
}

function PauseForm({ name, close }: { name: string; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const params = { path: { name } };
  const pause = ({ reason, until }: Fields) =>
    ask(api.POST("/connections/{name}/pause", { params, body: { reason, until: until?.toISOString() ?? null } }));
  return (
    <FormModal<Fields, unknown>
      title={fill(words.pauseTitle, { name })}
      ok={words.pause}
      run={pause}
      renews={renewed(name)}
      done={words.paused}
      close={close}
    >
      <p className="quiet">{words.pauseHint}</p>
      <Form.Item name="reason" label={words.reason} rules={rules}>
        <Input maxLength={500} autoFocus />
      </Form.Item>
      <Form.Item name="until" label={words.until} extra={words.untilHint}>
        <DatePicker showTime />
      </Form.Item>
    </FormModal>
  );
}

/** That a connection rests, why, and until when. */
export function Paused({ pause }: { pause: NonNullable<Status["paused"]> }) {
  const words = useWords(text);
  const [before = "", after = ""] = fill(words.pausedBy, { reason: pause.reason }).split("{who}");
  return (
    <Alert
      type="warning"
      showIcon
      title={words.paused}
      description={
        <>
          {before}
          <Actor actor={pause.by} />
          {after} · <Moment at={pause.since} /> – <Moment at={pause.until} />
        </>
      }
    />
  );
}
