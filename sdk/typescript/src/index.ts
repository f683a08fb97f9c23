/** Plugins for Mortise in TypeScript. The README leads from an empty folder to a plugin that works. */

export * from "./contract/index.ts";
export { attributes, flag, value } from "./attributes.ts";
export * as clock from "./clock.ts";
export * as context from "./context.ts";
export { Decimal, DecimalError, type DecimalFault, MAX_SCALE } from "./decimal.ts";
export {
  duplicate,
  invalid,
  notFound,
  notImplemented,
  PluginError,
  rateLimited,
  rejected,
  retry,
  unauthorized,
  unavailable,
} from "./error.ts";
export * as http from "./http.ts";
export * as kv from "./kv.ts";
export * as log from "./log.ts";
export { implement, type Implemented, type Interfaces } from "./plugin.ts";
export { priceOf, step } from "./pricing.ts";
export * as random from "./random.ts";
export * as records from "./records.ts";
export * as secrets from "./secrets.ts";
export * as settings from "./settings.ts";
export { inLocale, local, same, text } from "./text.ts";
