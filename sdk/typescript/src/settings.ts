/**
 * The connection's settings, as a type of yours.
 *
 *     const settings = object({ basePrice: decimal, tiers: list(object({ from: decimal, rate: decimal })) });
 *     type Settings = Read<typeof settings>;
 *
 * The host has checked them against the schema in the manifest and filled in the defaults, so a mistake here means that schema and
 * type differ; the error names the field. `basePrice` reads the field `base-price`.
 */

import { Decimal, DecimalError } from "./decimal.ts";
import { invalid } from "./error.ts";

/** Reads one value of a settings object; throws `invalid` with its field. */
export type Reader<T> = (value: unknown, field: string) => T;

/** What a reader reads. */
export type Read<R> = R extends Reader<infer T> ? T : never;

export const string: Reader<string> = (value, field) =>
  typeof value === "string" ? value : misfit(field, "文本", "text", value);

export const boolean: Reader<boolean> = (value, field) =>
  typeof value === "boolean" ? value : misfit(field, "true 或 false", "true or false", value);

/** A whole number. Money and quantities are `decimal`. */
export const integer: Reader<number> = (value, field) =>
  Number.isSafeInteger(value) ? (value as number) : misfit(field, "整数", "a whole number", value);

/** Any number, such as a coordinate. Money and quantities are `decimal`. */
export const number: Reader<number> = (value, field) =>
  typeof value === "number" ? value : misfit(field, "数字", "a number", value);

/** Text such as `12.50`. */
export const decimal: Reader<Decimal> = (value, field) => {
  try {
    return Decimal.fromJson(value);
  } catch (error) {
    throw error instanceof DecimalError ? invalid(field, error.reason.zh, error.reason.en) : error;
  }
};

/** One of these words. */
export function oneOf<Word extends string>(...words: Word[]): Reader<Word> {
  const all = words.join(", ");
  return (value, field) =>
    words.includes(value as Word) ? (value as Word) : misfit(field, `以下之一:${all}`, `one of ${all}`, value);
}

/** What may be left out. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, field) => (value === undefined || value === null ? undefined : reader(value, field));
}

export function list<T>(reader: Reader<T>): Reader<T[]> {
  return (value, field) =>
    Array.isArray(value) ? value.map((item, at) => reader(item, `${field}[${at}]`)) : misfit(field, "列表", "a list", value);
}

/** An object with any names, such as codes. */
export function mapping<T>(reader: Reader<T>): Reader<Map<string, T>> {
  return (value, field) => {
    const read = ([name, inner]: [string, unknown]): [string, T] => [name, reader(inner, `${field}.${name}`)];
    return new Map(Object.entries(fields(value, field)).map(read));
  };
}

/** An object with these fields; `basePrice` reads the field `base-price`. */
export function object<Readers extends Record<string, Reader<unknown>>>(
  readers: Readers,
): Reader<{ [Name in keyof Readers]: Read<Readers[Name]> }> {
  return (value, field) => {
    const found = fields(value, field);
    const read = ([name, reader]: [string, Reader<unknown>]): [string, unknown] => {
      const written = kebab(name);
      return [name, reader(found[written], `${field}.${written}`)];
    };
    return Object.fromEntries(Object.entries(readers).map(read)) as { [Name in keyof Readers]: Read<Readers[Name]> };
  };
}

/** A plugin without settings. */
export const none: Reader<Record<string, never>> = () => ({});

/** Reads settings from what the host gives, or a test. */
export function read<T>(reader: Reader<T>, settings: unknown): T {
  return reader(settings, "settings");
}

function fields(value: unknown, field: string): Record<string, unknown> {
  const fits = typeof value === "object" && value !== null && !Array.isArray(value);
  return fits ? (value as Record<string, unknown>) : misfit(field, "对象", "an object", value);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function misfit(field: string, zh: string, en: string, found: unknown): never {
  const what = found === undefined ? "nothing" : JSON.stringify(found)?.slice(0, 60);
  throw invalid(field, `设置无法读取:应为${zh},而不是 ${what}`, `the settings cannot be read: ${en} was expected, not ${what}`);
}
