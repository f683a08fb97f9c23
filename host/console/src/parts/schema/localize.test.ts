import { describe, expect, it } from "vitest";
import { defaultOf, hasSettings, localize } from "./localize";

const schema = {
  type: "object",
  title: "All",
  "x-zh": { title: "全部" },
  properties: {
    url: { type: "string", title: "Address", description: "Where", "x-zh": { title: "地址" }, default: "https://a" },
    list: { items: { title: "One", "x-zh": { title: "一个" } }, default: [{ title: "kept", "x-zh": 1 }] },
  },
};

describe("localize", () => {
  it("puts the Chinese words in their places and leaves data alone", () => {
    expect(localize(schema, "zh")).toEqual({
      type: "object",
      title: "全部",
      properties: {
        url: { type: "string", title: "地址", description: "Where", default: "https://a" },
        list: { items: { title: "一个" }, default: [{ title: "kept", "x-zh": 1 }] },
      },
    });
  });

  it("leaves English as it is", () => {
    expect(localize({ title: "A", "x-zh": { title: "甲" } }, "en")).toEqual({ title: "A" });
  });
});

it("finds defaults of settings, and whether there are any", () => {
  expect([defaultOf(schema, "url"), defaultOf(schema, "list"), defaultOf(null, "url")]).toEqual([
    "https://a",
    undefined,
    undefined,
  ]);
  expect([hasSettings(schema), hasSettings({ properties: {} }), hasSettings(null)]).toEqual([true, false, false]);
});
