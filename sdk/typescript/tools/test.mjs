// Runs the unit tests of a plugin, or of the SDK itself: every file `*.test.ts` (or `.js`) with Node's own test runner, on Node 18
// and later.
//
//     node test.mjs FOLDER SDK

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

import * as esbuild from "esbuild";

import { common, inWords } from "./sdk.mjs";

const SKIPPED = new Set(["node_modules", "target", "tools"]);

async function tests(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith(".")) {
      found.push(...(await tests(path)));
    } else if (/\.test\.(ts|mts|js|mjs)$/.test(entry.name)) {
      found.push(path);
    }
  }
  return found;
}

async function run(folder, sdk) {
  const files = await tests(folder);
  if (files.length === 0) {
    process.stderr.write(`there is no test in ${folder}: write one in a file that ends in .test.ts\n`);
    return 1;
  }
  const scratch = await mkdtemp(join(tmpdir(), "mortise-"));
  try {
    const bundled = [];
    for (const [at, file] of files.entries()) {
      const built = await esbuild.build({ ...common(sdk), entryPoints: [file], platform: "node", target: "node18", sourcemap: "inline" });
      const name = join(scratch, `${at}-${basename(file).replace(/\.[a-z]+$/, ".mjs")}`);
      await writeFile(name, built.outputFiles[0].text);
      bundled.push(name);
    }
    const arguments_ = ["--enable-source-maps", "--test", ...bundled];
    return spawnSync(process.execPath, arguments_, { stdio: "inherit", cwd: folder }).status ?? 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

try {
  const [folder, sdk] = process.argv.slice(2).map((path) => resolve(path));
  process.exitCode = await run(folder, sdk);
} catch (error) {
  process.stderr.write(`${await inWords(esbuild, error)}\n`);
  process.exitCode = 1;
}
