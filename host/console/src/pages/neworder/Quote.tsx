import { Alert } from "antd";
import type { Schemas } from "../../api/client";
import { Facts } from "../../parts/Facts";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { Money } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { holdCodes } from "../../words/names";
import { QuoteLine } from "./QuoteLine";
import { text } from "./text";

type View = Schemas["QuoteView"];

/** What would happen if the order were handed in now. */
export function Quote({ quote, stale }: { quote: View | undefined; stale: boolean }) {
  const words = useWords(text);
  const say = useSaid();
  if (!quote) {
    return (
      <Panel title={words.result}>
        <Nothing title={words.none} hint={words.noneHint} />
      </Panel>
    );
  }
  const { order, credit } = quote;
  const limit = credit?.limit;
  return (
    <Panel title={words.result}>
      <div className="stack" aria-live="polite">
        {stale && <Alert type="info" showIcon title={words.changed} />}
        <Verdict quote={quote} />
        {quote.flags.length > 0 && (
          <div className="row">
            {quote.flags.map((flag) => (
              <Mark key={flag.en} tone="wait">
                {say(flag)}
              </Mark>
            ))}
          </div>
        )}
        <Facts
          facts={[
            [
              words.total,
              quote.priced ? (
                <strong>
                  <Money minor={order.gross} currency={order.currency} />
                </strong>
              ) : (
                words.unpriced
              ),
            ],
            [words.place, quote.located?.best.formatted],
            [
              words.credit,
              credit && (typeof limit === "number" ? <Money minor={limit} currency={order.currency} /> : words.noLimit),
            ],
            [words.creditOpen, credit && <Money minor={credit.open} currency={order.currency} />],
            [
              words.creditLeft,
              credit && typeof limit === "number" && (
                <Money minor={limit - credit.open - order.gross} currency={order.currency} />
              ),
            ],
          ]}
        />
        <div>
          <h3>{words.prices}</h3>
          {order.lines.map((line) => (
            <QuoteLine key={line.number} quote={quote} line={line} />
          ))}
        </div>
      </div>
    </Panel>
  );
}

/** Confirmed, held or rejected, and why. */
function Verdict({ quote }: { quote: View }) {
  const words = useWords(text);
  const say = useSaid();
  if (quote.rejection) return <Alert type="error" showIcon title={words.rejected} description={say(quote.rejection)} />;
  if (quote.holds.length === 0) return <Alert type="success" showIcon title={words.confirmed} />;
  const reasons = quote.holds.map((hold) => (
    <p key={hold.code}>
      <strong>{say(holdCodes[hold.code]) || hold.code}</strong> {say(hold.text)}
      {hold.needs.map((need) => (
        <span key={need.text.en} className="quiet">
          {" "}
          {say(need.text)}
        </span>
      ))}
    </p>
  ));
  return <Alert type="warning" showIcon title={words.held} description={reasons} />;
}
