import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { World } from "./programs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const PASSWORD = "correct horse battery";
export const DESK = { width: 1360, height: 850 };
export const PHONE = { width: 390, height: 800 };

/** A busy machine may take its time; what does not come at all is found soon enough. */
const PATIENCE = 90_000;

/** The system's Chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A person's own browser: nothing of another's is in it. */
export async function visitor(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en-GB", viewport: DESK, ...options });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/** Sets the admin's password by the first link, on the page that is behind it. */
export async function settle(browser: Browser, world: World): Promise<void> {
  const context = await visitor(browser);
  const page = await context.newPage();
  await page.goto(`${world.url}/invite#${world.key}`);
  await page.locator("#password").fill(PASSWORD);
  await page.locator("#again").fill(PASSWORD);
  await page.locator("#send").click();
  await page.locator("#go").waitFor();
  await context.close();
}

/** Invites somebody, who sets a password by the link and comes in by the page behind it. */
export async function comeIn(browser: Browser, world: World, name: string, roles: string[]): Promise<Page> {
  const body = { name, roles, stores: ["S1"], regions: ["EAST"], language: "en" };
  const { link } = (await world.ask("POST", "/users", body)) as { link: string };
  const context = await visitor(browser);
  const page = await context.newPage();
  await page.goto(`${world.url}/invite#${link.split("#")[1]}`);
  await page.locator("#password").fill("another long password");
  await page.locator("#again").fill("another long password");
  await page.locator("#send").click();
  await page.locator("#go").click();
  await page.locator(".shell h1").waitFor();
  return page;
}

/** Signs in by the door and keeps who it is. */
export async function signIn(context: BrowserContext, world: World, name = "admin", password = PASSWORD): Promise<Page> {
  const page = await context.newPage();
  await page.goto(world.url);
  await page.locator("input[autocomplete=username]").fill(name);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator(".shell h1").waitFor();
  return page;
}

/** Collects what the browser complains of: errors of scripts, of the page's policy, of requests. */
export function complaints(page: Page): string[] {
  const told: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") told.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => told.push(`thrown: ${error}`));
  return told;
}

interface Finding {
  id: string;
  impact: string | null;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

interface Scope {
  axe: { run: (context: Document, options: object) => Promise<{ violations: Finding[] }> };
}

/** Serious findings of the accessibility check. */
export async function findings(page: Page): Promise<string[]> {
  // Put in by the browser's own tools, which the page's policy does not bind.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as Scope;
    return (await axe.run(document, { resultTypes: ["violations"] })).violations;
  });
  const told = ({ nodes }: Finding) =>
    nodes.map((node) => `    ${node.html.slice(0, 200)}\n    ${node.failureSummary}`).join("\n");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map((finding) => `${finding.id}: ${finding.help}\n${told(finding)}`);
}

/** Chooses from a list that is searched by typing. */
export async function choose(page: Page, label: string, typed: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.keyboard.type(typed);
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter({ hasText: option }).first().click();
}
