// What `npm run bench` prints: plans against Terraform's, then the way from a keystroke to its diagnostics. Flags that only
// one of the benchmarks has are given to it by itself.
//
//   node test/bench/bench.mjs [--smoke]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({ options: { smoke: { type: "boolean", default: false } } });
for (const name of ["plan", "keystroke"]) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...(flags.smoke ? ["--smoke"] : [])], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`${name}.mjs ended with ${status}`);
}
