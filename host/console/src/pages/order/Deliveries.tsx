import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { FailureText } from "../../parts/FailureText";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { DeliveryState } from "../../parts/States";
import { Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { operations } from "../../words/names";
import { text } from "./text";

type Delivery = Schemas["Delivery"];

/** What connected systems get because of the order. */
export function Deliveries({ deliveries }: { deliveries: Delivery[] }) {
  const words = useWords(text);
  const columns = useColumns();
  return (
    <Panel title={words.deliveries} flush>
      <Rows
        label={words.deliveries}
        columns={columns}
        rows={deliveries}
        rowKey={(delivery) => delivery.id}
        empty={<Nothing title={words.deliveriesNone} hint={words.deliveriesNoneHint} />}
      />
    </Panel>
  );
}

function useColumns(): Column<Delivery>[] {
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const named = (delivery: Delivery) => {
    const name = say(operations[delivery.operation]);
    return may("deliveries.inspect") ? <Link to={`/deliveries/${delivery.id}`}>{name}</Link> : name;
  };
  return [
    {
      key: "operation",
      title: words.operation,
      phone: "head",
      render: (delivery) => (
        <span>
          {named(delivery)}
          <br />
          <span className="quiet small">{delivery.connection}</span>
        </span>
      ),
    },
    {
      key: "state",
      title: words.state,
      phone: "mark",
      render: (delivery) => (
        <span>
          <DeliveryState delivery={delivery} />
          {delivery.last_failure && delivery.state !== "done" && <FailureText failure={delivery.last_failure} />}
          {delivery.in_doubt && <p className="quiet small">{words.doubt}</p>}
        </span>
      ),
    },
    { key: "attempts", title: words.attempts, right: true, render: (delivery) => delivery.attempts },
    {
      key: "external",
      title: words.external,
      render: (delivery) => (delivery.external_id ? <code>{delivery.external_id}</code> : "–"),
    },
    {
      key: "next",
      title: words.next,
      render: (delivery) => (delivery.state === "pending" ? <Ago at={delivery.due_at} /> : <Ago at={delivery.done_at} />),
    },
  ];
}
