import { Button } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { percent } from "../../format/money";
import { AddButton } from "../../parts/AddButton";
import { TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Listing } from "../../parts/Listing";
import { Page } from "../../parts/Page";
import type { Column } from "../../parts/Rows";
import { common } from "../../parts/text";
import { useLanguage, useWords } from "../../words/language";
import { ProductForm } from "./ProductForm";
import { Stock } from "./Stock";
import { text } from "./text";

type Product = Schemas["Product"];

/** Items that are sold, and where they lie. */
export default function Products() {
  const words = useWords(text);
  const { may } = useSession();
  const [form, setForm] = useState<{ product?: Product } | null>(null);
  const [looked, setLooked] = useState<Product | null>(null);
  const filters = useFilters("search");
  const { values, bind } = filters;
  const query = given(values);
  const list = usePages(["products", query], (cursor) =>
    ask(api.GET("/catalog/products", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const change = may("catalog.change");
  const columns = useColumns(setLooked, change ? (product) => setForm({ product }) : undefined);
  const add = <AddButton needs="catalog.change" label={words.add} add={() => setForm({})} />;
  return (
    <Page title={words.title} actions={add}>
      <Listing
        label={words.title}
        columns={columns}
        rowKey={(product) => product.sku}
        list={list}
        filters={filters}
        empty={{ title: words.empty, hint: words.emptyHint }}
      >
        <TypedFilter label={words.search} {...bind("search")} width={240} />
      </Listing>
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
