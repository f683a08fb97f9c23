import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Form, Input, Select, Timeline } from "antd";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { usePeople } from "../../api/people";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { FailureText } from "../../parts/FailureText";
import { Loaded } from "../../parts/Loaded";
import { useRequired } from "../../parts/rules";
import { Actor, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

type View = Schemas["TicketView"];

/** One ticket: whose it is, what people did about it, and what they say. */
export function TicketDrawer({ id, close }: { id: number; close: () => void }) {
  const words = useWords(text);
  const { may } = useSession();
  const query = useQuery({
    queryKey: ["tickets", id],
    queryFn: () => ask(api.GET("/tickets/{id}", { params: { path: { id } } })),
  });
  return (
    <Drawer open onClose={close} title={fill(words.titleOf, { id })} size={480}>
      <Loaded query={query}>
        {(ticket) => (
          <div className="stack">
            <div>
              <strong>{ticket.connection}</strong> ·{" "}
              <Link to={`/orders/${encodeURIComponent(ticket.order_number)}`}>{ticket.order_number}</Link>
              <FailureText failure={ticket.failure} />
              {may("deliveries.inspect") && <Link to={`/deliveries/${ticket.delivery}`}>{words.look}</Link>}
            </div>
            {may("tickets.handle") && !ticket.closed_at && <Assign ticket={ticket} />}
            <Trail trail={ticket.trail} />
            {may("tickets.handle") && <Comment id={id} />}
          </div>
        )}
      </Loaded>
    </Drawer>
  );
}

function Assign({ ticket }: { ticket: View }) {
  const words = useWords(text);
  const people = usePeople();
  const params = { path: { id: ticket.id } };
  const assign = useDeed({
    run: (assignee: string | null) => ask(api.POST("/tickets/{id}/assign", { params, body: { assignee } })),
    renews: [["tickets"]],
    done: words.assigned,
  });
  const options = [...people].map(([value, name]) => ({ value, label: name || value }));
  return (
    <label>
      <span>{words.assignee}</span>
      <Select
        allowClear
        style={{ width: "100%" }}
        placeholder={words.nobody}
        value={ticket.assignee ?? null}
        loading={assign.isPending}
        options={options}
        onChange={(name: string | null) => assign.mutate(name ?? null)}
      />
    </label>
  );
}

function Trail({ trail }: { trail: Schemas["Entry"][] }) {
  const words = useWords(text);
  return (
    <div>
      <h3>{words.trail}</h3>
      {trail.length === 0 && <p className="quiet">{words.trailNone}</p>}
      <Timeline
        items={trail.map((entry) => ({
          key: entry.at + entry.event,
          content: (
            <>
              <p className="wrap">
                <Told entry={entry} />
              </p>
              <p className="quiet small">
                <Actor actor={entry.actor} /> · <Moment at={entry.at} />
              </p>
            </>
          ),
        }))}
      />
    </div>
  );
}

function Told({ entry }: { entry: Schemas["Entry"] }) {
  const words = useWords(text);
  const data = typeof entry.data === "object" && entry.data !== null ? (entry.data as Record<string, unknown>) : {};
  if (entry.event === "ticket.commented") return <>{String(data.text ?? "")}</>;
  if (entry.event === "ticket.assigned") {
    const [before = "", after = ""] = words.evAssigned.split("{who}");
    const who = typeof data.assignee === "string" ? <Actor actor={`user:${data.assignee}`} /> : words.nobody;
    return (
      <>
        {before}
        {who}
        {after}
      </>
    );
  }
  return <>{entry.event === "ticket.closed" ? words.evClosed : entry.event}</>;
}

function Comment({ id }: { id: number }) {
  const words = useWords(text);
  const rules = useRequired();
  const [form] = Form.useForm<{ text: string }>();
  const comment = useDeed({
    run: (body: { text: string }) => ask(api.POST("/tickets/{id}/comments", { params: { path: { id } }, body })),
    renews: [["tickets"]],
    done: words.commented,
    after: () => form.resetFields(),
  });
  return (
    <Form form={form} layout="vertical" onFinish={(fields) => comment.mutate(fields)}>
      <Form.Item name="text" label={words.comment} rules={rules}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
      <Button htmlType="submit" loading={comment.isPending}>
        {words.addComment}
      </Button>
    </Form>
  );
}
