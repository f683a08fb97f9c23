import { RedoOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type Key, useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useConnectionNames } from "../../api/connections";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { ChosenFilter, FilterBar } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Nothing } from "../../parts/Nothing";
import { useOptions } from "../../parts/options";
import { Page } from "../../parts/Page";
import { Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { deliveryStates, operations } from "../../words/names";
import { fill } from "../../words/words";
import { useColumns } from "./columns";
import { ReplaySince } from "./ReplaySince";
import { text } from "./text";

/** What connected systems get, newest first. */
export default function Deliveries() {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const [marked, setMarked] = useState<Key[]>([]);
  const [asking, setAsking] = useState(false);
  const names = useConnectionNames();
  const columns = useColumns();
  const { values, set, clear, any } = useFilters("state", "connection", "operation", "order");
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
  const empty = any ? (
    <Nothing title={shared.noMatch} hint={shared.noMatchHint} action={<Button onClick={clear}>{shared.clear}</Button>} />
  ) : (
    <Nothing title={words.empty} hint={words.emptyHint} />
  );
  return (
    <Page title={words.title} hint={words.hint} actions={actions}>
      <FilterBar any={any} clear={clear}>
        <ChosenFilter
          label={words.state}
          value={values.state}
          set={(value) => set("state", value)}
          options={useOptions(deliveryStates)}
        />
        <ChosenFilter
          label={words.connection}
          value={values.connection}
          set={(value) => set("connection", value)}
          options={names}
        />
        <ChosenFilter
          label={words.operation}
          value={values.operation}
          set={(value) => set("operation", value)}
          options={useOptions(operations)}
        />
      </FilterBar>
      <Rows
        label={words.title}
        columns={columns}
        rows={list.rows}
        rowKey={(delivery) => delivery.id}
        error={list.error}
        again={list.refetch}
        empty={empty}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
        {...(mayReplay ? { selected: marked, select: setMarked } : {})}
      />
      {asking && <ReplaySince close={() => setAsking(false)} />}
    </Page>
  );
}
