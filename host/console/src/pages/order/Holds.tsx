import type { Schemas } from "../../api/client";
import { HoldCard } from "../../parts/HoldCard";
import { Panel } from "../../parts/Panel";
import { useWords } from "../../words/language";
import { text } from "./text";

/** What the order waits for, and what it waited for. */
export function Holds({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  if (order.holds.length === 0) return null;
  const open = order.holds.filter((hold) => !hold.released_at);
  const released = order.holds.filter((hold) => hold.released_at);
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
