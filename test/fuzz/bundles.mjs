// Tries replies that no compiler should send: node test/fuzz/bundles.mjs [--count 1000000] [--seed N]
// The last line is a result for scripts/robustness.mjs; exit code 1 when something does not hold. The seed gives the same replies.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(join(tmpdir(), "clockwork-bundles-"));
const outfile = join(folder, "bundles.cjs");
await build({
  entryPoints: ["test/fuzz/bundles.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "error",
});
process.exitCode = createRequire(import.meta.url)(outfile).main(process.argv.slice(2));
rmSync(folder, { recursive: true });
