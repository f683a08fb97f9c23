import { describe, expect, it } from "vitest";
import * as names from "./names";
import type { Text } from "./words";

const HAN = /\p{Script=Han}/u;
const dictionaries = import.meta.glob<Record<string, unknown>>(["../**/text.ts", "../**/*Text.ts"], { eager: true });
const sources = import.meta.glob<string>("../**/*.tsx", { eager: true, query: "?raw", import: "default" });

function isText(value: unknown): value is Text {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

/** Every text below a value, with its path. */
function texts(value: unknown, path: string): [string, Text][] {
  if (isText(value)) return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, `${path}.${name}`));
}

const all = [...texts(names, "names"), ...Object.entries(dictionaries).flatMap(([file, module]) => texts(module, file))];

describe("texts", () => {
  it("are found", () => expect(all.length).toBeGreaterThan(300));

  it.each(all)("%s says something in both languages", (_path, { zh, en }) => {
    expect(zh.trim()).not.toBe("");
    expect(en.trim()).not.toBe("");
    expect(en).not.toMatch(HAN);
  });

  it.each(all)("%s has the same places in both languages", (_path, { zh, en }) => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    expect(places(zh)).toEqual(places(en));
  });

  it("stand in dictionaries, not in pages", () => {
    const fixed = Object.entries(sources).flatMap(([file, source]) => {
      const words = source.match(/>\s*[A-Z][a-z]+ [a-z]+[^<>{}=;()]*</g) ?? [];
      const attributes = source.match(/\b(title|label|placeholder|aria-label|alt)="[^"]*[A-Z][a-z]+/g) ?? [];
      const han = source.match(/[^\n]*\p{Script=Han}[^\n]*/gu) ?? [];
      return [...words, ...attributes, ...han].map((found) => `${file}: ${found}`);
    });
    expect(fixed).toEqual([]);
  });
});
