import type { Schemas } from "../api/client";
import { price } from "../format/quantity";
import { useSaid } from "../words/language";

/** The steps from nothing to the price. */
export function PriceSteps({ steps, title }: { steps: Schemas["PriceStep"][]; title: string }) {
  const say = useSaid();
  if (steps.length === 0) return null;
  return (
    <div className="price-steps">
      {title && <h3>{title}</h3>}
      <ol>
        {steps.map((step) => (
          <li key={`${step.kind} ${step.source} ${step.amount}`}>
            <span>
              {say(step.reason)} <span className="quiet small">{step.source}</span>
            </span>
            <span className="figure">{step.amount.startsWith("-") ? price(step.amount) : `+${price(step.amount)}`}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
