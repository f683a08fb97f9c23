import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { ChosenFilter, FilterBar, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Nothing } from "../../parts/Nothing";
import { useOptions } from "../../parts/options";
import { Page } from "../../parts/Page";
import { Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { orderStates } from "../../words/names";
import { useColumns } from "./columns";
import { text } from "./text";

/** The list of orders, newest first. */
export default function Orders() {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const { stores } = usePlaces();
  const states = useOptions(orderStates);
  const columns = useColumns();
  const { values, set, clear, any } = useFilters("q", "state", "customer", "store", "sku", "reference");
  const query = given({ ...values, state: values.state as Schemas["OrderState"] | undefined });
  const list = usePages(
    ["orders", query],
    (cursor) => ask(api.GET("/orders", { params: { query: { ...query, ...given({ cursor }) } } })),
    60_000,
  );
  const add = may("orders.submit") && (
    <Link to="/orders/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {words.add}
      </Button>
    </Link>
  );
  const empty = any ? (
    <Nothing title={shared.noMatch} hint={shared.noMatchHint} action={<Button onClick={clear}>{shared.clear}</Button>} />
  ) : (
    <Nothing title={words.empty} hint={words.emptyHint} action={add} />
  );
  return (
    <Page title={words.title} actions={add}>
      <FilterBar any={any} clear={clear}>
        <TypedFilter label={words.search} value={values.q} set={(value) => set("q", value)} width={280} />
        <ChosenFilter label={words.state} value={values.state} set={(value) => set("state", value)} options={states} />
        <ChosenFilter
          label={words.store}
          value={values.store}
          set={(value) => set("store", value)}
          options={stores.map((store) => ({ value: store.code, label: store.name || store.code }))}
        />
        <TypedFilter label={words.customer} value={values.customer} set={(value) => set("customer", value)} />
        <TypedFilter label={words.sku} value={values.sku} set={(value) => set("sku", value)} />
        <TypedFilter label={words.reference} value={values.reference} set={(value) => set("reference", value)} />
      </FilterBar>
      <Rows
        label={words.title}
        columns={columns}
        rows={list.rows}
        rowKey={(order) => order.number}
        error={list.error}
        again={list.refetch}
        empty={empty}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
    </Page>
  );
}
