import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { Mark } from "../../parts/Mark";
import type { Column } from "../../parts/Rows";
import { OrderState } from "../../parts/States";
import { Actor, Ago, Moment, Money } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text } from "./text";

type Head = Schemas["OrderHead"];

/** Columns of a list of orders. */
export function useColumns(): Column<Head>[] {
  const words = useWords(text);
  const { storeName } = usePlaces();
  return [
    {
      key: "number",
      title: words.number,
      phone: "head",
      render: (order) => (
        <span className="row">
          <Link to={`/orders/${encodeURIComponent(order.number)}`}>{order.number}</Link>
          {order.kind === "return" && <Mark tone="calm">{words.return}</Mark>}
        </span>
      ),
    },
    { key: "state", title: words.state, phone: "mark", render: (order) => <OrderState state={order.state} /> },
    { key: "customer", title: words.customer, render: (order) => order.customer },
    { key: "store", title: words.store, render: (order) => storeName(order.store) },
    { key: "reference", title: words.reference, render: (order) => order.reference || "–" },
    {
      key: "amount",
      title: words.amount,
      right: true,
      render: (order) => <Money minor={order.totals?.gross} currency={order.currency} />,
    },
    { key: "placed", title: words.placed, phone: "none", render: (order) => <Moment at={order.placed_at} /> },
    { key: "received", title: words.received, render: (order) => <Ago at={order.received_at} /> },
    { key: "by", title: words.by, phone: "none", render: (order) => <Actor actor={order.submitted_by} /> },
  ];
}
