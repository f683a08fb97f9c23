import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { AddButton } from "../../parts/AddButton";
import { TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Listing } from "../../parts/Listing";
import { Page } from "../../parts/Page";
import type { Column } from "../../parts/Rows";
import { Money } from "../../parts/Values";
import { useWords } from "../../words/language";
import { CustomerForm } from "./CustomerForm";
import { text } from "./text";

type Account = Schemas["AccountView"];

/** Customers with what they owe. */
export default function Customers() {
  const words = useWords(text);
  const [adding, setAdding] = useState(false);
  const columns = useColumns();
  const filters = useFilters("search");
  const { values, bind } = filters;
  const query = given(values);
  const list = usePages(["customers", query], (cursor) =>
    ask(api.GET("/catalog/customers", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const add = <AddButton needs="customers.change" label={words.add} add={() => setAdding(true)} />;
  return (
    <Page title={words.title} actions={add}>
      <Listing
        label={words.title}
        columns={columns}
        rowKey={(customer) => customer.code}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint }}
      >
        <TypedFilter label={words.search} {...bind("search")} width={240} />
      </Listing>
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
