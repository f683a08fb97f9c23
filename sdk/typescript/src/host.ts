/** What the host offers: in a guest. Elsewhere `#host` is `outside.ts`. */

export const inside = true;

export * as clock from "mortise:plugin/clock@1.0.0";
export * as config from "mortise:plugin/config@1.0.0";
export * as context from "mortise:plugin/context@1.0.0";
export * as http from "mortise:plugin/http@1.0.0";
export * as kv from "mortise:plugin/kv@1.0.0";
export * as log from "mortise:plugin/log@1.0.0";
export * as random from "mortise:plugin/random@1.0.0";
export * as records from "mortise:plugin/records@1.0.0";
export * as secrets from "mortise:plugin/secrets@1.0.0";
