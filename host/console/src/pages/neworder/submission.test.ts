import { expect, it } from "vitest";
import { freshKey, submission } from "./submission";

it("leaves out what is empty", () => {
  const fields = {
    store: "S1",
    customer: "C1",
    kind: "sale" as const,
    original: "SO-1",
    note: "  ",
    address: " Road 1 ",
    city: "",
    phone: "1",
    lines: [
      { sku: "A", quantity: " 2.5 ", unit: "" },
      { sku: "B", quantity: "1", unit: "BOX" },
    ],
  };
  expect(submission(fields)).toEqual({
    store: "S1",
    customer: "C1",
    kind: "sale",
    lines: [
      { sku: "A", quantity: "2.5" },
      { sku: "B", quantity: "1", unit: "BOX" },
    ],
    ship_to: { text: "Road 1", phone: "1" },
  });
  expect(submission({ ...fields, kind: "return" }).original).toBe("SO-1");
});

it("makes keys that differ", () => {
  expect(freshKey()).toMatch(/^console-[0-9a-f]{32}$/);
  expect(freshKey()).not.toBe(freshKey());
});
