import { RedoOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type Key, useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useConnectionNames } from "../../api/connections";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { ChosenFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Listing } from "../../parts/Listing";
import { useOptions } from "../../parts/options";
import { Page } from "../../parts/Page";
import { useWords } from "../../words/language";
import { deliveryStates, operations } from "../../words/names";
import { fill } from "../../words/words";
import { useColumns } from "./columns";
import { ReplaySince } from "./ReplaySince";
import { text } from "./text";

/** What connected systems get, newest first. */
export default function Deliveries() {
  const words = useWords(text);
  const { may } = useSession();
  const [marked, setMarked] = useState<Key[]>([]);
  const [asking, setAsking] = useState(false);
  const names = useConnectionNames();
  const columns = useColumns();
  const filters = useFilters("state", "connection", "operation", "order");
  const { values, bind } = filters;
  const query = given({
    ...values,
    state: values.state as Schemas["DeliveryState"] | undefined,
    operation: values.operation as Schemas["Operation"] | undefined,
  });
  const list = usePages(
    ["deliveries", query],
    (cursor) => ask(api.GET("/deliveries", { params: { query: { ...query, ...given({ cursor }) } } })),
    10_000,
  );
  const replay = useDeed({
    run: (ids: number[]) => ask(api.POST("/deliveries/replay", { body: { ids } })),
    renews: [["deliveries"], ["tickets"], ["overview"]],
    done: ({ replayed }) => fill(words.replayed, { n: replayed }),
    after: () => setMarked([]),
  });
  const mayReplay = may("deliveries.replay");
  const actions = mayReplay && (
    <>
      {marked.length > 0 && (
        <Button
          type="primary"
          icon={<RedoOutlined />}
          loading={replay.isPending}
          onClick={() => replay.mutate(marked.map(Number))}
        >
          {fill(words.replay, { n: marked.length })}
        </Button>
      )}
      <Button onClick={() => setAsking(true)}>{words.replaySince}</Button>
    </>
  );
  return (
    <Page title={words.title} hint={words.hint} actions={actions}>
      <Listing
        label={words.title}
        columns={columns}
        rowKey={(delivery) => delivery.id}
        {...(mayReplay ? { selected: marked, select: setMarked } : {})}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint }}
      >
        <ChosenFilter label={words.state} {...bind("state")} options={useOptions(deliveryStates)} />
        <ChosenFilter label={words.connection} {...bind("connection")} options={names} />
        <ChosenFilter label={words.operation} {...bind("operation")} options={useOptions(operations)} />
      </Listing>
      {asking && <ReplaySince close={() => setAsking(false)} />}
    </Page>
  );
}
