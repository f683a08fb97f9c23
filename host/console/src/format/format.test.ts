import { describe, expect, it } from "vitest";
import { count, money, moneyShort, percent } from "./money";
import { bytes, decimal, duration, price } from "./quantity";
import { ago, moment } from "./time";

describe("money", () => {
  it.each([
    [123456, "CNY", "zh", "¥1,234.56"],
    [123456, "CNY", "en", "¥1,234.56"],
    [-5, "GBP", "en", "-£0.05"],
    [1234, "JPY", "en", "¥1,234"],
    [100, "no code", "en", "1.00 no code"],
  ] as const)("%d %s in %s: %s", (minor, currency, language, text) => expect(money(minor, currency, language)).toBe(text));

  it("is short where it is large", () => {
    expect(moneyShort(123_456_789, "CNY", "zh")).toBe("¥123.5万");
    expect(moneyShort(123_456_789, "CNY", "en")).toBe("¥1.2m");
    expect(moneyShort(99_950, "CNY", "en")).toBe("¥1,000");
  });

  it("has shares and counts", () => {
    expect(percent("0.13", "en")).toBe("13%");
    expect(count(1_234_567, "zh")).toBe("1,234,567");
  });
});

describe("decimal", () => {
  it.each([
    ["1234567.500", "1,234,567.5"],
    ["0012", "12"],
    ["-0.10", "-0.1"],
    ["123456789012345678901.123456789", "123,456,789,012,345,678,901.123456789"],
    ["12.00", "12"],
    ["x", "x"],
  ])("%s: %s", (value, text) => expect(decimal(value)).toBe(text));

  it("has two places as a price", () => {
    expect(price("12.5")).toBe("12.50");
    expect(price("0.12345")).toBe("0.12345");
    expect(price("1000")).toBe("1,000.00");
  });
});

describe("sizes", () => {
  it("uses the largest unit", () => {
    expect([bytes(12), bytes(2048), bytes(1_572_864), bytes(0)]).toEqual(["12 B", "2 kB", "1.5 MB", "0 B"]);
    expect([duration(12), duration(1234), duration(250_000), duration(1_500_000), duration(125_000_000)]).toEqual([
      "12 µs",
      "1.2 ms",
      "250 ms",
      "1.5 s",
      "2 min 5 s",
    ]);
  });
});

describe("moments", () => {
  const at = "2026-01-31T16:30:00Z";

  it("are the company's", () => {
    expect(moment(at, "day", "Asia/Shanghai", "zh")).toBe("2026/02/01");
    expect(moment(at, "minute", "Asia/Shanghai", "en")).toBe("01/02/2026, 00:30");
    expect(moment("never", "day", "UTC", "en")).toBe("–");
    expect(moment(null, "day", "UTC", "en")).toBe("–");
  });

  it("are told from now", () => {
    const now = Date.parse(at);
    expect(ago("2026-01-31T16:27:30Z", now, "en")).toBe("2 minutes ago");
    expect(ago("2026-01-31T18:30:00Z", now, "zh")).toBe("2小时后");
    expect(ago("never", now, "zh")).toBe("–");
  });
});
