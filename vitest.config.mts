import { defineConfig } from "vitest/config";

// `npm run robustness` tries properties many times as often.
const patience = Math.max(1, Number(process.env.CLOCKWORK_RUNS ?? 1));

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**"],
    setupFiles: ["test/support/setup.ts"],
    testTimeout: 30_000 * patience,
    hookTimeout: 60_000,
  },
});
