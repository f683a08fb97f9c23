import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { FailureText } from "../../parts/FailureText";
import { Mark } from "../../parts/Mark";
import type { Column } from "../../parts/Rows";
import { DeliveryState } from "../../parts/States";
import { Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { operations } from "../../words/names";
import { text } from "./text";

type Delivery = Schemas["Delivery"];

/** Columns of a list of deliveries. */
export function useColumns(): Column<Delivery>[] {
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const operation = (delivery: Delivery) => {
    const name = say(operations[delivery.operation]);
    return may("deliveries.inspect") ? <Link to={`/deliveries/${delivery.id}`}>{name}</Link> : name;
  };
  return [
    { key: "operation", title: words.operation, phone: "head", render: operation },
    {
      key: "order",
      title: words.order,
      render: ({ order_number }) => <Link to={`/orders/${encodeURIComponent(order_number)}`}>{order_number}</Link>,
    },
    { key: "connection", title: words.connection, render: (delivery) => delivery.connection },
    {
      key: "state",
      title: words.state,
      phone: "mark",
      render: (delivery) => (
        <>
          <DeliveryState delivery={delivery} />
          {delivery.in_doubt && <Mark tone="wait">{words.doubt}</Mark>}
          {delivery.last_failure && delivery.state !== "done" && <FailureText failure={delivery.last_failure} />}
        </>
      ),
    },
    { key: "attempts", title: words.attempts, right: true, render: (delivery) => delivery.attempts },
    { key: "external", title: words.external, render: ({ external_id }) => (external_id ? <code>{external_id}</code> : "–") },
    { key: "created", title: words.created, phone: "none", render: (delivery) => <Ago at={delivery.created_at} /> },
    {
      key: "due",
      title: words.due,
      render: (delivery) => <Ago at={delivery.state === "pending" ? delivery.due_at : delivery.done_at} />,
    },
  ];
}
