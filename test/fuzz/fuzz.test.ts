import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("what holds for every text holds for some thousand of them", () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["test/fuzz/fuzz.mjs", "--inputs", "1500", "--seed", "20261123", "--jobs", "1"],
    { encoding: "utf8" },
  );
  expect(`${stdout}${stderr}`).toMatch(/^1500 inputs of the seed 20261123\n1500 inputs in /);
  expect(status).toBe(0);
}, 120_000);
