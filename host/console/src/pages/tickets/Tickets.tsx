import { RedoOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useConnectionNames } from "../../api/connections";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { FailureText } from "../../parts/FailureText";
import { ChosenFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Listing } from "../../parts/Listing";
import { Page } from "../../parts/Page";
import type { Column } from "../../parts/Rows";
import { common } from "../../parts/text";
import { Actor, Ago } from "../../parts/Values";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { TicketDrawer } from "./TicketDrawer";
import { text } from "./text";

type Ticket = Schemas["Ticket"];

/** Deliveries that wait for a person in operations. */
export default function Tickets() {
  const words = useWords(text);
  const { may } = useSession();
  const filters = useFilters("show", "connection");
  const { values, set, bind } = filters;
  const closed = values.show === "closed";
  const query = given({ open: !closed, connection: values.connection });
  const list = usePages(
    ["tickets", query],
    (cursor) => ask(api.GET("/tickets", { params: { query: { ...query, ...given({ cursor }) } } })),
    10_000,
  );
  const replay = useReplay();
  const columns = useColumns(closed);
  const ids = (list.rows ?? []).map((ticket) => ticket.delivery);
  const all = may("deliveries.replay") && !closed && ids.length > 1 && (
    <Button type="primary" icon={<RedoOutlined />} loading={replay.isPending} onClick={() => replay.mutate(ids)}>
      {words.retryAll}
    </Button>
  );
  return (
    <Page title={words.title} hint={words.hint} actions={all}>
      <Listing
        label={words.title}
        columns={columns}
        rowKey={(ticket) => ticket.id}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint }}
      >
        <Segmented
          aria-label={words.show}
          value={closed ? "closed" : "open"}
          onChange={(value) => set("show", value === "closed" ? "closed" : undefined)}
          options={[
            { value: "open", label: words.open },
            { value: "closed", label: words.closed },
          ]}
        />
        <ChosenFilter label={words.connection} {...bind("connection")} options={useConnectionNames()} />
      </Listing>
    </Page>
  );
}

function useReplay() {
  const words = useWords(text);
  return useDeed({
    run: (ids: number[]) => ask(api.POST("/deliveries/replay", { body: { ids } })),
    renews: [["tickets"], ["deliveries"], ["overview"], ["status"]],
    done: ({ replayed }) => fill(words.retried, { n: replayed }),
  });
}

function useColumns(closed: boolean): Column<Ticket>[] {
  const words = useWords(text);
  const shared = useWords(common);
  return [
    {
      key: "why",
      title: words.why,
      phone: "head",
      render: (ticket) => (
        <>
          <span>{ticket.connection}</span>
          <FailureText failure={ticket.failure} />
        </>
      ),
    },
    {
      key: "order",
      title: words.order,
      render: ({ order_number }) => <Link to={`/orders/${encodeURIComponent(order_number)}`}>{order_number}</Link>,
    },
    {
      key: "assignee",
      title: words.assignee,
      render: ({ assignee }) => (assignee ? <Actor actor={`user:${assignee}`} /> : <span className="quiet">{words.nobody}</span>),
    },
    { key: "opened", title: words.opened, render: (ticket) => <Ago at={ticket.opened_at} /> },
    ...(closed
      ? [
          { key: "ended", title: words.ended, render: (ticket: Ticket) => <Ago at={ticket.closed_at} /> },
          {
            key: "by",
            title: words.by,
            render: (ticket: Ticket) => (ticket.closed_by ? <Actor actor={ticket.closed_by} /> : shared.none),
          },
        ]
      : []),
    { key: "deeds", title: words.ticket, render: (ticket) => <Deeds ticket={ticket} /> },
  ];
}

function Deeds({ ticket }: { ticket: Ticket }) {
  const [looking, setLooking] = useState(false);
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const replay = useReplay();
  const close = useDeed({
    run: () => ask(api.POST("/tickets/{id}/close", { params: { path: { id: ticket.id } } })),
    renews: [["tickets"], ["status"], ["overview"]],
    done: words.didClose,
  });
  const open = !ticket.closed_at;
  return (
    <span className="row">
      <Button size="small" onClick={() => setLooking(true)}>
        {words.details}
      </Button>
      {looking && <TicketDrawer id={ticket.id} close={() => setLooking(false)} />}
      {open && may("deliveries.replay") && (
        <Button size="small" loading={replay.isPending} onClick={() => replay.mutate([ticket.delivery])}>
          {words.retry}
        </Button>
      )}
      {open && may("tickets.close") && (
        <Popconfirm title={words.sure} okText={words.close} cancelText={shared.cancel} onConfirm={() => close.mutate(undefined)}>
          <Button size="small" type="text">
            {words.close}
          </Button>
        </Popconfirm>
      )}
    </span>
  );
}
