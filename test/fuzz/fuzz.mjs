// Tries inputs that nobody would write: node test/fuzz/fuzz.mjs [--inputs 1000000] [--seed N] [--jobs CORES] [--out FOLDER]
// Exit code 1 and a folder of shrunken inputs when something does not hold. The seed is printed; it gives the same inputs.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(join(tmpdir(), "clockwork-fuzz-"));
await build({
  entryPoints: ["test/fuzz/main.ts", "test/fuzz/worker.ts"],
  outdir: folder,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  define: { "import.meta.url": '"file:///clockwork"' },
  logLevel: "error",
});
const { main } = createRequire(import.meta.url)(join(folder, "main.cjs"));
process.exitCode = await main(process.argv.slice(2), folder);
rmSync(folder, { recursive: true });
