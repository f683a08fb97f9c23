import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { percent } from "../../format/money";
import { decimal, price } from "../../format/quantity";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { PriceSteps } from "../../parts/PriceSteps";
import { type Column, Rows } from "../../parts/Rows";
import { Money } from "../../parts/Values";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

type Line = Schemas["Line"];

/** With so many lines at most, each shows how its price came about at once. */
const UNFOLDED = 3;

/** What was ordered, at which price, and how the price came about. */
export function Lines({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const priced = order.order;
  const version = order.evaluation?.price_version;
  const columns = useColumns(priced?.currency ?? "", order.progress?.lines ?? []);
  const prices = order.evaluation?.prices ?? [];
  const explanation = (line: Line) => prices.find((one) => one.number === line.number)?.explanation ?? [];
  return (
    <Panel
      title={words.lines}
      extra={version && <span className="quiet small">{fill(words.priceVersion, { version })}</span>}
      flush
    >
      {priced ? (
        <Rows
          label={words.lines}
          columns={columns}
          rows={priced.lines}
          rowKey={(line) => line.number}
          empty={<Nothing title={words.notPriced} />}
          unfolded={priced.lines.length <= UNFOLDED}
          detail={(line) => <PriceSteps steps={explanation(line)} title={words.explain} />}
        />
      ) : (
        <Unpriced order={order} />
      )}
    </Panel>
  );
}

function useColumns(currency: string, progress: Schemas["Progress"]["lines"]): Column<Line>[] {
  const words = useWords(text);
  const { language } = useLanguage();
  const { warehouseName } = usePlaces();
  const sent = ({ number }: Line) => {
    const one = progress.find(({ line }) => line === number);
    return one && Number(one.shipped) > 0
      ? fill(words.shippedOf, { shipped: decimal(one.shipped), open: decimal(one.open) })
      : undefined;
  };
  const tax = (line: Line) =>
    fill(line.tax_inclusive ? words.taxIncluded : words.taxAdded, { rate: percent(line.tax_rate, language) });
  return [
    {
      key: "item",
      title: words.item,
      phone: "head",
      render: (line) => (
        <span>
          {line.name}
          <br />
          <code>{line.sku}</code>
        </span>
      ),
    },
    {
      key: "quantity",
      title: words.quantity,
      right: true,
      render: (line) => <span className="figure">{`${decimal(line.quantity)} ${line.unit}`}</span>,
    },
    {
      key: "price",
      title: words.unitPrice,
      right: true,
      render: (line) => (
        <span>
          <span className="figure">{price(line.unit_price)}</span>
          <br />
          <span className="quiet small">{tax(line)}</span>
        </span>
      ),
    },
    { key: "gross", title: words.gross, right: true, render: (line) => <Money minor={line.gross} currency={currency} /> },
    {
      key: "ships",
      title: words.ships,
      render: (line) => (
        <span>
          {line.warehouse ? warehouseName(line.warehouse) : "–"}
          {sent(line) && <p className="quiet small">{sent(line)}</p>}
        </span>
      ),
    },
  ];
}

function Unpriced({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const columns: Column<Schemas["SubmittedLine"]>[] = [
    { key: "item", title: words.item, phone: "head", render: (line) => <code>{line.sku}</code> },
    { key: "quantity", title: words.quantity, right: true, render: (line) => `${decimal(line.quantity)} ${line.unit ?? ""}` },
    { key: "price", title: words.unitPrice, render: () => <span className="quiet">{words.notPriced}</span> },
  ];
  return (
    <Rows
      label={words.lines}
      columns={columns}
      rows={order.submission.lines}
      rowKey={(line) => `${line.sku} ${line.unit} ${line.quantity}`}
      empty={<Nothing title={words.notPriced} hint={words.notPricedHint} />}
    />
  );
}
