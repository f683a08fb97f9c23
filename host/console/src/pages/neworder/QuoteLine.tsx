import type { Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { decimal, price } from "../../format/quantity";
import { PriceSteps } from "../../parts/PriceSteps";
import { Moment, Money } from "../../parts/Values";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

type View = Schemas["QuoteView"];

/** One line of a check: price with its explanation, stock, past prices, what could stand in. */
export function QuoteLine({ quote, line }: { quote: View; line: Schemas["Line"] }) {
  const words = useWords(text);
  const { warehouseName } = usePlaces();
  const stock = quote.stock.filter((figure) => figure.sku === line.sku);
  const shortage = quote.shortages.find((short) => short.line === line.number);
  const past = quote.past_prices.filter((paid) => paid.sku === line.sku).slice(0, 3);
  const instead = quote.substitutes.filter((substitute) => substitute.instead_of === line.sku);
  const ships = quote.reservations.filter((reservation) => reservation.line === line.number);
  const steps = quote.prices.find((one) => one.number === line.number)?.explanation ?? [];
  return (
    <div className="quote-line stack">
      <div className="between">
        <strong>{line.name}</strong>
        {quote.priced && <Money minor={line.gross} currency={quote.order.currency} />}
      </div>
      <p className="quiet small">
        {decimal(line.quantity)} {line.unit}
        {quote.priced && ` × ${price(line.unit_price)}`}
        {ships.map((one) => ` · ${fill(words.ships, { warehouse: warehouseName(one.warehouse) })}`)}
      </p>
      {shortage && (
        <p className="failure">
          {fill(words.short, { needed: decimal(shortage.needed), available: decimal(shortage.available) })}
        </p>
      )}
      {stock.length > 0 && (
        <p className="small">
          {words.stock}: {stock.map((one) => `${warehouseName(one.warehouse)} ${decimal(one.available)}`).join(" · ")}
          {stock.some((one) => one.stale) && <span className="quiet"> ({words.stale})</span>}
        </p>
      )}
      {instead.length > 0 && (
        <p className="small">
          {words.instead}
          {instead.map(({ product }) => `${product.name} (${product.sku})`).join(" · ")}
        </p>
      )}
      {past.length > 0 && (
        <p className="small quiet">
          {words.past}:{" "}
          {past.map((paid) => (
            <span key={paid.order_number}>
              {price(paid.unit_price)} {paid.currency}/{paid.unit} (<Moment at={paid.placed_at} grain="day" />){" "}
            </span>
          ))}
        </p>
      )}
      {steps.length > 0 && (
        <details>
          <summary>{words.explain}</summary>
          <PriceSteps steps={steps} title="" />
        </details>
      )}
    </div>
  );
}
