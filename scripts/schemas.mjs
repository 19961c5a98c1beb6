// Writes schemas/*.json from the zod types; with --check only says whether they are up to date.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundled = await build({
  entryPoints: [`${root}server/src/schemas.ts`],
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
  logLevel: "warning",
});
const code = Buffer.from(bundled.outputFiles[0].contents).toString("base64");
const { jsonSchemas, schemaText } = await import(`data:text/javascript;base64,${code}`);

const stale = [];
await mkdir(`${root}schemas`, { recursive: true });
for (const [name, schema] of jsonSchemas()) {
  const path = `schemas/${name}.json`;
  const text = schemaText(schema);
  const before = await readFile(root + path, "utf8").catch((e) => {
    if (e.code === "ENOENT") return undefined;
    throw e;
  });
  if (before === text) continue;
  stale.push(path);
  if (!process.argv.includes("--check")) await writeFile(root + path, text);
}
if (stale.length > 0 && process.argv.includes("--check")) {
  console.error(`Not up to date: ${stale.join(", ")}. Run: node scripts/schemas.mjs`);
  process.exitCode = 1;
} else {
  console.error(stale.length > 0 ? `Wrote ${stale.join(", ")}` : "Schemas are up to date");
}
