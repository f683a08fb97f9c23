// How a plugin's imports are found: the SDK beside these tools or in the project, the host's modules in the sandbox alone.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** An esbuild plugin that finds `@mortise/sdk` in this folder. Whatever the plugin does not use of the host is not imported. */
export function mortise(sdk) {
  return {
    name: "mortise",
    setup(build) {
      build.onResolve({ filter: /^@mortise\/sdk(\/|$)/ }, async ({ path }) => {
        const { exports } = JSON.parse(await readFile(join(sdk, "package.json"), "utf8"));
        const file = exports[path.replace("@mortise/sdk", ".")];
        if (file === undefined) {
          return { errors: [{ text: `the SDK has no module ${path}; it has ${Object.keys(exports).join(", ")}` }] };
        }
        // Only `fetch` does something by being imported.
        return { path: join(sdk, file), sideEffects: path === "@mortise/sdk/fetch" };
      });
      build.onResolve({ filter: /^mortise:plugin\// }, ({ path }) => ({ path, external: true, sideEffects: false }));
    },
  };
}

/** What esbuild is told about every plugin. */
export function common(sdk) {
  return { bundle: true, format: "esm", write: false, metafile: true, logLevel: "silent", plugins: [mortise(sdk)] };
}

/** esbuild's messages as a person reads them. */
export async function inWords(esbuild, error) {
  if (!Array.isArray(error?.errors)) {
    return String(error?.stack ?? error);
  }
  return (await esbuild.formatMessages(error.errors, { kind: "error", color: false })).join("\n").trim();
}
