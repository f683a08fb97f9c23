// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

/** The words of the contract, of all interfaces. */
export type * from "./answer.ts";
export type * from "./erp.ts";
export type * from "./geocoder.ts";
export type * from "./inventory.ts";
export type * from "./notifier.ts";
export type * from "./order-policy.ts";
export type * from "./pricing.ts";
export type * from "./records.ts";
export type * from "./types.ts";
