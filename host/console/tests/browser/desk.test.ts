import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { choose, complaints, launch, settle, signIn, visitor } from "./browser";
import { connect, furnish, order, TABLE } from "./company";
import { eventually, pluginFile, start, type World } from "./programs";

let world: World;
let browser: Browser;
let page: Page;
let told: string[];

beforeAll(async () => {
  [world, browser] = await Promise.all([start(), launch()]);
  await settle(browser, world);
  await furnish(world);
  await connect(world);
  page = await signIn(await visitor(browser), world);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  told = complaints(page);
});

// What the browser showed when something was not there.
beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    await page?.screenshot({ path: "tests/shots/desk.png", fullPage: true });
  });
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

describe("orders", () => {
  it("that wait are corrected, and judged again at once", async () => {
    const number = await order(world, "6000");
    await page.goto(`${world.url}/orders/${number}`);
    await page.locator(".page-title").getByText("On hold").waitFor();
    await page.getByRole("link", { name: "Correct" }).click();
    await page.getByRole("heading", { name: `Correct order ${number}` }).waitFor();
    await page.getByLabel("Quantity").fill("6");
    await page.getByLabel("Why it is corrected").fill("A zero too many");
    await page.getByRole("button", { name: "Save the correction" }).click();
    await page.locator(".page-title").getByText("Confirmed").waitFor();
    await page.getByText("A zero too many").first().waitFor();
    const kept = (await world.ask("GET", `/orders/${number}`)) as { submission: { lines: { quantity: string }[] } };
    expect(kept.submission.lines.map(({ quantity }) => Number(quantity))).toEqual([6]);
    // What is confirmed is not corrected any more.
    await page.goto(`${world.url}/orders/${number}/correct`);
    await page.getByText("This order cannot be corrected any more").waitFor();
  });
});

describe("connections", () => {
  it("show the exact requests of a call, step by step, and send none", async () => {
    const number = await order(world, "3");
    await eventually(async () => ((await world.ask("GET", `/orders/${number}`)) as { order: unknown }).order, 60);
    await page.goto(`${world.url}/connections/u8?part=plan`);
    await page.getByLabel("Order number", { exact: true }).fill(number);
    await page.getByRole("button", { name: "Show the requests" }).click();
    await page.getByText("Requests of push-order (1)").waitFor();
    await page.getByText("Not sent").waitFor();
    await page.getByText("/u8/api/saleorder/add").waitFor();
    await page.getByLabel("Assume this answer").fill('{"errcode": "0", "id": "0000000042"}');
    await page.getByRole("button", { name: "Go on with this answer" }).click();
    await page.getByText("The call ends here").waitFor();
    const shown = await page.locator("main").innerText();
    expect(shown).not.toContain("u8-secret");
  });

  it("are upgraded after a trial on the last calls, and rolled back", async () => {
    // Another version of the same plugin: its manifest has as many letters.
    const bytes = Buffer.from(
      readFileSync(pluginFile("tiered-pricing")).toString("latin1").replaceAll('"0.1.0"', '"0.1.1"'),
      "latin1",
    );
    await world.ask("POST", "/plugins", new Uint8Array(bytes));
    await page.goto(`${world.url}/connections/prices`);
    await page.getByRole("button", { name: "Upgrade" }).click();
    const window = page.getByRole("dialog");
    await window.getByRole("combobox").click();
    await page.locator(".ant-select-dropdown:visible").getByText("tiered-pricing 0.1.1").click();
    await window.getByText("It wishes for nothing new").waitFor();
    await window.getByRole("button", { name: "Try it on the last calls" }).click();
    await window.getByText("calls went alike, and none otherwise").waitFor();
    await window.getByRole("button", { name: "Upgrade" }).click();
    await window.waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "0.1.1" }).waitFor();
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("button", { name: "Go back to this" }).first().click();
    await page.locator(".ant-popconfirm").getByRole("button", { name: "Go back to this" }).click();
    await eventually(async () => {
      const { plugin } = (await world.ask("GET", "/connections/prices")) as { plugin: string };
      const { manifest } = (await world.ask("GET", `/plugins/${plugin}`)) as { manifest: { version: string } };
      return manifest.version === "0.1.0";
    }, 60);
  });
});

describe("administration", () => {
  it("trusts a publisher's key, revokes it, and trusts it again", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    await page.goto(`${world.url}/publishers`);
    await page.getByText("No key is trusted yet").waitFor();
    await page.getByRole("button", { name: "Trust a key" }).first().click();
    const window = page.getByRole("dialog");
    await window.getByLabel("Publisher").fill("acme");
    await window.getByLabel("Public key").fill("no key at all");
    await window.getByRole("button", { name: "Trust a key" }).click();
    await window.getByRole("alert").first().waitFor();
    await window.getByLabel("Public key").fill(publicKey.export({ type: "spki", format: "pem" }).toString());
    await window.getByRole("button", { name: "Trust a key" }).click();
    await window.waitFor({ state: "hidden" });
    const row = page.getByRole("row", { name: /acme/ });
    await row.getByText("Trusted").waitFor();
    await row.getByRole("button", { name: "Revoke" }).click();
    await page.locator(".ant-popconfirm:visible").getByRole("button", { name: "Revoke" }).click();
    await row.getByText("Revoked").first().waitFor();
    await row.getByRole("button", { name: "Trust again" }).click();
    await page.locator(".ant-popconfirm:visible").getByRole("button", { name: "Trust again" }).click();
    await row.getByText("Trusted").waitFor();
  });

  it("decides how long things are kept, and asks before it keeps less", async () => {
    await page.goto(`${world.url}/retention`);
    const days = page.getByLabel("Figures of plugin calls");
    await days.fill("30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await eventually(async () => {
      const { settings } = (await world.ask("GET", "/retention")) as { settings: { figure_days: number } };
      return settings.figure_days === 30;
    }, 60);
    await page.getByText("Attached files").waitFor();
  });
});

describe("leads", () => {
  it("come in as a table whose columns are matched, and what was refused is told", async () => {
    await page.goto(`${world.url}/lead-imports`);
    const file = { name: "expo.csv", mimeType: "text/csv", buffer: Buffer.from(TABLE) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("heading", { name: "expo.csv" }).waitFor();
    await page.getByText("1 of these rows would be refused").waitFor();
    await choose(page, "Meaning: 展位", "Note", "Note");
    await choose(page, "Store", "", "上海一店");
    await page.getByLabel("Source", { exact: true }).fill("expo-2026");
    await page.getByRole("button", { name: "Start the import" }).click();
    await page.getByText("The import is done").waitFor();
    const refused = page.getByRole("region", { name: "Refused rows" });
    await refused.getByText("3", { exact: true }).waitFor();
    await page.getByRole("link", { name: "See the leads" }).click();
    await page.getByRole("link", { name: "王五" }).click();
    await page.getByText("expo-2026").first().waitFor();
  });

  it("are counted by stage and store", async () => {
    await page.getByRole("link", { name: "Lead figures" }).click();
    await page.getByRole("img", { name: /^Funnel: Not contacted 2/ }).waitFor();
    await page
      .getByRole("row", { name: /上海一店/ })
      .first()
      .waitFor();
    await page.getByText("30 days").click();
    await page.getByRole("img", { name: /^Funnel: Not contacted 2/ }).waitFor();
  });
});

it("leaves the browser nothing to complain of", () => {
  // That a key is refused is an answer of the API, which the browser tells as an error.
  expect(told.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
});
