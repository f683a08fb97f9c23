import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { FilterBar, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { Money } from "../../parts/Values";
import { useWords } from "../../words/language";
import { CustomerForm } from "./CustomerForm";
import { text } from "./text";

type Account = Schemas["AccountView"];

/** Customers with what they owe. */
export default function Customers() {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const columns = useColumns();
  const { values, set, clear, any } = useFilters("search");
  const query = given(values);
  const list = usePages(["customers", query], (cursor) =>
    ask(api.GET("/catalog/customers", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const add = may("customers.change") && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  const empty = any ? (
    <Nothing title={shared.noMatch} hint={shared.noMatchHint} action={<Button onClick={clear}>{shared.clear}</Button>} />
  ) : (
    <Nothing title={words.empty} hint={words.emptyHint} />
  );
  return (
    <Page title={words.title} actions={add}>
      <FilterBar any={any} clear={clear}>
        <TypedFilter label={words.search} value={values.search} set={(value) => set("search", value)} width={240} />
      </FilterBar>
      <Rows
        label={words.title}
        columns={columns}
        rows={list.rows}
        rowKey={(customer) => customer.code}
        error={list.error}
        again={list.refetch}
        empty={empty}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
      {adding && <CustomerForm close={() => setAdding(false)} />}
    </Page>
  );
}

function useColumns(): Column<Account>[] {
  const words = useWords(text);
  const { currency } = useCompany();
  const { regionName } = usePlaces();
  return [
    {
      key: "name",
      title: words.name,
      phone: "head",
      render: ({ code, name }) => <Link to={`/customers/${encodeURIComponent(code)}`}>{name || code}</Link>,
    },
    { key: "code", title: words.code, phone: "mark", render: ({ code }) => <code>{code}</code> },
    { key: "level", title: words.level, render: ({ level }) => level || "–" },
    { key: "region", title: words.region, render: ({ region }) => (region ? regionName(region) : "–") },
    {
      key: "open",
      title: words.open,
      right: true,
      render: (customer) => <Money minor={customer.open_credit} currency={currency} />,
    },
    {
      key: "limit",
      title: words.limit,
      right: true,
      render: ({ credit_limit }) =>
        credit_limit === null || credit_limit === undefined ? (
          <span className="quiet">{words.noLimit}</span>
        ) : (
          <Money minor={credit_limit} currency={currency} />
        ),
    },
    { key: "days", title: words.days, right: true, phone: "none", render: ({ payment_days }) => payment_days ?? 0 },
  ];
}
