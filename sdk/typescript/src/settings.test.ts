import assert from "node:assert/strict";
import { test } from "node:test";

import { PluginError } from "./error.ts";
import * as settings from "./settings.ts";

const shape = settings.object({
  baseUrl: settings.string,
  tiers: settings.list(settings.object({ from: settings.decimal, rate: settings.decimal })),
  stores: settings.mapping(settings.integer),
  mode: settings.oneOf("strict", "loose"),
  dryRun: settings.optional(settings.boolean),
});

const good = { "base-url": "https://x", tiers: [{ from: "1", rate: "0.9" }], stores: { "s-1": 7 }, mode: "loose" };

test("kebab-case fields become camelCase", () => {
  const read = settings.read(shape, good);
  assert.equal(read.baseUrl, "https://x");
  assert.equal(read.tiers[0]?.rate.toString(), "0.9");
  assert.equal(read.stores.get("s-1"), 7);
  assert.equal(read.mode, "loose");
  assert.equal(read.dryRun, undefined);
});

test("an error names the field", () => {
  const field = (change: object): string => {
    try {
      settings.read(shape, { ...good, ...change });
    } catch (error) {
      assert.ok(error instanceof PluginError && error.failure.tag === "invalid");
      return error.failure.val.field;
    }
    return "none";
  };
  assert.equal(field({ tiers: [{ from: "1", rate: "1" }, { from: "x", rate: "1" }] }), "settings.tiers[1].from");
  assert.equal(field({ tiers: 7 }), "settings.tiers");
  assert.equal(field({ "base-url": undefined }), "settings.base-url");
  assert.equal(field({ stores: { "s-1": 0.5 } }), "settings.stores.s-1");
  assert.equal(field({ mode: "other" }), "settings.mode");
  assert.equal(field({ "dry-run": 1 }), "settings.dry-run");
  assert.equal(field({}), "none");
});
