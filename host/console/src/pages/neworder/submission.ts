import type { Schemas } from "../../api/client";

/** What the form holds. */
export interface Fields {
  store: string;
  customer: string;
  kind: Schemas["OrderKind"];
  original?: string;
  reference?: string;
  note?: string;
  address: string;
  city?: string;
  contact?: string;
  phone?: string;
  lines: { sku?: string; quantity?: string; unit?: string }[];
}

/** The order as it is handed in. What is empty is left out. */
export function submission(fields: Fields): Schemas["Submission"] {
  const { store, customer, kind, lines } = fields;
  const filled = <K extends string>(pairs: [K, string | undefined][]) =>
    Object.fromEntries(pairs.flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : []))) as { [N in K]?: string };
  const original = fields.original?.trim();
  return {
    store,
    customer,
    kind,
    lines: lines.map(({ sku = "", quantity = "", unit }) => ({ sku, quantity: quantity.trim(), ...filled([["unit", unit]]) })),
    ship_to: {
      text: fields.address.trim(),
      ...filled([
        ["city", fields.city],
        ["contact", fields.contact],
        ["phone", fields.phone],
      ]),
    },
    ...filled([
      ["reference", fields.reference],
      ["note", fields.note],
    ]),
    ...(kind === "return" && original ? { original } : {}),
  };
}

/** A key that no other order has. Random ids of the browser's own are for https alone; random numbers are not. */
export function freshKey(): string {
  const numbers = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(numbers, (number) => number.toString(16).padStart(2, "0")).join("")}`;
}
