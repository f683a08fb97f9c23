import type { Schemas } from "../../api/client";
import { HoldCard } from "../../parts/HoldCard";
import { Panel } from "../../parts/Panel";
import { useWords } from "../../words/language";
import { useApprovals } from "./Approvals";
import { text } from "./text";

/** What the order waits for, and what it waited for. What an approval releases is decided there. */
export function Holds({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const approved = new Set(useApprovals(order.number).map((approval) => approval.hold));
  const open = order.holds.filter((hold) => !hold.released_at && !approved.has(hold.id));
  const released = order.holds.filter((hold) => hold.released_at);
  if (open.length + released.length === 0) return null;
  return (
    <Panel title={words.holds}>
      <div className="stack">
        {[...open, ...released].map((hold) => (
          <HoldCard key={hold.id} hold={hold} number={order.number} />
        ))}
      </div>
    </Panel>
  );
}
