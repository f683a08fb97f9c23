/**
 * Values at the border between a plugin and the host. JavaScript knows no types at run time; a value of another form than the
 * contract's would end the call without a word, so it is looked at here, and the field is named.
 */

import { Decimal } from "./decimal.ts";

type Scalar = "bool" | "u8" | "u16" | "u32" | "u64" | "s64" | "f64" | "string" | "bytes" | "decimal";

/** What a type of the contract is at run time. */
export type Shape = Scalar | Composite;

type Composite = {
  /** Is there a decimal in it? What has none comes in as it is. */
  readonly exact: boolean;
} & (
  | { readonly kind: "list" | "option"; readonly of: Shape }
  | { readonly kind: "tuple"; readonly of: readonly Shape[] }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "record"; readonly of: readonly (readonly [string, Shape])[] }
  | { readonly kind: "variant"; readonly of: ReadonlyMap<string, Shape | undefined> }
);

function exact(...shapes: (Shape | undefined)[]): boolean {
  return shapes.some((shape) => shape === "decimal" || (typeof shape === "object" && shape.exact));
}

export function list(of: Shape): Shape {
  return { kind: "list", of, exact: exact(of) };
}

export function option(of: Shape): Shape {
  return { kind: "option", of, exact: exact(of) };
}

export function tuple(...of: Shape[]): Shape {
  return { kind: "tuple", of, exact: exact(...of) };
}

export function choice(...of: string[]): Shape {
  return { kind: "choice", of, exact: false };
}

export function record(fields: Record<string, Shape>): Shape {
  return { kind: "record", of: Object.entries(fields), exact: exact(...Object.values(fields)) };
}

export function variant(cases: Record<string, Shape | undefined>): Shape {
  return { kind: "variant", of: new Map(Object.entries(cases)), exact: exact(...Object.values(cases)) };
}

/** A value of the plugin that does not have the contract's form. */
export class ShapeError extends TypeError {
  override readonly name = "ShapeError";
}

type Fields = Record<string, unknown>;

/** What came in, with its decimals as such. The value is the plugin's alone and is changed in place. */
export function lift(shape: Shape | undefined, value: unknown): unknown {
  if (shape === "decimal") {
    const { units, scale } = value as Decimal;
    return new Decimal(units, scale);
  }
  if (typeof shape !== "object" || !shape.exact || value === undefined) {
    return value;
  }
  switch (shape.kind) {
    case "option":
      return lift(shape.of, value);
    case "list": {
      const items = value as unknown[];
      for (let at = 0; at < items.length; at += 1) {
        items[at] = lift(shape.of, items[at]);
      }
      return items;
    }
    case "tuple":
      return (value as unknown[]).map((item, at) => lift(shape.of[at], item));
    case "record": {
      const fields = value as Fields;
      for (const [name, field] of shape.of) {
        if (exact(field) && fields[name] !== undefined) {
          fields[name] = lift(field, fields[name]);
        }
      }
      return fields;
    }
    case "variant": {
      const held = value as { tag: string; val?: unknown };
      held.val = lift(shape.of.get(held.tag), held.val);
      return held;
    }
    default:
      return value;
  }
}

/** Looks at what goes out. Throws where the contract wants something else, naming the field. */
export function check(shape: Shape | undefined, value: unknown, field: string): void {
  if (shape === undefined) {
    return;
  }
  if (typeof shape === "string") {
    checkScalar(shape, value, field);
    return;
  }
  switch (shape.kind) {
    case "option":
      if (value !== undefined && value !== null) {
        check(shape.of, value, field);
      }
      return;
    case "list":
      expect(Array.isArray(value), field, "a list", value);
      (value as unknown[]).forEach((item, at) => check(shape.of, item, `${field}[${at}]`));
      return;
    case "tuple":
      expect(Array.isArray(value) && value.length === shape.of.length, field, `a list of ${shape.of.length}`, value);
      shape.of.forEach((item, at) => check(item, (value as unknown[])[at], `${field}[${at}]`));
      return;
    case "choice":
      expect(shape.of.includes(value as string), field, `one of ${shape.of.join(", ")}`, value);
      return;
    case "record":
      expect(isObject(value), field, "an object", value);
      for (const [name, inner] of shape.of) {
        check(inner, (value as Fields)[name], field === "" ? name : `${field}.${name}`);
      }
      return;
    case "variant": {
      const { tag, val } = (isObject(value) ? value : {}) as { tag?: string; val?: unknown };
      expect(shape.of.has(tag ?? ""), field, `an object with a tag of ${[...shape.of.keys()].join(", ")}`, value);
      check(shape.of.get(tag ?? ""), val, `${field}.val`);
      return;
    }
  }
}

const RANGES = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff } as const;

function checkScalar(shape: Scalar, value: unknown, field: string): void {
  switch (shape) {
    case "bool":
      return expect(typeof value === "boolean", field, "true or false", value);
    case "string":
      return expect(typeof value === "string", field, "text", value);
    case "f64":
      return expect(typeof value === "number", field, "a number", value);
    case "s64":
      return expect(isBigint(value, -(2n ** 63n), 2n ** 63n - 1n), field, "a bigint of 64 bits", value);
    case "u64":
      return expect(isBigint(value, 0n, 2n ** 64n - 1n), field, "a bigint of 64 bits, not below 0", value);
    case "bytes":
      return expect(value instanceof Uint8Array, field, "a Uint8Array", value);
    case "decimal":
      return expect(value instanceof Decimal, field, "a Decimal", value);
    default: {
      const most = RANGES[shape];
      const fits = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
      return expect(fits, field, `a whole number from 0 to ${most}`, value);
    }
  }
}

function isBigint(value: unknown, least: bigint, most: bigint): boolean {
  return typeof value === "bigint" && value >= least && value <= most;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function expect(fits: boolean, field: string, wanted: string, found: unknown): void {
  if (!fits) {
    const what = found === null || found === undefined ? "nothing" : `${typeof found} ${shown(found)}`;
    throw new ShapeError(`the plugin's answer: ${field === "" ? "it" : field} has to be ${wanted}, not ${what}`);
  }
}

function shown(value: unknown): string {
  const text = typeof value === "object" ? (value?.constructor?.name ?? "") : String(value);
  return text.slice(0, 60);
}
