// The two programs that are compared, and what is common to their benchmarks.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isThere } from "./measure.mjs";

/** Flags of every benchmark. `--cli` names another build of Clockwork, such as the last release's dist/cli.js. */
export const commonFlags = {
  smoke: { type: "boolean", default: false },
  rounds: { type: "string" },
  sizes: { type: "string" },
  without: { type: "string", multiple: true, default: [] },
  cli: { type: "string", default: fileURLToPath(new URL("../../dist/cli.js", import.meta.url)) },
};

/** No colours, no look for newer versions: neither belongs to the work. */
export const quiet = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", NO_COLOR: "1" };

/** `planned`, `nothing` read a plan's output: how many resources it makes, whether it makes none. */
export const toolsWith = (cli) => ({
  clockwork: {
    plan: (folder) => [process.execPath, cli, "plan", folder, "--json"],
    apply: (folder) => [process.execPath, cli, "apply", folder, "--yes"],
    planned: (output) => new Set(JSON.parse(output).steps.map((s) => s.resource ?? s.id)).size,
    nothing: (output) => JSON.parse(output).steps.length === 0,
  },
  terraform: {
    init: () => ["terraform", "init", "-input=false", "-no-color"],
    plan: () => ["terraform", "plan", "-input=false", "-no-color"],
    apply: () => ["terraform", "apply", "-input=false", "-no-color", "-auto-approve"],
    planned: (output) => Number(/^Plan: (\d+) to add/m.exec(output)?.[1]),
    nothing: (output) => output.includes("No changes."),
  },
});

/** The programs that are here and wanted; says which are left out. */
export async function presentTools({ without, cli }) {
  const present = [];
  if (existsSync(cli) && !without.includes("clockwork")) present.push("clockwork");
  else
    process.stdout.write(`Clockwork is left out: there is no ${cli} (npm run build), or it is not wanted.\n`);
  if (!without.includes("terraform") && (await isThere(["terraform", "version"]))) present.push("terraform");
  else process.stdout.write("The comparison is skipped: terraform is not on PATH, or it is not wanted.\n");
  return present;
}
