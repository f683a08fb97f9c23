import type { Language } from "../../words/words";

/** A JSON Schema, as far as forms read it. */
export type Schema = { [key: string]: unknown };

/**
 * The schema with its titles and descriptions in a language. Schemas are written in English; `x-zh` beside a title holds the Chinese. A
 * field without a title gets its name as one.
 */
export function localize(schema: unknown, language: Language): Schema {
  return walk(schema, language) as Schema;
}

function walk(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return value.map((one) => walk(one, language));
  if (!isObject(value)) return value;
  const { "x-zh": chinese, ...rest } = value;
  const result: Schema = {};
  for (const [name, inner] of Object.entries(rest))
    result[name] = name === "default" || name === "const" ? inner : walk(inner, language);
  if (language === "zh" && isObject(chinese)) Object.assign(result, chinese);
  return result;
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The default of a top-level setting, where it is a text. */
export function defaultOf(schema: unknown, setting: string): string | undefined {
  if (!isObject(schema) || !isObject(schema.properties)) return undefined;
  const property = schema.properties[setting];
  return isObject(property) && typeof property.default === "string" ? property.default : undefined;
}

/** Has the schema anything to fill in? */
export function hasSettings(schema: unknown): boolean {
  return isObject(schema) && isObject(schema.properties) && Object.keys(schema.properties).length > 0;
}
