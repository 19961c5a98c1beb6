// Asks Terraform (1.11.4 or a later 1.11) for the value of every line of expressions.txt inside of stack/, and writes
// recorded.json: pairs of an expression and its value, without the second where Terraform reports an error.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const expressions = readFileSync(`${here}expressions.txt`, "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const folder = mkdtempSync(join(tmpdir(), "record-"));
const terraform = (...args) =>
  execFileSync("terraform", args, { cwd: folder, env: { ...process.env, CHECKPOINT_DISABLE: "1" } });

try {
  cpSync(`${here}stack`, folder, { recursive: true, verbatimSymlinks: true });
  const lines = expressions.map((e) => `    try(nonsensitive(jsonencode([${e}])), null),`);
  writeFileSync(join(folder, "record.tf"), `output "all" {\n  value = [\n${lines.join("\n")}\n  ]\n}\n`);
  terraform("apply", "-auto-approve", "-no-color");
  const values = JSON.parse(terraform("output", "-json", "all"));
  const rows = expressions.map((e, i) => (values[i] === null ? [e] : [e, JSON.parse(values[i])[0]]));
  writeFileSync(`${here}recorded.json`, `[\n${rows.map((r) => `  ${JSON.stringify(r)}`).join(",\n")}\n]\n`);
  console.error(`Recorded ${rows.length} expressions`);
} finally {
  rmSync(folder, { recursive: true });
}
