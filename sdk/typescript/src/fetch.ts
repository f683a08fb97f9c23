/**
 * `fetch`, by importing this module. It goes through `wasi:http`, behind the same policy, bounds and credentials as `http` of the
 * SDK, with two differences: a redirect is handed to the plugin, and where there is no answer the promise is rejected without
 * the reason, which stands in the plugin's log. It makes the component larger and slower to begin; prefer `http` where nothing
 * else asks for `fetch`.
 */

import { features } from "./globals.ts";

features.fetch = true;

/** The engine's own. */
export const fetch: typeof globalThis.fetch = (...given) => globalThis.fetch(...given);
