import { describe, expect, it } from "vitest";
import { spoken } from "../../words/words";
import { faults, fits } from "./faults";
import { schemaText } from "./text";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["url"],
  properties: {
    url: { type: "string", pattern: "^https?://" },
    count: { type: "integer", minimum: 1 },
    list: { type: "array", items: { $ref: "#/$defs/entry" } },
  },
  $defs: { entry: { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 3 } } } },
};
const found = (data: unknown) =>
  faults(schema, data, spoken(schemaText, "en")).map((fault) => [fault.path.join("."), fault.message]);

describe("faults", () => {
  it("names the field and what is wrong with it", () => {
    expect(found({})).toEqual([["url", "must be filled in"]]);
    expect(found({ url: "ftp://a", count: 0 })).toEqual([
      ["url", "does not have the right form (^https?://)"],
      ["count", "must be 1 or more"],
    ]);
  });

  it("looks into lists and references", () => {
    expect(found({ url: "https://a", list: [{ name: "abcd" }, {}] }).map(([path]) => path)).toEqual([
      "list.0.name",
      "list.1.name",
    ]);
  });

  it("finds nothing where all is well", () => {
    expect(found({ url: "https://a", list: [{ name: "a" }] })).toEqual([]);
    expect([fits(schema, { url: "https://a" }), fits(schema, {}), fits({ type: 7 }, {})]).toEqual([true, false, false]);
  });
});
