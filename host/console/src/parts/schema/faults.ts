import { type Schema as Draft, type OutputUnit, Validator } from "@cfworker/json-schema";
import { fill, type Spoken } from "../../words/words";
import type { Schema } from "./localize";
import type { schemaText } from "./text";

/** A value that does not fit its schema. */
export interface Fault {
  /** Names and numbers from the root to it. */
  path: string[];
  /** Keyword of the schema. */
  keyword: string;
  /** What is wrong, for people. */
  message: string;
}

/**
 * What does not fit. The check interprets the schema: it makes no program out of it, which the policy of the page would forbid.
 */
export function faults(schema: Schema, data: unknown, words: Spoken<typeof schemaText>): Fault[] {
  const { errors } = new Validator(schema as Draft, "2020-12", false).validate(data);
  return errors.filter((error) => !PASSED_ON.has(error.keyword)).map((error) => told(schema, error, words));
}

/** Does it fit? A schema that cannot be read fits nothing. */
export function fits(schema: Schema, data: unknown): boolean {
  try {
    return new Validator(schema as Draft, "2020-12", true).validate(data).valid;
  } catch {
    return false;
  }
}

/** Keywords that only say that something below them is wrong. */
const PASSED_ON = new Set([
  "properties",
  "items",
  "prefixItems",
  "$ref",
  "allOf",
  "additionalItems",
  "dependencies",
  "if",
  "then",
  "else",
]);

function told(
  schema: Schema,
  { keyword, instanceLocation, keywordLocation, error }: OutputUnit,
  words: Spoken<typeof schemaText>,
): Fault {
  const path = pointer(instanceLocation);
  const missing = keyword === "required" ? /"([^"]+)"/.exec(error)?.[1] : undefined;
  const bound = at(schema, pointer(keywordLocation));
  const known = (words as Record<string, string>)[keyword];
  const bounds = typeof bound === "object" ? JSON.stringify(bound) : String(bound);
  return { path: missing ? [...path, missing] : path, keyword, message: known ? fill(known, { bound: bounds }) : error };
}

function pointer(location: string): string[] {
  return location
    .replace(/^#?\/?/, "")
    .split("/")
    .filter(Boolean)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What lies at a path of a schema; paths that lead through references are not followed. */
function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? (inner as Schema)[name] : undefined),
    value,
  );
}
