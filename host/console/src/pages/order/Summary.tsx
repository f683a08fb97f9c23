import { Alert } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { Facts } from "../../parts/Facts";
import { Panel } from "../../parts/Panel";
import { Actor, Moment, Money } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

/** Who ordered what it is worth, when, and where it goes. */
export function Summary({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const { storeName } = usePlaces();
  const priced = order.order;
  const { ship_to, note, original } = order.submission;
  const customer = priced ? `${priced.customer.name} (${order.customer})` : order.customer;
  const found = order.evaluation?.located?.best.formatted;
  return (
    <Panel>
      <div className="stack">
        {order.rejection && <Alert type="error" showIcon title={words.rejected} description={say(order.rejection)} />}
        <Facts
          facts={[
            [
              words.amount,
              <strong key="amount">
                <Money minor={order.totals?.gross} currency={order.currency} />
              </strong>,
            ],
            [words.net, order.totals && <Money minor={order.totals.net} currency={order.currency} />],
            [words.tax, order.totals && <Money minor={order.totals.tax} currency={order.currency} />],
            [
              words.customer,
              may("customers.read") ? <Link to={`/customers/${encodeURIComponent(order.customer)}`}>{customer}</Link> : customer,
            ],
            [words.level, priced?.customer.level],
            [words.store, storeName(order.store)],
            [words.reference, order.reference],
            [words.placed, <Moment key="placed" at={order.placed_at} />],
            [words.received, <Moment key="received" at={order.received_at} grain="second" />],
            [words.by, <Actor key="by" actor={order.submitted_by} />],
            [words.payment, priced && fill(words.days, { n: priced.payment_days })],
            [words.paid, order.progress && <Money minor={order.progress.paid} currency={order.currency} />],
            [words.rate, priced?.exchange_rate],
            [words.original, original && <Link to={`/orders/${encodeURIComponent(original)}`}>{original}</Link>],
          ]}
        />
        <Facts
          facts={[
            [words.address, ship_to.text],
            [words.found, found],
            [words.contact, ship_to.contact],
            [words.phone, ship_to.phone],
            [words.note, note],
          ]}
        />
      </div>
    </Panel>
  );
}
