import { PlusOutlined } from "@ant-design/icons";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { ChosenFilter, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { LinkButton } from "../../parts/LinkButton";
import { Listing } from "../../parts/Listing";
import { useOptions } from "../../parts/options";
import { Page } from "../../parts/Page";
import { useWords } from "../../words/language";
import { orderStates } from "../../words/names";
import { useColumns } from "./columns";
import { text } from "./text";

/** The list of orders, newest first. */
export default function Orders() {
  const words = useWords(text);
  const { may } = useSession();
  const { storeOptions } = usePlaces();
  const states = useOptions(orderStates);
  const columns = useColumns();
  const filters = useFilters("q", "state", "customer", "store", "sku", "reference");
  const { values, bind } = filters;
  const query = given({ ...values, state: values.state as Schemas["OrderState"] | undefined });
  const list = usePages(
    ["orders", query],
    (cursor) => ask(api.GET("/orders", { params: { query: { ...query, ...given({ cursor }) } } })),
    60_000,
  );
  const add = may("orders.submit") && (
    <LinkButton to="/orders/new" type="primary" icon={<PlusOutlined />}>
      {words.add}
    </LinkButton>
  );
  return (
    <Page title={words.title} actions={add}>
      <Listing
        label={words.title}
        columns={columns}
        rowKey={(order) => order.number}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint, action: add }}
      >
        <TypedFilter label={words.search} {...bind("q")} width={280} />
        <ChosenFilter label={words.state} {...bind("state")} options={states} />
        <ChosenFilter label={words.store} {...bind("store")} options={storeOptions} />
        <TypedFilter label={words.customer} {...bind("customer")} />
        <TypedFilter label={words.sku} {...bind("sku")} />
        <TypedFilter label={words.reference} {...bind("reference")} />
      </Listing>
    </Page>
  );
}
