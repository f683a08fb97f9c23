import { describe, expect, it } from "vitest";
import { fill, languageOfBrowser, said } from "./words";

describe("fill", () => {
  it("puts values in their places and leaves unknown places visible", () => {
    expect(fill("{n} of {all}, {what}", { n: 3, all: 10 })).toBe("3 of 10, {what}");
  });
});

describe("languageOfBrowser", () => {
  it.each([
    [["zh-TW", "en"], "zh"],
    [["en-GB", "zh"], "en"],
    [["fr", "en-US"], "en"],
    [["de"], "zh"],
    [[], "zh"],
  ])("%s: %s", (tags, language) => expect(languageOfBrowser(tags)).toBe(language));
});

describe("said", () => {
  it("says the other language rather than nothing", () => {
    expect(said({ zh: "", en: "Only this" }, "zh")).toBe("Only this");
    expect(said({ zh: "只有", en: "" }, "en")).toBe("只有");
    expect(said(null, "en")).toBe("");
  });
});
