import { Checkbox } from "antd";
import type { Schemas } from "../api/client";
import { bytes } from "../format/quantity";
import { useSaid, useWords } from "../words/language";
import { records } from "../words/names";
import { fill } from "../words/words";
import { isGranted, type Wish, withPrivate, withWish } from "./wishes";
import { wishText } from "./wishText";

type Grant = Schemas["Grant"];

interface Props {
  wishes: Wish[];
  /** What is granted, and how it is changed; without it the wishes are only shown. */
  grant?: Grant;
  change?: ((grant: Grant) => void) | undefined;
}

/** What a plugin wishes for, in plain words and with its reasons. */
export function WishList({ wishes, grant, change }: Props) {
  const words = useWords(wishText);
  const name = useName();
  const say = useSaid();
  if (wishes.length === 0) return <p className="quiet">{words.none}</p>;
  return (
    <ul className="wishes">
      {wishes.map((wish) => (
        <li key={wish.key}>
          {grant ? (
            <Checkbox
              checked={isGranted(grant, wish)}
              disabled={!change || wish.what === undefined}
              onChange={(event) => change?.(withWish(grant, wish, event.target.checked))}
            >
              {name(wish)}
            </Checkbox>
          ) : (
            <strong>{name(wish)}</strong>
          )}
          <p className="quiet wish-reason">{say(wish.reason)}</p>
          {wish.kind === "reveal" && <p className="failure wish-reason">{words.danger}</p>}
          {grant && wish.kind === "http" && wish.what && isGranted(grant, wish) && (
            <Checkbox
              className="wish-reason"
              checked={grant.private.includes(wish.what)}
              disabled={!change}
              onChange={(event) => change?.(withPrivate(grant, wish.what ?? "", event.target.checked))}
            >
              {words.private} <span className="quiet small">({words.privateHint})</span>
            </Checkbox>
          )}
        </li>
      ))}
    </ul>
  );
}

function useName(): (wish: Wish) => string {
  const words = useWords(wishText);
  const say = useSaid();
  return ({ kind, what, setting }) => {
    if (what === undefined) return fill(words.httpUnset, { setting: setting ?? "" });
    if (kind === "kv") return fill(words.kv, { what: bytes(Number(what)) });
    if (kind === "records") return fill(words.records, { what: say(records[what as Schemas["RecordKind"]]) || what });
    return fill(words[kind], { what });
  };
}
