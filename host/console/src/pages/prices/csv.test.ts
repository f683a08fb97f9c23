import { describe, expect, it } from "vitest";
import { readCsv, readPrices } from "./csv";

describe("readCsv", () => {
  it("reads quotes, commas and line ends within quotes, and both line ends", () => {
    expect(readCsv('\uFEFFa,b\r\n"1, ""x""\ny",2\n\n3,')).toEqual([
      ["a", "b"],
      ['1, "x"\ny', "2"],
      ["3", ""],
    ]);
    expect(readCsv("")).toEqual([]);
  });
});

describe("readPrices", () => {
  it("reads prices in any order of columns", () => {
    expect(readPrices("unit,sku,price,tax_rate,tax_inclusive,level\nEA,A1,12.50,0.13,TRUE,\nBOX,A1,110,0.13,false,gold")).toEqual(
      {
        entries: [
          { sku: "A1", unit: "EA", price: "12.50", tax_inclusive: true, tax_rate: "0.13" },
          { sku: "A1", unit: "BOX", price: "110", tax_inclusive: false, tax_rate: "0.13", level: "gold" },
        ],
      },
    );
  });

  it.each([
    ["sku,unit,price,tax_rate\n", { line: 1, kind: "missing", name: "tax_inclusive" }],
    ["sku,unit,price,tax_inclusive,tax_rate\n", { line: 2, kind: "noRows", name: "" }],
    ["sku,unit,price,tax_inclusive,tax_rate\nA,EA,1,yes,0.1", { line: 2, kind: "bool", name: "tax_inclusive" }],
    ["sku,unit,price,tax_inclusive,tax_rate\nA,EA,1,true,0.1\nB,,1,true,0.1", { line: 3, kind: "missing", name: "unit" }],
  ])("names the first fault", (text, fault) => expect(readPrices(text)).toEqual({ fault }));
});
