import { expect, it } from "vitest";
import { corrected, fieldsOf, freshKey, submission } from "./submission";

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

it("corrects what the form shows, and keeps what it does not", () => {
  const before = {
    store: "S1",
    customer: "C1",
    kind: "sale" as const,
    reference: "R-7",
    placed_at: "2026-01-02T03:04:05Z",
    attributes: [["channel", "fair"]],
    lines: [{ sku: "A", quantity: "2", attributes: [["colour", "oak"]] }],
    ship_to: { text: "Road 1", country: "CN", point: { longitude: 121, latitude: 31 }, attributes: [["gate", "3"]] },
  };
  const fields = fieldsOf(before as Parameters<typeof fieldsOf>[0]);
  const same = corrected(before as Parameters<typeof fieldsOf>[0], fields);
  expect(same).toEqual(before);
  const moved = corrected(before as Parameters<typeof fieldsOf>[0], { ...fields, address: "Road 2", reference: "" });
  expect(moved.ship_to).toEqual({ text: "Road 2", country: "CN", attributes: [["gate", "3"]] });
  expect(moved.reference).toBeUndefined();
  expect(moved.lines).toEqual(before.lines);
});
