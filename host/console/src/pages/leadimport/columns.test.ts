import { expect, it } from "vitest";
import { meaningOf, withMeaning, wordOf } from "./columns";

it("says each meaning as a word and finds it again", () => {
  for (const meaning of ["ignored", { field: "phone" }, { attribute: "booth no" }] as const) {
    expect(meaningOf(wordOf(meaning))).toEqual(meaning);
  }
});

it("gives a field to one column alone", () => {
  const columns = [{ field: "name" }, { field: "phone" }, "ignored", "ignored"] as const;
  expect(withMeaning([...columns], 2, { field: "phone" })).toEqual([{ field: "name" }, "ignored", { field: "phone" }, "ignored"]);
  expect(withMeaning([...columns], 0, "ignored")).toEqual(["ignored", { field: "phone" }, "ignored", "ignored"]);
});
