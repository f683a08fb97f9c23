import { useQuery } from "@tanstack/react-query";
import { Timeline } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { duration } from "../../format/quantity";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Actor, Ago, Moment, Money } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { failureClasses, holdCodes, operations } from "../../words/names";
import { fill, type Text } from "../../words/words";
import { type Chapter, calls, field, grouped, list } from "./grouping";
import { text } from "./text";

type Entry = Schemas["Entry"];

const COLORS: Record<string, string> = {
  "order.confirmed": "#1f7a4d",
  "delivery.done": "#1f7a4d",
  "order.held": "#e0a02f",
  "hold.opened": "#e0a02f",
  "order.rejected": "#b3261e",
  "delivery.failed": "#b3261e",
  "ticket.opened": "#b3261e",
};

/** Everything that happened to the order, oldest first. */
export function Story({ number }: { number: string }) {
  const words = useWords(text);
  const params = { path: { number }, query: { limit: 500 } };
  const query = useQuery({
    queryKey: ["timeline", number],
    queryFn: () => ask(api.GET("/orders/{number}/timeline", { params })),
    refetchInterval: 30_000,
  });
  return (
    <Panel title={words.story}>
      <Loaded query={query}>
        {(page) => (
          <Timeline
            items={grouped(page.items).map((chapter, at) => ({
              key: at,
              color: COLORS[chapter.entry.event] ?? "#7c9095",
              content: <Told chapter={chapter} />,
            }))}
          />
        )}
      </Loaded>
    </Panel>
  );
}

const EVENTS: Record<string, keyof typeof text> = {
  "order.received": "evReceived",
  "order.evaluated": "evEvaluated",
  "order.confirmed": "evConfirmed",
  "order.held": "evHeld",
  "order.rejected": "evRejected",
  "order.attached": "evAttached",
  "hold.opened": "evHoldOpened",
  "hold.released": "evHoldReleased",
  "delivery.done": "evDone",
  "delivery.failed": "evFailed",
  "delivery.replayed": "evReplayed",
  "ticket.opened": "evTicketOpened",
  "ticket.closed": "evTicketClosed",
  "ticket.assigned": "evTicketAssigned",
  "ticket.commented": "evTicketCommented",
  "approval.requested": "evApprovalRequested",
  "approval.approved": "evApprovalApproved",
  "approval.rejected": "evApprovalRejected",
  "approval.reminded": "evApprovalReminded",
  "approval.escalated": "evApprovalEscalated",
  "approval.overdue": "evApprovalOverdue",
  "approval.told": "evApprovalTold",
  "order.cancelled": "evCancelled",
  "order.corrected": "evCorrected",
  "order.goods-left": "evGoods",
  "order.payment": "evPayment",
  "order.upstream": "evUpstream",
};

function Told({ chapter }: { chapter: Chapter }) {
  const words = useWords(text);
  const { entry, parts, times } = chapter;
  const event = EVENTS[entry.event];
  const evaluated = parts.find((part) => part.event === "order.evaluated");
  const { count, micros } = calls(evaluated?.data);
  return (
    <div className="chapter">
      <div className="between">
        <strong>
          {event ? words[event] : entry.event}
          {times > 1 && <span className="quiet"> {fill(words.times, { n: times })}</span>}
        </strong>
        <span className="small quiet">
          <Moment at={entry.at} grain="clock" />
        </span>
      </div>
      <Particulars entry={entry} />
      {count > 0 && <p className="quiet small">{fill(words.stepsCount, { n: count, took: duration(micros) })}</p>}
      <p className="quiet small">
        <Actor actor={entry.actor} /> · <Ago at={entry.at} />
      </p>
    </div>
  );
}

/** What belongs to this kind of entry. */
function Particulars({ entry }: { entry: Entry }) {
  const words = useWords(text);
  const say = useSaid();
  const { data } = entry;
  const hold = (code: string) => say(holdCodes[code]) || code;
  switch (entry.event) {
    case "order.received":
      return <p>{fill(words.linesCount, { n: field(data, "lines") ?? 0 })}</p>;
    case "order.confirmed": {
      const waived = list(data, "waived").map(hold).join(" · ");
      return (
        <p>
          <Money minor={Number(field(data, "gross") ?? Number.NaN) || null} currency={field(data, "currency")} />
          {waived && <span className="quiet"> {fill(words.waived, { list: waived })}</span>}
        </p>
      );
    }
    case "order.held":
      return <p>{list(data, "holds").map(hold).join(" · ")}</p>;
    case "order.rejected":
      return <p>{say(inner(data, "reason"))}</p>;
    case "approval.approved":
    case "approval.rejected":
      return <p className="wrap">{field(data, "note")}</p>;
    case "hold.opened":
    case "hold.released":
      return (
        <p>
          {hold(field(data, "code") ?? "")}
          {field(data, "note") && <span className="quiet"> · {field(data, "note")}</span>}
        </p>
      );
    case "order.cancelled":
      return <p>{say(inner(data, "reason")) || field(data, "reason")}</p>;
    case "order.corrected":
      return <p>{field(data, "note")}</p>;
    case "order.attached":
      return <p>{field(data, "name")}</p>;
    default:
      return entry.event.startsWith("delivery.") ? <Delivered data={data} /> : null;
  }
}

function Delivered({ data }: { data: unknown }) {
  const words = useWords(text);
  const say = useSaid();
  const names: Record<string, Text | undefined> = operations;
  const classes: Record<string, Text | undefined> = failureClasses;
  const operation = field(data, "operation");
  const failed = field(data, "class");
  const attempt = field(data, "attempt");
  return (
    <>
      <p>
        {operation && (say(names[operation]) || operation)}
        {attempt && attempt !== "1" && <span className="quiet"> {fill(words.attempt, { n: attempt })}</span>}
        {field(data, "external_id") && (
          <>
            {" "}
            <code>{field(data, "external_id")}</code>
          </>
        )}
      </p>
      {failed && (
        <p className="failure">
          {say(classes[failed]) || failed}
          {say(inner(data, "reason")) && ` · ${say(inner(data, "reason"))}`}
        </p>
      )}
    </>
  );
}

function inner(data: unknown, name: string): Text | null {
  if (typeof data !== "object" || data === null) return null;
  const value = (data as Record<string, unknown>)[name];
  return typeof value === "object" && value !== null && "zh" in value && "en" in value ? (value as Text) : null;
}
