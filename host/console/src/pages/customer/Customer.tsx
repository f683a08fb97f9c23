import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { Money } from "../../parts/Values";
import { useWords } from "../../words/language";
import { CustomerForm } from "../customers/CustomerForm";
import { text } from "../customers/text";
import { useColumns } from "../orders/columns";
import { Payment } from "./Payment";

/** One customer: credit, and recent orders. */
export default function Customer() {
  const { code = "" } = useParams();
  const shared = useWords(common);
  const words = useWords(text);
  const { may } = useSession();
  const [form, setForm] = useState<"change" | "payment" | null>(null);
  const params = { path: { code } };
  const query = useQuery({ queryKey: ["customer", code], queryFn: () => ask(api.GET("/catalog/customers/{code}", { params })) });
  const customer = query.data;
  const actions = customer && (
    <>
      {may("credit.change") && <Button onClick={() => setForm("payment")}>{words.payment}</Button>}
      {may("customers.change") && <Button onClick={() => setForm("change")}>{shared.edit}</Button>}
    </>
  );
  return (
    <Page title={customer?.name || code} actions={actions}>
      <Loaded query={query}>{(customer) => <Overall customer={customer} />}</Loaded>
      {may("orders.read") && <Orders code={code} />}
      {form === "change" && customer && <CustomerForm customer={plain(customer)} close={() => setForm(null)} />}
      {form === "payment" && <Payment code={code} close={() => setForm(null)} />}
    </Page>
  );
}

/** Without what is counted and cannot be written. */
function plain({ open_credit: _, ...customer }: Schemas["AccountView"]): Schemas["Customer"] {
  return customer;
}

function Overall({ customer }: { customer: Schemas["AccountView"] }) {
  const words = useWords(text);
  const { currency } = useCompany();
  const { regionName } = usePlaces();
  const limit = customer.credit_limit;
  return (
    <Panel>
      <Facts
        facts={[
          [words.code, <code key="code">{customer.code}</code>],
          [words.level, customer.level],
          [words.region, customer.region && regionName(customer.region)],
          [words.days, customer.payment_days ?? 0],
          [words.open, <Money key="open" minor={customer.open_credit} currency={currency} />],
          [words.limit, typeof limit === "number" ? <Money minor={limit} currency={currency} /> : words.noLimit],
          [words.left, typeof limit === "number" && <Money minor={limit - customer.open_credit} currency={currency} />],
        ]}
      />
    </Panel>
  );
}

function Orders({ code }: { code: string }) {
  const words = useWords(text);
  const columns = useColumns().filter((column) => column.key !== "customer");
  const params = { query: { customer: code, limit: 20 } };
  const query = useQuery({ queryKey: ["orders", "of", code], queryFn: () => ask(api.GET("/orders", { params })) });
  return (
    <Panel title={words.orders} flush>
      <Rows
        label={words.orders}
        columns={columns}
        rows={query.data?.items}
        rowKey={(order) => order.number}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.ordersNone} />}
      />
    </Panel>
  );
}
