// Runs test files and says as its last line what came of them, for scripts/robustness.mjs: node test/robustness/vitest.mjs FILE...
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "clockwork-vitest-"));
const outputFile = join(folder, "results.json");
const CLOCKWORK_FIGURES = join(folder, "figures");
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
  { stdio: "inherit", env: { ...process.env, CLOCKWORK_FIGURES } },
);
const tests = JSON.parse(readFileSync(outputFile, "utf8")).testResults.flatMap(
  (file) => file.assertionResults,
);
/** What tests have measured themselves counts in place of the number of tests. */
const measured = existsSync(CLOCKWORK_FIGURES)
  ? readFileSync(CLOCKWORK_FIGURES, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
rmSync(folder, { recursive: true });
const sum = (name) => measured.reduce((all, one) => all + one[name], 0);
const withState = (...states) => tests.filter((test) => states.includes(test.status)).length;
const [passed, found] = [withState("passed"), withState("failed")];
const skipped = tests.length - passed - found;
console.log(
  JSON.stringify({
    count: sum("count") || passed + found,
    seed: null,
    found: found + sum("found"),
    figures: Object.assign({}, ...measured.map(({ figures }) => figures), skipped > 0 && { skipped }),
  }),
);
process.exitCode = status ?? 1;
