import { Button } from "antd";
import { useState } from "react";
import type { Schemas } from "../api/client";
import { useSession } from "../api/session";
import { useSaid, useWords } from "../words/language";
import { holdCodes, roles } from "../words/names";
import { fill, type Text } from "../words/words";
import { holdText } from "./holdText";
import { LinkButton } from "./LinkButton";
import { ReleaseHold } from "./ReleaseHold";
import { HoldKind } from "./States";
import { Actor, Ago, Data, Moment } from "./Values";

type Hold = Schemas["Hold"];

/** May this person release the hold? Those that name a role are for that one, and for admins. */
export function mayRelease(hold: Hold, own: string[], may: (action: string) => boolean): boolean {
  if (hold.kind !== "business" || !may("holds.release")) return false;
  const wanted = hold.needs.map((need) => need.role ?? "").filter(Boolean);
  return own.includes("admin") || wanted.every((role) => own.includes(role));
}

interface Props {
  hold: Hold;
  number: string;
  /** It only tells: nobody releases it here. */
  told?: boolean;
  /** An approval releases it: that is where it is decided. */
  approval?: boolean;
}

/** A hold: why, what it waits for, and the release. */
export function HoldCard({ hold, number, told, approval }: Props) {
  const words = useWords(holdText);
  const say = useSaid();
  const { me, may } = useSession();
  const [asking, setAsking] = useState(false);
  const released = Boolean(hold.released_at);
  const names: Record<string, Text | undefined> = roles;
  return (
    <article className={released ? "hold hold-released" : "hold"}>
      <div className="between">
        <strong>{say(holdCodes[hold.code]) || hold.code}</strong>
        {released ? (
          <span className="quiet small">
            <Moment at={hold.released_at} />
          </span>
        ) : (
          <HoldKind kind={hold.kind} />
        )}
      </div>
      <p className="wrap">{say(hold.text)}</p>
      {!released &&
        hold.needs.map((need) => (
          <p key={need.kind + need.text.en} className="quiet">
            {say(need.text)}
            {need.role && ` · ${fill(words.role, { role: say(names[need.role]) || need.role })}`}
          </p>
        ))}
      {released ? <Release hold={hold} /> : <Particulars detail={hold.detail} />}
      {!released && (
        <div className="between">
          <span className="quiet small">
            <Ago at={hold.opened_at} />
          </span>
          {approval && <LinkButton to={`/orders/${encodeURIComponent(number)}`}>{words.toApproval}</LinkButton>}
          {!told && !approval && mayRelease(hold, me.roles, may) && (
            <Button type="primary" onClick={() => setAsking(true)}>
              {words.release}
            </Button>
          )}
        </div>
      )}
      {asking && <ReleaseHold hold={hold} number={number} close={() => setAsking(false)} />}
    </article>
  );
}

function Release({ hold }: { hold: Hold }) {
  const [before = "", after = ""] = useWords(holdText).releasedBy.split("{who}");
  return (
    <p className="quiet">
      {before}
      <Actor actor={hold.released_by ?? "host"} />
      {after}
      {hold.note && ` · ${hold.note}`}
    </p>
  );
}

function Particulars({ detail }: { detail: unknown }) {
  const words = useWords(holdText);
  const places = candidates(detail);
  if (places.length > 0) {
    return (
      <div>
        <h3>{words.candidates}</h3>
        <ul className="candidates">
          {places.map((place) => (
            <li key={place}>{place}</li>
          ))}
        </ul>
      </div>
    );
  }
  if (detail === null || detail === undefined || (typeof detail === "object" && Object.keys(detail).length === 0)) return null;
  return (
    <details>
      <summary>{words.particulars}</summary>
      <Data value={detail} />
    </details>
  );
}

/** Places among the particulars of a vague address. */
function candidates(detail: unknown): string[] {
  if (typeof detail !== "object" || detail === null || !("candidates" in detail) || !Array.isArray(detail.candidates)) return [];
  return detail.candidates.flatMap((place: unknown) =>
    typeof place === "object" && place !== null && "formatted" in place ? [String(place.formatted)] : [],
  );
}
