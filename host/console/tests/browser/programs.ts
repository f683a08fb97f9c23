import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(import.meta.dirname, "../../../..");
const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target");
const PROGRAMS = process.env.MORTISE_PROGRAMS ?? join(TARGET, "debug");
const PLUGINS = process.env.MORTISE_PLUGINS ?? join(TARGET, "plugins");

/** The file of a first-party plugin, as `mortise plugin build` leaves it. */
export function pluginFile(name: string): string {
  return join(PLUGINS, `${name}-0.1.0.wasm`);
}

/** A host and upstreams of its own, which end with it. */
export interface World {
  /** Where the host's console is. */
  url: string;
  /** Where the upstreams are. */
  upstreams: string;
  /** Key of the link by which the admin sets a password. */
  key: string;
  /** Asks the API as an admin's program would. */
  ask: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Tells the upstreams to do something; without a body, to stop it. */
  simulate: (path: string, body: unknown) => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts host and upstreams on free ports with an empty data folder. */
export async function start(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "mortise-console-"));
  const upstreams = run("mortise-upstreams", ["--listen", "127.0.0.1:0"]);
  const upstreamsUrl = await line(upstreams, /(http:\/\/127\.0\.0\.1:\d+)/);
  const host = run("mortise", ["serve", "--data", folder, "--listen", "127.0.0.1:0", "--compile-seconds", "900"]);
  const url = await line(host, /the server listens.*?(http:\/\/127\.0\.0\.1:\d+)/);
  const token = readFileSync(join(folder, "admin.token"), "utf8").trim();
  const key = await eventually(() => readFileSync(join(folder, "setup.link"), "utf8").trim().split("#")[1] ?? "");
  return {
    url,
    upstreams: upstreamsUrl,
    key,
    ask: (method, path, body) => send(`${url}/api/v1${path}`, method, body, { authorization: `Bearer ${token}` }),
    simulate: async (path, body) => {
      await send(`${upstreamsUrl}/__sim/${path}`, body === null ? "DELETE" : "POST", body ?? undefined, {});
    },
    stop: async () => {
      await Promise.all([end(host), end(upstreams)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(program: string, words: string[]): ChildProcess {
  return spawn(join(PROGRAMS, program), words, { stdio: ["ignore", "pipe", "pipe"] });
}

/** What the first line that fits says; everything is read on, so that the program never waits for its reader. */
function line(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((found, failed) => {
    const told: string[] = [];
    const look = (text: string) => {
      told.push(text);
      const match = wanted.exec(text.replace(COLOURS, ""));
      if (match?.[1]) found(match[1]);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", look);
    child.on("error", failed);
    child.on("exit", (code) => failed(new Error(`${child.spawnfile} ended with ${code}:\n${told.join("\n")}`)));
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' colours are control characters
const COLOURS = /\u001b\[[0-9;]*m/g;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}

async function send(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<unknown> {
  const answer = await fetch(url, { method, ...contentOf(body, headers) } as RequestInit);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A form says itself what it is; bytes are a file; anything else is JSON. */
function contentOf(body: unknown, headers: Record<string, string>): object {
  if (body === undefined) return { headers };
  if (body instanceof FormData) return { headers, body };
  if (body instanceof Uint8Array) return { headers: { "content-type": "application/octet-stream", ...headers }, body };
  return { headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** Tries until it works, for ten seconds. */
export async function eventually<T>(attempt: () => T | Promise<T>, seconds = 10): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} seconds: ${attempt}`);
    await new Promise((rest) => setTimeout(rest, 100));
  }
}
