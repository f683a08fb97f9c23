import { defineConfig } from "vitest/config";

// The console in a real browser, on a real host with simulated upstreams; `cargo verify console` builds what it needs.
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    bail: 1,
  },
});
