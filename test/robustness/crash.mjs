// Kills, starves and blocks Clockwork, and looks at what is left: node test/robustness/crash.mjs WHAT [--count N] [--seed N] [--slack MS]
//   writes    a program that writes states is killed at random moments
//   syscalls  states, locks, journals, recoveries and builds are killed at every system call
//   errors    each of those calls fails, with each error that it can fail with
//   applies   whole applies of dist/cli.js are killed at random moments
//   calls     whole applies are killed at every system call that changes something
//   disk      whole applies on a disk that fills up under them; to be run by unshare --mount --map-root-user
//   daemon    hours of a daemon with a hostile agent, crashes and clocks that jump
//   daemon-crashes  daemons are killed at every system call that writes their journal
//   locks     six processes take one lock from each other, whose holders are killed and stopped
//   flood     a step prints that many megabytes
//   trees     steps with seven kinds of runaway descendants, by every way of ending, at every level
// The last line is the result as JSON: {count, seed, found, figures}. Exit code 1 when something was found.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(join(tmpdir(), "clockwork-crash-"));
await build({
  entryPoints: ["test/robustness/main.ts", "test/robustness/worker.ts", "test/state/lock-worker.ts"],
  outdir: folder,
  entryNames: "[name]",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  define: { "import.meta.url": '"file:///clockwork"' },
  logLevel: "error",
});
const { main } = createRequire(import.meta.url)(join(folder, "main.cjs"));
process.exitCode = await main(process.argv.slice(2), folder);
rmSync(folder, { recursive: true, force: true });
