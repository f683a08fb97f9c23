import { useQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { decimal } from "../../format/quantity";
import { Nothing } from "../../parts/Nothing";
import { type Column, Rows } from "../../parts/Rows";
import { Ago } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text } from "./text";

type Row = Schemas["StockView"];

/** Where an item lies, by the last reading. */
export function Stock({ product, close }: { product: Schemas["Product"]; close: () => void }) {
  const words = useWords(text);
  const { warehouseName } = usePlaces();
  const params = { path: { sku: product.sku } };
  const query = useQuery({
    queryKey: ["stock", product.sku],
    queryFn: () => ask(api.GET("/catalog/products/{sku}/stock", { params })),
  });
  const amount = (value: string) => <span className="figure">{`${decimal(value)} ${product.base_unit}`}</span>;
  const columns: Column<Row>[] = [
    { key: "warehouse", title: words.warehouse, phone: "head", render: (row) => warehouseName(row.warehouse) },
    { key: "available", title: words.available, right: true, render: (row) => amount(row.available) },
    { key: "promised", title: words.promised, right: true, render: (row) => amount(row.promised) },
    {
      key: "left",
      title: words.left,
      right: true,
      render: (row) => amount(String(Number(row.available) - Number(row.promised))),
    },
    { key: "read", title: words.read, render: (row) => <Ago at={row.read_at} /> },
  ];
  return (
    <Drawer open onClose={close} title={product.name} size={560}>
      <Rows
        label={words.stock}
        columns={columns}
        rows={query.data?.items}
        rowKey={(row) => row.warehouse}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.stockNone} hint={words.stockNoneHint} />}
      />
    </Drawer>
  );
}
