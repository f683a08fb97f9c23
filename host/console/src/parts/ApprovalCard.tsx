import { Button, Form, Input } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { usePlaces } from "../api/places";
import { useSession } from "../api/session";
import { ago } from "../format/time";
import { useLanguage, useSaid, useWords } from "../words/language";
import { roles } from "../words/names";
import { fill, type Text } from "../words/words";
import { approvalText } from "./approvalText";
import { FormModal } from "./FormModal";
import { Mark, type Tone } from "./Mark";
import { useNow } from "./now";
import { Actor, Ago } from "./Values";

type Approval = Schemas["ApprovalView"];
type Step = Schemas["Step"];

const TONES: Record<Schemas["StepState"], Tone> = { waiting: "wait", approved: "good", rejected: "bad", void: "calm" };
const STATES = { waiting: "open", approved: "stateApproved", rejected: "stateRejected", void: "stateVoid" } as const;

interface Props {
  approval: Approval;
  /** How many files the order has; missing: it is not known here, and whoever lacks one is told by the refusal. */
  files?: number;
}

/** An approval: who must agree, who has, and the decision of whoever may decide now. */
export function ApprovalCard({ approval, files }: Props) {
  const words = useWords(approvalText);
  const say = useSaid();
  const { me } = useSession();
  const [deciding, setDeciding] = useState<"approve" | "reject" | null>(null);
  const may = approval.mine.length > 0;
  const open = approval.state === "open";
  const wantsFile = open && approval.needs_file && !files;
  const own = open && approval.requester === me.actor;
  return (
    <article className={open ? "hold" : "hold hold-released"}>
      <div className="between">
        <strong>{say(approval.terms.title)}</strong>
        <span className="quiet small">
          <Ago at={approval.opened_at} />
        </span>
      </div>
      <p className="wrap">{say(approval.reason)}</p>
      <ul className="approval-steps">
        {approval.steps.map((step) => (
          <StepLine key={step.number} step={step} />
        ))}
      </ul>
      {wantsFile && <p className={files === 0 ? "failure" : "quiet"}>{words.needsFile}</p>}
      {own && <p className="quiet">{words.own}</p>}
      {may && (
        <div className="form-actions">
          <Button type="primary" disabled={wantsFile && files === 0} onClick={() => setDeciding("approve")}>
            {words.approve}
          </Button>
          <Button danger onClick={() => setDeciding("reject")}>
            {words.reject}
          </Button>
        </div>
      )}
      {deciding && <Decision approval={approval} agrees={deciding === "approve"} close={() => setDeciding(null)} />}
    </article>
  );
}

function StepLine({ step }: { step: Step }) {
  const words = useWords(approvalText);
  const { language } = useLanguage();
  const now = useNow();
  return (
    <li className="between">
      <span>
        <Approver approver={step.approver} />
        {step.decided_by && (
          <span className="quiet small">
            {" "}
            · <Actor actor={step.decided_by} />
            {step.note && ` · ${step.note}`}
          </span>
        )}
      </span>
      <span className="row">
        {step.state === "waiting" && (
          <span className="quiet small">
            {step.overdue ? words.overdue : fill(words.due, { when: ago(step.due_at, now, language) })}
          </span>
        )}
        <Mark tone={TONES[step.state]}>{words[STATES[step.state]]}</Mark>
      </span>
    </li>
  );
}

/** Who is asked: a role, a role of a region, a person, or anybody who may. */
function Approver({ approver }: { approver: string }) {
  const words = useWords(approvalText);
  const say = useSaid();
  const { regionName } = usePlaces();
  const names: Record<string, Text | undefined> = roles;
  if (approver === "any") return <>{words.anyone}</>;
  if (approver.startsWith("user:")) return <Actor actor={approver} />;
  const [role = "", region] = approver.split("@");
  const title = say(names[role]) || role;
  return <>{region ? fill(words.roleOf, { role: title, region: regionName(region) }) : title}</>;
}

function Decision({ approval, agrees, close }: { approval: Approval; agrees: boolean; close: () => void }) {
  const words = useWords(approvalText);
  const number = approval.order_number;
  const params = { path: { id: approval.id } };
  const decide = ({ note = "" }: { note?: string }) =>
    agrees
      ? ask(api.POST("/approvals/{id}/approve", { params, body: { note } }))
      : ask(api.POST("/approvals/{id}/reject", { params, body: { note } }));
  return (
    <FormModal<{ note?: string }, unknown>
      title={fill(agrees ? words.approveTitle : words.rejectTitle, { number })}
      ok={agrees ? words.approve : words.reject}
      run={decide}
      renews={[["approvals"], ["order", number], ["timeline", number], ["holds"], ["overview"], ["status"]]}
      done={agrees ? words.approved : words.rejected}
      close={close}
    >
      {!agrees && <p className="quiet">{words.rejectHint}</p>}
      <Form.Item
        name="note"
        label={words.note}
        rules={agrees ? [] : [{ required: true, whitespace: true, message: words.noteMissing }]}
      >
        <Input.TextArea rows={3} maxLength={1000} showCount autoFocus />
      </Form.Item>
    </FormModal>
  );
}
