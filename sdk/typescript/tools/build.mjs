// Turns the folder of a plugin into a component: checks the types, bundles plugin and SDK, makes the world from what the plugin
// exports and uses, and puts all of it into the engine.
//
//     node build.mjs PLUGIN SDK WIT COMPONENT
//
// What happens is told on standard output, a line of JSON each; mistakes of the plugin go to standard error.

import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

import * as esbuild from "esbuild";

import { common, inWords } from "./sdk.mjs";

const INTERFACES = ["erp", "inventory", "geocoder", "pricing", "notifier", "orderPolicy"];

/** A mistake of the plugin, told without the stack of this program. */
class Mistake extends Error {}

function tell(step) {
  process.stdout.write(`${JSON.stringify({ step })}\n`);
}

/** The plugin's main module: `main` of its package.json, or `src/index.ts`. */
async function mainModule(plugin) {
  const { main } = JSON.parse(await readFile(join(plugin, "package.json"), "utf8"));
  const candidates = main === undefined ? ["src/index.ts", "src/index.js"] : [main];
  const found = candidates.map((file) => join(plugin, file)).find((file) => existsSync(file));
  if (found === undefined) {
    throw new Mistake(`${candidates[0]} does not exist: write the plugin there, or name its main module as \`main\` in package.json`);
  }
  return found;
}

/** Runs the type checker over the plugin, with its own settings where it has some. */
async function checkTypes(plugin, sdk, main, scratch) {
  const own = join(plugin, "tsconfig.json");
  const project = {
    extends: existsSync(own) ? own : join(sdk, "tsconfig.json"),
    compilerOptions: {
      noEmit: true,
      allowImportingTsExtensions: true,
      paths: { "@mortise/sdk": [join(sdk, "src/index.ts")], "@mortise/sdk/*": [join(sdk, "src/*.ts")] },
    },
    files: [main],
    include: [],
  };
  const file = join(scratch, "tsconfig.json");
  await writeFile(file, JSON.stringify(project));
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const { bin } = JSON.parse(await readFile(compiler, "utf8"));
  const run = spawnSync(process.execPath, [join(dirname(compiler), bin.tsc), "-p", file, "--pretty", "false"], {
    cwd: plugin,
    encoding: "utf8",
  });
  if (run.status !== 0) {
    throw new Mistake(`${run.stdout}${run.stderr}`.trim());
  }
}

/** One module of plugin and SDK, what it exports, and what of the host it uses. */
async function bundle(plugin, sdk, main, scratch) {
  const options = {
    ...common(sdk),
    absWorkingDir: plugin,
    conditions: ["mortise", "worker"],
    platform: "browser",
    target: "es2023",
    keepNames: true,
    charset: "utf8",
  };
  const look = await esbuild.build({ ...options, entryPoints: [main] });
  const exported = Object.values(look.metafile.outputs)[0].exports;
  const interfaces = INTERFACES.filter((name) => exported.includes(name));
  if (interfaces.length === 0) {
    const has = exported.length === 0 ? "nothing" : exported.join(", ");
    throw new Mistake(`the main module exports ${has}, none of the contract's interfaces: export at least one of ${INTERFACES.join(", ")}`);
  }
  const lines = interfaces.map((name) => `export const ${name} = serve("${name}", plugin.${name});`);
  const contents = [
    // First, so that what it says of dice holds when the plugin's modules begin.
    'import { serve } from "@mortise/sdk/entry";',
    `import * as plugin from ${JSON.stringify(main)};`,
    ...lines,
  ].join("\n");
  const file = join(scratch, "plugin.js");
  const made = await esbuild.build({
    ...options,
    stdin: { contents, resolveDir: plugin, sourcefile: "mortise-entry.js" },
    outfile: file,
    sourcemap: "external",
  });
  const output = Object.entries(made.metafile.outputs).find(([name]) => name.endsWith(".js"))[1];
  const imports = [...new Set(output.imports.map(({ path }) => path).filter((path) => path.startsWith("mortise:plugin/")))];
  const fetch = Object.keys(made.metafile.inputs).some((input) => resolve(plugin, input) === join(sdk, "src/fetch.ts"));
  const text = (ending) => made.outputFiles.find(({ path }) => path.endsWith(ending)).text;
  await writeFile(file, text(".js"));
  return { file, map: JSON.parse(text(".map")), interfaces: interfaces.map(kebab), imports, fetch };
}

/** Why the engine could not run the plugin's module, with places in the files that its author knows. */
function stopped(error, plugin, { file, map }) {
  const [what, ...lines] = String(error?.message).trim().split("\n");
  if (!what.startsWith("Failed to initialize component")) {
    return error;
  }
  const known = new SourceMap(map);
  const place = (found, line, column) => {
    const { originalSource, originalLine, originalColumn } = known.findEntry(Number(line) - 1, Number(column) - 1);
    if (originalSource === undefined) {
      return found;
    }
    return `${relative(plugin, resolve(dirname(file), originalSource))}:${originalLine + 1}:${originalColumn + 1}`;
  };
  // The engine loads a module by a promise, and complains of that one too.
  const told = lines.filter((line) => !/^(Additionally, some promises|Promise rejected but never handled)/.test(line));
  return new Mistake(`the plugin cannot be loaded:\n${told.join("\n").replace(/plugin\.js:(\d+):(\d+)/g, place)}`);
}

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A copy of the contract with the plugin's own world in it. */
async function world(wit, scratch, { interfaces, imports }) {
  const folder = join(scratch, "wit");
  await cp(wit, folder, { recursive: true });
  const types = await readFile(join(folder, "types.wit"), "utf8");
  const [, contract] = /^package (\S+);$/m.exec(types) ?? [];
  const own = (path) => path.replace(/^mortise:plugin\/|@.*$/g, "");
  const lines = [...imports.map((path) => `import ${own(path)};`), ...interfaces.map((name) => `export ${name};`)];
  const text = `package ${contract};\n\nworld this-plugin {\n${lines.map((line) => `    ${line}\n`).join("")}}\n`;
  await writeFile(join(folder, "this-plugin.wit"), text);
  return folder;
}

async function build(plugin, sdk, wit, component) {
  const scratch = await mkdtemp(join(tmpdir(), "mortise-"));
  try {
    const main = await mainModule(plugin);
    if (main.endsWith("ts")) {
      tell("checking types");
      await checkTypes(plugin, sdk, main, scratch);
    }
    tell("bundling");
    const bundled = await bundle(plugin, sdk, main, scratch);
    const witPath = await world(wit, scratch, bundled);
    tell("putting it into the engine");
    // Loaded late: it takes a second that a type error need not wait for.
    const { componentize } = await import("@bytecodealliance/componentize-js");
    // Without `fetch` nothing of WASI is left.
    const without = bundled.fetch ? ["stdio", "random", "fetch-event"] : ["stdio", "random", "clocks", "http", "fetch-event"];
    process.chdir(scratch);
    const options = { sourcePath: bundled.file, witPath, worldName: "this-plugin", disableFeatures: without };
    const made = await componentize(options).catch((error) => {
      throw stopped(error, plugin, bundled);
    });
    await mkdir(dirname(component), { recursive: true });
    // Beside its place and then moved, so that nobody reads half a file.
    const part = `${component}.${process.pid}.part`;
    await writeFile(part, made.component);
    await rename(part, component);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

try {
  const [plugin, sdk, wit, component] = process.argv.slice(2).map((path) => resolve(path));
  await build(plugin, sdk, wit, component);
} catch (error) {
  process.stderr.write(`${error instanceof Mistake ? error.message : await inWords(esbuild, error)}\n`);
  process.exitCode = 1;
}
