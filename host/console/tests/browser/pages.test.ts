import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comeIn, complaints, DESK, findings, launch, PHONE, settle, signIn, visitor } from "./browser";
import { connect, furnish, imported, order, upload } from "./company";
import { eventually, start, type World } from "./programs";

let world: World;
let browser: Browser;
let paths: Record<string, string>;
const contexts: Record<string, BrowserContext> = {};

interface Items {
  items: Record<string, string | number>[];
}

interface Things {
  confirmed: string;
  held: string;
  lead: string;
  imports: { ready: number; done: number };
}

/** Addresses of all pages, with things that are there. */
async function addresses({ confirmed, held, lead, imports }: Things): Promise<Record<string, string>> {
  const [plugins, deliveries] = (await Promise.all([world.ask("GET", "/plugins"), world.ask("GET", "/deliveries")])) as [
    Items,
    Items,
  ];
  const digest = plugins.items.map((plugin) => String(plugin.digest));
  return {
    overview: "/",
    orders: "/orders",
    "confirmed order": `/orders/${confirmed}`,
    "held order": `/orders/${held}`,
    "new order": "/orders/new",
    correction: `/orders/${held}/correct`,
    "correction of a confirmed order": `/orders/${confirmed}/correct`,
    holds: "/holds",
    approvals: "/approvals",
    leads: "/leads",
    lead: `/leads/${lead}`,
    "lead figures": "/lead-figures",
    "lead imports": "/lead-imports",
    "import to be started": `/lead-imports/${imports.ready}`,
    "import that is done": `/lead-imports/${imports.done}`,
    deliveries: "/deliveries",
    delivery: `/deliveries/${deliveries.items[0]?.id}`,
    tickets: "/tickets",
    connections: "/connections",
    connection: "/connections/u8",
    settings: "/connections/u8?part=settings",
    "settings with lists": "/connections/rules?part=settings",
    grant: "/connections/u8?part=grant",
    credentials: "/connections/u8?part=credentials",
    limits: "/connections/u8?part=rules",
    plan: "/connections/u8?part=plan",
    history: "/connections/u8?part=history",
    "new connection": `/new-connection?plugin=${digest[0]}`,
    rules: "/rules",
    "rules of orders": "/rules/rules",
    "approval routes": "/rules/approval_routes",
    plugins: "/plugins",
    plugin: `/plugins/${digest[0]}`,
    customers: "/customers",
    customer: "/customers/C1",
    products: "/products",
    prices: "/prices",
    "price list": "/prices/standard/1",
    places: "/places",
    people: "/people",
    tokens: "/tokens",
    publishers: "/publishers",
    retention: "/retention",
    audit: "/audit",
    company: "/company",
    profile: "/profile",
    lost: "/nowhere",
  };
}

/** The account's language wins over the browser's: here each page has one of its own. */
async function speak(page: Page, language: string): Promise<void> {
  await page.route("**/api/v1/me", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), language } });
  });
}

beforeAll(async () => {
  [world, browser] = await Promise.all([start(), launch()]);
  await settle(browser, world);
  await furnish(world);
  await connect(world);
  const confirmed = await order(world, "10");
  const held = await order(world, "6000");
  const details = { name: "李四", company: "明德酒店", contacts: [{ phone: "13912345678" }], city: "上海市" };
  const entered = (await world.ask("POST", "/leads", { details, source: "expo", store: "S1" })) as { lead: { number: string } };
  const lead = entered.lead.number;
  await eventually(async () => {
    const { items } = (await world.ask("GET", `/deliveries?order=${confirmed}`)) as Items;
    return items.length > 0 && items.every((delivery) => delivery.state === "done");
  }, 60);
  const imports = { ready: await upload(world), done: await imported(world) };
  paths = await addresses({ confirmed, held, lead, imports });
  for (const [language, locale] of Object.entries({ zh: "zh-CN", en: "en-GB" })) {
    const context = await visitor(browser, { locale });
    await context.addInitScript((chosen) => localStorage.setItem("mortise.language", chosen), language);
    await speak(await signIn(context, world), language);
    contexts[language] = context;
  }
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** Words of the other language on the page, without what people and systems have written. */
const DATA =
  /榫卯家居|华东|上海一店|上海仓|[\u4e00-\u9fff]{2}装饰|明德酒店|李四|王五|赵六|孙七|姓名|电话|城市|展位|实木方桌|张三|上海市?浦东新区世纪大道100号|浦东新区世纪大道100号|上海市?|张|中文|普通销售/g;

/** A folder for pictures of every page, where people want to look at them. */
const PICTURES = process.env.MORTISE_PICTURES;

/** What is wrong with the page that is open now; `looked`: by the accessibility check too. */
async function faults(page: Page, language: string, looked: boolean): Promise<string[]> {
  const found = looked ? await findings(page) : [];
  const text = await page.locator("body").innerText();
  for (const [slip] of text.matchAll(/undefined|\[object Object\]|NaN|\{\w+\}/g)) found.push(`says ${slip}`);
  if (language === "en") {
    for (const [line] of text.replace(DATA, "").matchAll(/[^\n]*\p{Script=Han}[^\n]*/gu)) found.push(`speaks Chinese: ${line}`);
  }
  return found;
}

/** Does the page fit a telephone once it has noticed that it is on one? */
function fits(page: Page): Promise<boolean> {
  const narrow = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  return page.waitForFunction(narrow, undefined, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

describe("every page", () => {
  // Both at the same time: most of it is waiting.
  it.concurrent.each(["zh", "en"])("shows what it is for in %s, without a serious finding, at both widths", async (language) => {
    const context = contexts[language];
    if (!context) throw new Error("nobody has signed in");
    const page = await context.newPage();
    await speak(page, language);
    const told = complaints(page);
    const all: Record<string, string[]> = {};
    for (const [name, path] of Object.entries(paths)) {
      await page.setViewportSize(DESK);
      await page.goto(world.url + path);
      await page.locator(".shell h1").waitFor();
      await page.waitForLoadState("networkidle");
      await page.waitForFunction(() => !document.querySelector(".ant-skeleton"));
      const found: string[] = [];
      if (!/\S+ · Mortise$/.test(await page.title())) found.push("its title does not say what it is");
      // The accessibility check knows no language: each width is looked at in one of them.
      found.push(...(await faults(page, language, language === "en")));
      const picture = (width: string) => ({ path: `${PICTURES}/${name.replaceAll(" ", "-")}-${language}-${width}.png` });
      if (PICTURES) await page.screenshot({ ...picture("desk"), fullPage: true });
      await page.setViewportSize(PHONE);
      if (!(await fits(page))) found.push("is wider than a telephone");
      const onPhone = await faults(page, language, language === "zh");
      found.push(...onPhone.map((finding) => `on a telephone: ${finding}`), ...told.splice(0));
      if (PICTURES) await page.screenshot({ ...picture("phone"), fullPage: true });
      if (found.length > 0) all[name] = found;
    }
    await page.close();
    expect(all).toEqual({});
  });
});

describe("the door", () => {
  it("is there for those who are not signed in, and says why it stays shut", async () => {
    const page = await browser.newPage({ locale: "en-GB" });
    await page.goto(`${world.url}/orders`);
    await page.getByLabel("User name").fill("admin");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.close();
  });

  it("speaks the browser's language, and the other one when asked", async () => {
    const page = await browser.newPage({ locale: "zh-CN" });
    await page.goto(world.url);
    await page.getByRole("heading", { name: "Mortise" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.close();
  });
});

describe("those who are not signed in", () => {
  it("leave their number on a store's form, and are told when a link is not complete", async () => {
    const context = await visitor(browser);
    const page = await context.newPage();
    const told = complaints(page);
    await page.goto(`${world.url}/f/S1`);
    await page.locator("#name").fill("Zhou");
    await page.locator("#phone").fill("13700000000");
    await page.locator("#consent").check();
    expect(await findings(page)).toEqual([]);
    await page.locator("#send").click();
    await page.getByText("Received").waitFor();
    await page.goto(`${world.url}/approve`);
    await page.getByText("The link is not complete").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(told).toEqual([]);
    await context.close();
  });
});

describe("the pages", () => {
  it("are kept by the browser", async () => {
    const context = contexts.en;
    if (!context) throw new Error("nobody has signed in");
    const page = await context.newPage();
    for (const path of ["/orders", "/connections", "/"]) {
      await page.goto(world.url + path);
      await page.locator(".shell h1").waitFor();
    }
    // What was sent again has a size; what lies in the browser has none.
    const sent = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((entry) => entry.name.includes("/assets/") && (entry as PerformanceResourceTiming).transferSize > 0),
    );
    expect(sent.map((entry) => entry.name)).toEqual([]);
    await page.close();
  });

  it("can be used with the keyboard alone", async () => {
    const context = contexts.en;
    if (!context) throw new Error("nobody has signed in");
    const page = await context.newPage();
    await speak(page, "en");
    await page.goto(world.url);
    await page.locator(".shell h1").waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe("#content");
    await page.getByLabel("Open an order by its number").focus();
    await page.keyboard.type(String(paths["confirmed order"]?.split("/").pop()));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Order / }).waitFor();
    await page.close();
  });

  it("show a menu of what the role may do, and nothing else", async () => {
    const page = await comeIn(browser, world, "sale", ["sales"]);
    const entries = await page.locator("nav a").allInnerTexts();
    expect(entries.map((entry) => entry.trim()).filter((entry) => !entry.startsWith("Mortise"))).toEqual([
      "Overview",
      "Orders",
      "New order",
      "Holds",
      "Approvals",
      "Leads",
      "Lead figures",
      "Deliveries",
      "Customers",
      "Products and stock",
      "Price lists",
      "Stores and warehouses",
      "Company settings",
    ]);
    await page.goto(`${world.url}/tokens`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await page.context().close();
  });
});
