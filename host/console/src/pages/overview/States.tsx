import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { palette } from "../../app/theme";
import { count } from "../../format/money";
import { Panel } from "../../parts/Panel";
import { useLanguage, useSaid, useWords } from "../../words/language";
import { orderStates } from "../../words/names";
import { text } from "./text";

const COLORS: Record<Schemas["OrderState"], string> = {
  received: palette.work,
  held: palette.wait,
  confirmed: palette.good,
  shipped: "#4aa585",
  completed: "#1e6b52",
  rejected: palette.bad,
  cancelled: palette.calm,
};

/** How many orders are in each state. */
export function States({ orders }: { orders: Schemas["Status"]["orders"] }) {
  const words = useWords(text);
  const say = useSaid();
  const { language } = useLanguage();
  const most = Math.max(1, ...Object.values(orders));
  return (
    <Panel title={words.states}>
      <div className="states">
        {(Object.keys(COLORS) as Schemas["OrderState"][]).map((state) => (
          <Link key={state} to={`/orders?state=${state}`} className="states-row">
            <span>{say(orderStates[state])}</span>
            <span className="states-bar" aria-hidden="true">
              <span style={{ width: `${(100 * (orders[state] ?? 0)) / most}%`, background: COLORS[state] }} />
            </span>
            <span className="figure">{count(orders[state] ?? 0, language)}</span>
          </Link>
        ))}
      </div>
    </Panel>
  );
}
