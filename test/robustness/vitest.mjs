// Runs test files and says as its last line what came of them, for scripts/robustness.mjs: node test/robustness/vitest.mjs FILE...
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "clockwork-vitest-"));
const outputFile = join(folder, "results.json");
const { status } = spawnSync(
  process.execPath,
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${outputFile}`,
    ...process.argv.slice(2),
  ],
  { stdio: "inherit" },
);
const tests = JSON.parse(readFileSync(outputFile, "utf8")).testResults.flatMap(
  (file) => file.assertionResults,
);
rmSync(folder, { recursive: true });
const withState = (...states) => tests.filter((test) => states.includes(test.status)).length;
const [passed, found] = [withState("passed"), withState("failed")];
const skipped = tests.length - passed - found;
console.log(
  JSON.stringify({ count: passed + found, seed: null, found, figures: skipped > 0 ? { skipped } : {} }),
);
process.exitCode = status ?? 1;
