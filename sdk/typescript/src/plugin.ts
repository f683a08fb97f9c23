/** What a plugin is: which interfaces it implements, made from the connection's settings. */

import type { Erp, Geocoder, Inventory, Notifier, OrderPolicy, Pricing } from "./contract/index.ts";
import { type Reader, read } from "./settings.ts";

/** The interfaces of the contract, by the names under which a plugin's main module exports them. */
export interface Interfaces {
  erp: Erp;
  inventory: Inventory;
  geocoder: Geocoder;
  pricing: Pricing;
  notifier: Notifier;
  orderPolicy: OrderPolicy;
}

/** An interface with what implements it. */
export interface Implemented<Implementation> {
  readonly name: keyof Interfaces;
  /** The implementation for these settings, given as the host gives them: for tests. */
  with(settings: unknown): Implementation;
}

/**
 * Implements an interface. The main module exports it under the same name:
 *
 *     export const pricing = implement("pricing", settings, ({ basePrice }) => ({
 *       price(request) { ... },
 *     }));
 *
 * Nothing survives a call: the implementation is made anew from the settings each time. A plugin may implement any mixture of the
 * interfaces. Functions that are left out answer that they are not implemented.
 */
export function implement<Name extends keyof Interfaces, Settings>(
  name: Name,
  settings: Reader<Settings>,
  make: (settings: Settings) => Interfaces[Name],
): Implemented<Interfaces[Name]> {
  return { name, with: (given) => make(read(settings, given)) };
}
