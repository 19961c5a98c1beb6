// Files that are made from the program's own tables: written, or with --check only compared with what they would be.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Imports a TypeScript module of the program, given by its path from the repository's root. */
export async function load(path) {
  const bundled = await build({
    entryPoints: [root + path],
    bundle: true,
    write: false,
    platform: "node",
    // As in the build: of its modules for Node not all can stand in one module.
    alias: { yaml: `${root}node_modules/yaml/browser/dist/index.js` },
    format: "esm",
    logLevel: "warning",
  });
  const code = Buffer.from(bundled.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}

/** Makes a folder hold exactly these files (texts by name). `command` is what brings it up to date. */
export async function keep(folder, files, command) {
  const checking = process.argv.includes("--check");
  await mkdir(root + folder, { recursive: true });
  const stale = [];
  for (const name of await readdir(root + folder)) {
    if (files.has(name)) continue;
    stale.push(`${folder}/${name}`);
    if (!checking) await rm(`${root}${folder}/${name}`);
  }
  for (const [name, text] of files) {
    if (await differs(`${folder}/${name}`, text)) stale.push(`${folder}/${name}`);
  }
  tell(`${folder}/`, stale, command);
}

/** Makes a file hold exactly this text. */
export async function keepFile(path, text, command) {
  tell(path, (await differs(path, text)) ? [path] : [], command);
}

/** Whether a file holds another text; it is then written, unless that is only asked. */
async function differs(path, text) {
  const before = await readFile(root + path, "utf8").catch((e) => {
    if (e.code === "ENOENT") return undefined;
    throw e;
  });
  if (before === text) return false;
  if (!process.argv.includes("--check")) await writeFile(root + path, text);
  return true;
}

function tell(what, stale, command) {
  if (stale.length === 0) console.error(`${what} is up to date`);
  else if (!process.argv.includes("--check")) console.error(`Wrote ${stale.join(", ")}`);
  else {
    console.error(`Not up to date: ${stale.join(", ")}. Run: ${command}`);
    process.exitCode = 1;
  }
}
