import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { choose, comeIn, complaints, launch, settle, signIn, visitor } from "./browser";
import { connect, furnish, order } from "./company";
import { eventually, pluginFile, start, type World } from "./programs";

let world: World;
let browser: Browser;
let page: Page;
let told: string[];

interface Items {
  items: { state: string; id: number }[];
}

beforeAll(async () => {
  [world, browser] = await Promise.all([start(), launch()]);
  await settle(browser, world);
  await furnish(world);
  // Pricing is connected by hand below.
  await connect(world, ["prices"]);
  page = await signIn(await visitor(browser), world);
  // The account speaks Chinese until somebody says otherwise.
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  told = complaints(page);
});

// What the browser showed when something was not there.
beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    await page?.screenshot({ path: "tests/shots/day.png", fullPage: true });
  });
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** Somebody of this role comes in, finds the approval and agrees. */
async function agree(name: string, role: string, note: string): Promise<void> {
  const theirs = await comeIn(browser, world, name, [role]);
  await theirs.getByRole("link", { name: "Approvals" }).click();
  await theirs.getByRole("button", { name: "Approve" }).click();
  await theirs.getByLabel("Note (stands in the order's story)").fill(note);
  await theirs.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await theirs.getByText("Nothing waits for you").waitFor();
  await theirs.context().close();
}

describe("a day's work", () => {
  it("begins with a plugin that is looked at, installed and connected", async () => {
    await page.getByRole("link", { name: "Plugins" }).click();
    await page.getByRole("button", { name: "Install a plugin" }).first().click();
    await page.locator("input[type=file]").setInputFiles(pluginFile("tiered-pricing"));
    const window = page.getByRole("dialog");
    await window.getByText("What it wishes to be allowed").waitFor({ timeout: 300_000 });
    await window.getByRole("button", { name: "Install a plugin" }).click();
    await page.getByRole("button", { name: "Make a connection" }).click({ timeout: 300_000 });
    await page.getByLabel("Name", { exact: true }).fill("prices");
    await page.getByText("Grant all that it wishes for").click();
    await page.getByRole("button", { name: "Make the connection" }).click();
    await page.getByRole("heading", { name: "prices" }).waitFor();
    await eventually(
      async () => ((await world.ask("GET", "/connections/prices/status")) as { health: string }).health === "ready",
    );
  });

  it("goes on with an order that is checked, handed in and held", async () => {
    await page.getByRole("link", { name: "New order" }).click();
    await choose(page, "Store", "", "上海一店");
    await choose(page, "Customer", "长江", "长江装饰");
    await choose(page, "Item", "T-1", "实木方桌");
    await page.getByLabel("Quantity").fill("6000");
    await page.getByLabel("Address").fill("上海市浦东新区世纪大道100号");
    await page.getByLabel("City").fill("上海市");
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByText("It would wait", { exact: true }).waitFor();
    await page.getByText("Amount over the limit").first().waitFor();
    await page.getByRole("button", { name: "Hand it in" }).click();
    await page.getByRole("heading", { name: /^Order / }).waitFor();
    await page.getByText("On hold").first().waitFor();
  });

  it("is approved by two others, once the authorisation is attached", async () => {
    await page.getByText("decides nothing about it").waitFor();
    const file = { name: "authorisation.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("link", { name: "authorisation.pdf" }).waitFor();
    // Large amounts ask two: whoever directs the region, and finance. Neither alone releases it.
    await agree("boss", "supervisor", "The authorisation was checked");
    await page.getByText("The authorisation was checked").first().waitFor();
    await page.locator(".page-title").getByText("On hold").waitFor();
    await agree("till", "finance", "The customer pays in advance");
    // Nobody touches this page: it is told.
    await page.locator(".page-title").getByText("Confirmed").waitFor();
    await page.getByText("The customer pays in advance").first().waitFor();
    await page.getByText("Delivered").first().waitFor();
  });

  it("sees the ERP fail and come back: ticket, comment, another try, done", async () => {
    await world.simulate("faults", { vendor: "u8", match: "saleorder/add", fault: "http_500", rate: 1.0 });
    const number = await order(world, "7");
    await eventually(async () => ((await world.ask("GET", "/tickets?open=true")) as Items).items.length > 0, 90);
    await page.getByRole("link", { name: "Tickets" }).click();
    await page.getByRole("link", { name: number }).first().waitFor();
    await page.getByRole("button", { name: "Details" }).first().click();
    await page.getByLabel("Comment").fill("The ERP restarts at noon");
    await page.getByRole("button", { name: "Add the comment" }).click();
    await page.locator(".ant-drawer").getByText("The ERP restarts at noon").first().waitFor();
    await page.keyboard.press("Escape");
    await world.simulate("faults", null);
    await page.getByRole("button", { name: "Try again now" }).first().click();
    await eventually(async () => {
      const { items } = (await world.ask("GET", `/deliveries?order=${number}`)) as Items;
      return items.length > 0 && items.every((delivery) => delivery.state === "done");
    }, 120);
    await page.getByText("No ticket is open").waitFor();
    await page.goto(`${world.url}/orders/${number}`);
    await page.getByText("Ticket closed").first().waitFor();
  });

  it("pauses a connection, and lets it work again", async () => {
    await page.goto(`${world.url}/connections/u8`);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByLabel("Why").fill("Maintenance");
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused by Admin: Maintenance").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("Nothing is wrong").waitFor();
  });

  it("cancels an order, which is taken back everywhere", async () => {
    const number = await order(world, "9");
    await page.goto(`${world.url}/orders/${number}`);
    await page.getByRole("button", { name: "Cancel the order" }).click();
    await page.getByLabel("Why").fill("The customer changed their mind");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the order" }).click();
    await page.locator(".page-title").getByText("Cancelled").waitFor();
  });

  it("leaves the browser nothing to complain of", () => {
    expect(told).toEqual([]);
  });
});
