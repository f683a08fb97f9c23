import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { count, moneyShort } from "../../format/money";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { ordersOf, salesOf } from "./sums";
import { text } from "./text";

interface Props {
  overview: Schemas["Overview"];
  status: Schemas["Status"];
}

/** Four figures that tell whether all is well. */
export function Figures({ overview, status }: Props) {
  const words = useWords(text);
  const { language } = useLanguage();
  const { may } = useSession();
  const today = overview.days.at(-1);
  const week = overview.days.reduce((sum, day) => sum + ordersOf(day), 0);
  const sold = salesOf(today ? [today] : [], overview.currency);
  const others = sold.slice(1).map(({ currency, gross }) => moneyShort(gross, currency, language));
  const soldInWeek = salesOf(overview.days, overview.currency)[0]?.gross ?? 0;
  const holds = overview.holds.filter((hold) => hold.kind === "business").reduce((sum, hold) => sum + hold.count, 0);
  const waits = holds + status.open_tickets;
  const used = status.connections.filter((one) => one.health !== "disabled");
  const well = used.filter((one) => one.health === "ready").length;
  return (
    <div className="figures">
      <Figure
        name={words.today}
        value={count(ordersOf(today), language)}
        note={fill(words.week, { n: count(week, language) })}
        to="/orders"
      />
      <Figure
        name={words.value}
        value={moneyShort(sold[0]?.gross ?? 0, overview.currency, language)}
        note={
          others.length > 0
            ? fill(words.other, { list: others.join(" · ") })
            : fill(words.week, { n: moneyShort(soldInWeek, overview.currency, language) })
        }
      />
      <Figure
        name={words.waits}
        value={count(waits, language)}
        note={waits === 0 ? words.waitsNone : fill(words.waitsParts, { holds, tickets: status.open_tickets })}
        {...(may("holds.read") ? { to: "/holds" } : {})}
        tone={waits > 0 ? "wait" : "good"}
      />
      {may("connections.read") && (
        <Figure
          name={words.systems}
          value={`${well}/${used.length}`}
          note={well === used.length ? words.systemsAll : fill(words.systemsWell, { n: well, all: used.length })}
          to="/connections"
          tone={well === used.length ? "good" : "bad"}
        />
      )}
    </div>
  );
}

function Figure(props: { name: string; value: ReactNode; note: string; to?: string; tone?: string }) {
  const { name, value, note, to, tone = "calm" } = props;
  const content = (
    <>
      <span className="figure-name">{name}</span>
      <span className="figure-value">{value}</span>
      <span className={`figure-note figure-${tone}`}>{note}</span>
    </>
  );
  return to ? (
    <Link to={to} className="panel figure-box">
      {content}
    </Link>
  ) : (
    <div className="panel figure-box">{content}</div>
  );
}
