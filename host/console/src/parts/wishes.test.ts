import { describe, expect, it } from "vitest";
import { isGranted, NOTHING_GRANTED, originOf, wishesOf, withPrivate, withWish } from "./wishes";

const reason = { zh: "因", en: "why" };
const wishes = {
  http: [
    { origin: "https://api.example.com", reason },
    { setting: "base-url", reason },
  ],
  kv: { bytes: 100, reason },
  records: { kinds: ["codes" as const, "prices" as const], reason },
  reveal: [{ slot: "key", reason }],
};
const schema = { properties: { "base-url": { default: "https://default.example.com/path" } } };
const whats = (settings: unknown) => wishesOf(wishes, schema, settings).map((wish) => wish.what);

describe("wishes", () => {
  it("take hosts from the settings that name them", () => {
    expect(whats({ "base-url": "http://10.0.0.1:8080/u8" })[1]).toBe("http://10.0.0.1:8080");
    expect(whats({})[1]).toBe("https://default.example.com");
    expect(whats({ "base-url": "no address" })[1]).toBeUndefined();
    expect(originOf("data:text/plain,x")).toBeUndefined();
  });

  it("are granted and taken back one by one", () => {
    const all = wishesOf(wishes, schema, {});
    const granted = all.reduce((grant, wish) => withWish(grant, wish, true), NOTHING_GRANTED);
    expect(granted).toEqual({
      http: ["https://api.example.com", "https://default.example.com"],
      private: [],
      records: ["codes", "prices"],
      reveal: ["key"],
      "kv-bytes": 100,
    });
    expect(all.every((wish) => isGranted(granted, wish))).toBe(true);
    const none = all.reduce((grant, wish) => withWish(grant, wish, false), granted);
    expect(none).toEqual(NOTHING_GRANTED);
  });

  it("leave no right in private networks behind", () => {
    const [first] = wishesOf(wishes, schema, {});
    if (!first?.what) throw new Error("no wish");
    const open = withPrivate(withWish(NOTHING_GRANTED, first, true), first.what, true);
    expect(open.private).toEqual(["https://api.example.com"]);
    expect(withWish(open, first, false)).toEqual(NOTHING_GRANTED);
  });
});
