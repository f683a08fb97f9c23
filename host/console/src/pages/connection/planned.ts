import type { Schemas } from "../../api/client";

type Call = Record<string, unknown>;

/** Calls that can be planned with a few words, by interface; what they hold is an example. */
const CALLS: Partial<Record<Schemas["Interface"], Record<string, Call>>> = {
  erp: {
    "find-order": { number: "SO-00000001" },
    "find-receivable": { number: "SO-00000001" },
    "cancel-order": { external_id: "0000000001", reason: { zh: "客户取消", en: "The customer cancelled" } },
    "erp-changes": { since: null, limit: 50 },
  },
  inventory: {
    stock: { queries: [{ sku: "SKU-1", warehouses: [] }] },
    "find-pick": { key: "pick-1" },
    "inventory-changes": { since: null, limit: 50 },
  },
  geocoder: {
    locate: { query: { text: "人民广场", city: "上海市", country: "CN", attributes: [] } },
    reverse: { point: { longitude: 121.4737, latitude: 31.2304, system: "wgs84" } },
  },
  notifier: { "read-receipts": { external_ids: ["message-1"] } },
};

/** The calls of these interfaces, with arguments to begin with. */
export function examples(interfaces: Schemas["Interface"][]): { name: string; arguments: string }[] {
  const calls = interfaces.flatMap((name) => Object.entries(CALLS[name] ?? {}));
  return calls.map(([name, example]) => ({ name, arguments: JSON.stringify(example, null, 2) }));
}

/** An answer as it is typed: JSON, or any other text. */
export function answered(body: string): Schemas["GivenAnswer"] {
  try {
    return { status: 200, headers: [["content-type", "application/json"]], body: JSON.parse(body) as unknown };
  } catch {
    return { status: 200, headers: [], body };
  }
}
