import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { percent } from "../../format/money";
import { FilterBar, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { useLanguage, useWords } from "../../words/language";
import { ProductForm } from "./ProductForm";
import { Stock } from "./Stock";
import { text } from "./text";

type Product = Schemas["Product"];

/** Items that are sold, and where they lie. */
export default function Products() {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const [form, setForm] = useState<{ product?: Product } | null>(null);
  const [looked, setLooked] = useState<Product | null>(null);
  const { values, set, clear, any } = useFilters("search");
  const query = given(values);
  const list = usePages(["products", query], (cursor) =>
    ask(api.GET("/catalog/products", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const change = may("catalog.change");
  const columns = useColumns(setLooked, change ? (product) => setForm({ product }) : undefined);
  const add = change && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setForm({})}>
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
        rowKey={(product) => product.sku}
        error={list.error}
        again={list.refetch}
        empty={empty}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
      {form && <ProductForm {...form} close={() => setForm(null)} />}
      {looked && <Stock product={looked} close={() => setLooked(null)} />}
    </Page>
  );
}

function useColumns(look: (product: Product) => void, edit: ((product: Product) => void) | undefined): Column<Product>[] {
  const words = useWords(text);
  const shared = useWords(common);
  const { language } = useLanguage();
  const kind = (product: Product) => (product.service ? words.service : product.custom ? words.custom : words.goods);
  return [
    { key: "name", title: words.name, phone: "head", render: (product) => product.name },
    { key: "sku", title: words.sku, phone: "mark", render: (product) => <code>{product.sku}</code> },
    { key: "category", title: words.category, render: (product) => product.category || "–" },
    { key: "specification", title: words.specification, render: (product) => product.specification || "–" },
    { key: "unit", title: words.unit, render: (product) => product.base_unit },
    { key: "tax", title: words.tax, right: true, render: (product) => percent(product.tax_rate, language) },
    { key: "kind", title: words.kind, render: kind },
    {
      key: "deeds",
      title: words.stock,
      render: (product) => (
        <span className="row">
          {!product.service && (
            <Button size="small" onClick={() => look(product)}>
              {words.showStock}
            </Button>
          )}
          {edit && (
            <Button size="small" type="text" onClick={() => edit(product)}>
              {shared.edit}
            </Button>
          )}
        </span>
      ),
    },
  ];
}
