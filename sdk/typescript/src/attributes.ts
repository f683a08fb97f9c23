/** Look-ups in free fields, a plain list of pairs. */

import type { Attributes } from "./contract/index.ts";

/** The value of this name. */
export function value(attributes: Attributes, name: string): string | undefined {
  return attributes.find(([key]) => key === name)?.[1];
}

/** Is the value of this name `true`? */
export function flag(attributes: Attributes, name: string): boolean {
  return value(attributes, name) === "true";
}

/** Free fields from an object; undefined ones are left out. */
export function attributes(fields: Record<string, { toString(): string } | undefined>): Attributes {
  return Object.entries(fields).flatMap(([name, held]) => (held === undefined ? [] : [[name, held.toString()]]));
}
