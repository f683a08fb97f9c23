import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { ago } from "../../format/time";
import { Nothing } from "../../parts/Nothing";
import { useNow } from "../../parts/now";
import { Panel } from "../../parts/Panel";
import { useLanguage, useSaid, useWords } from "../../words/language";
import { holdCodes } from "../../words/names";
import { fill } from "../../words/words";
import { text } from "./text";

interface Props {
  holds: Schemas["OpenHolds"][];
  tickets: number;
}

/** What waits for a person, the most first. */
export function Waiting({ holds, tickets }: Props) {
  const words = useWords(text);
  const say = useSaid();
  const now = useNow();
  const { language } = useLanguage();
  const { may } = useSession();
  const seesTickets = may("tickets.read") && tickets > 0;
  if (holds.length === 0 && !seesTickets) {
    return (
      <Panel title={words.person}>
        <Nothing title={words.personNone} hint={words.personNoneHint} />
      </Panel>
    );
  }
  return (
    <Panel title={words.person} extra={<Link to="/holds">{words.seeAll}</Link>}>
      <ul className="waiting-list">
        {seesTickets && (
          <li>
            <Link to="/tickets">
              <strong>{words.ticketsOpen}</strong>
              <span className="waiting-count">{tickets}</span>
            </Link>
          </li>
        )}
        {holds.map((hold) => (
          <li key={hold.code + hold.kind}>
            <Link to={`/holds?code=${encodeURIComponent(hold.code)}`}>
              <span>
                <strong>{say(holdCodes[hold.code]) || hold.code}</strong>
                <br />
                <span className="quiet small">{fill(words.oldest, { when: ago(hold.oldest_at, now, language) })}</span>
              </span>
              <span className="waiting-count">{hold.count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
