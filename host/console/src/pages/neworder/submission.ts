import type { Schemas } from "../../api/client";

type Submission = Schemas["Submission"];

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
  lines: { sku?: string; quantity?: string; unit?: string | null; attributes?: string[][] }[];
}

/** An order that is there, as the form holds it. */
export function fieldsOf({ ship_to, kind = "sale", lines, ...order }: Submission): Fields {
  const { text: address, city = "", contact = "", phone = "" } = ship_to;
  const { store, customer, reference = "", note = "" } = order;
  return { store, customer, kind, original: order.original ?? "", reference, note, address, city, contact, phone, lines };
}

/**
 * The order with what the form has changed of it; what the form does not show stays. A point on the map belongs to the address
 * that was there: another address is looked up anew.
 */
export function corrected(before: Submission, fields: Fields): Submission {
  const { ship_to, ...after } = submission(fields);
  const { attributes = [], country = "", point = null } = before.ship_to;
  const kept = ship_to.text === before.ship_to.text ? { point } : {};
  return {
    ...after,
    ship_to: { ...ship_to, attributes, country, ...kept },
    attributes: before.attributes ?? [],
    placed_at: before.placed_at ?? null,
  };
}

/** The order as it is handed in. What is empty is left out. */
export function submission(fields: Fields): Submission {
  const { store, customer, kind, lines } = fields;
  const filled = <K extends string>(pairs: [K, string | null | undefined][]) =>
    Object.fromEntries(pairs.flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : []))) as { [N in K]?: string };
  const original = fields.original?.trim();
  return {
    store,
    customer,
    kind,
    lines: lines.map(({ sku = "", quantity = "", unit, attributes }) => ({
      sku,
      quantity: quantity.trim(),
      ...filled([["unit", unit]]),
      ...(attributes?.length ? { attributes } : {}),
    })),
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
