import { readFileSync } from "node:fs";
import { eventually, pluginFile, type World } from "./programs";

const STOCK = 100_000;

/** Customers' names, by their number: the first is `C1`. */
const CUSTOMERS = ["长江装饰", "黄河装饰", "珠江装饰", "淮河装饰", "海河装饰", "辽河装饰", "赣江装饰", "湘江装饰"];

/** Standing data of a small company, and the same in the upstreams. */
export async function furnish(world: World): Promise<void> {
  await world.ask("PUT", "/company", { name: "榫卯家居", currency: "CNY", time_zone: "Asia/Shanghai", locale: "zh-CN" });
  const put = (kind: string, items: unknown[]) => world.ask("PUT", `/catalog/${kind}`, { items });
  await put("regions", [{ code: "EAST", name: "华东" }]);
  await put("stores", [{ code: "S1", name: "上海一店", region: "EAST", currency: "CNY" }]);
  await put("warehouses", [{ code: "W1", name: "上海仓", region: "EAST" }]);
  const customer = (name: string, at: number) => ({ code: `C${at + 1}`, name, level: "A", region: "EAST", payment_days: 30 });
  await put("customers", CUSTOMERS.map(customer));
  await put("products", [{ sku: "T-100", name: "实木方桌", base_unit: "张", tax_rate: "0.13" }]);
  const entries = [{ sku: "T-100", unit: "张", price: "10", tax_inclusive: false, tax_rate: "0.13" }];
  await world.ask("POST", "/price-lists", { code: "standard", currency: "CNY", valid_from: "2020-01-01", entries });
  await world.simulate("seed", { stock: [{ warehouse: "W1", sku: "T-100", quantity: STOCK }] });
}

const CONNECTIONS = [
  { name: "prices", plugin: "tiered-pricing", settings: {}, grant: { records: ["prices", "products"] }, credentials: {} },
  { name: "rules", plugin: "order-rules", settings: {}, grant: { records: ["orders"] }, credentials: {} },
  {
    name: "u8",
    plugin: "u8",
    settings: { "from-account": "mortise", "to-account": "company", "app-key": "opa0000000000000" },
    grant: { "kv-bytes": 1048576, records: ["codes"] },
    credentials: { "app-secret": "u8-secret" },
    path: "/u8",
  },
  {
    name: "amap",
    plugin: "amap",
    settings: {},
    grant: { "kv-bytes": 4194304 },
    credentials: { key: "amap-key" },
    path: "/amap",
  },
];

/** Installs the plugins and connects them to the upstreams, by the API; those in `without` are left out. */
export async function connect(world: World, without: string[] = []): Promise<void> {
  for (const { name, plugin, settings, grant, credentials, path } of CONNECTIONS.filter(({ name }) => !without.includes(name))) {
    const { digest } = (await world.ask("POST", "/plugins", new Uint8Array(readFileSync(pluginFile(plugin))))) as {
      digest: string;
    };
    const reach = path ? { http: [world.upstreams], private: [world.upstreams] } : {};
    const address = path ? { "base-url": world.upstreams + path } : {};
    // Quick, so that a failure has opened its ticket within seconds.
    const retry = { "first-ms": 200, "most-ms": 400, "slow-ms": 1000, "ticket-after": 3 };
    const body = { name, plugin: digest, settings: { ...settings, ...address }, grant: { ...grant, ...reach }, retry };
    await world.ask("PUT", `/connections/${name}`, body);
    for (const [slot, value] of Object.entries(credentials)) {
      await world.ask("PUT", `/connections/${name}/credentials/${slot}`, { value });
    }
  }
}

let orders = 1;

/** An order; `quantity` decides over its amount. Each is another customer's: nobody is suspected of ordering twice. */
export async function order(world: World, quantity: string): Promise<string> {
  orders += 1;
  if (orders > CUSTOMERS.length) throw new Error("there are more orders than customers: add some");
  const ship_to = { text: "上海市浦东新区世纪大道100号", city: "上海市", contact: "张三", phone: "13800000000" };
  const body = { customer: `C${orders}`, store: "S1", ship_to, lines: [{ sku: "T-100", quantity }] };
  return ((await world.ask("POST", "/orders", body)) as { number: string }).number;
}

/** A table of leads: two that are fine, and one whose number is none. */
export const TABLE = "姓名,电话,城市,展位\n王五,13900000001,上海市,A1\n赵六,13900000002,上海市,A2\n孙七,12,上海市,A3\n";

/** Hands the table in; it waits to be started. */
export async function upload(world: World): Promise<number> {
  const form = new FormData();
  form.append("file", new Blob([TABLE], { type: "text/csv" }), "expo.csv");
  const uploaded = (await world.ask("POST", "/lead-imports", form)) as { import: { id: number } };
  return uploaded.import.id;
}

/** The table, imported to its end. */
export async function imported(world: World): Promise<number> {
  const id = await upload(world);
  await world.ask("POST", `/lead-imports/${id}/start`, { source: "expo", store: "S1" });
  const over = async () => ((await world.ask("GET", `/lead-imports/${id}`)) as { state: string }).state === "done";
  await eventually(over, 60);
  return id;
}
