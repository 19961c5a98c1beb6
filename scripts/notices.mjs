// The licence texts of what bundles hold of others: they have to go along with it.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Compiled into files of a package whose own text does not say so. Sources: sh-syntax's readme and vendors/wasm_exec.cjs, the
 * licence files of the versions named there. What of LLVM's and wasi-libc's runtime is in them needs no notice in object form
 * (LLVM's exception to Apache-2.0).
 */
const inside = {
  "sh-syntax": [
    { name: "mvdan.cc/sh/v3", license: "BSD-3-Clause", text: "scripts/notices/mvdan-sh.txt" },
    {
      name: "github.com/tinygo-org/tinygo 0.41.1",
      license: "BSD-3-Clause AND Apache-2.0 WITH LLVM-exception",
      text: "scripts/notices/tinygo.txt",
    },
    { name: "go (standard library)", license: "BSD-3-Clause", text: "scripts/notices/go.txt" },
  ],
};

/**
 * @param metafiles esbuild's, of all that ships; a package of which nothing is left in any bundle is not named
 * @param copied paths of files that are shipped as they are
 */
export async function notices(metafiles, copied) {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? packageOf(path) : []));
  const folders = [...new Set([...used, ...copied.flatMap(packageOf)])].sort();
  // A package may be found by two paths.
  const texts = new Set((await Promise.all(folders.map(notice))).flat());
  return `Clockwork's programs hold code of these packages, each under its own licence.\n${[...texts].join("")}`;
}

/** The innermost one: `node_modules/a/node_modules/@b/c`. */
const packageOf = (path) =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll("\\", "/"))?.[0] ?? [];

async function notice(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) =>
    /^(?:licen[cs]e|notice|thirdpartynotices)\b/i.test(file),
  );
  if (typeof license !== "string") throw new Error(`${name} does not say what its licence is`);
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), "utf8")));
  const by = typeof author === "object" ? author.name : author;
  const none = `By ${by ?? "its contributors"}; the package comes without a text: https://spdx.org/licenses/${license}`;
  const all = texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n") || none;
  const further = (inside[name] ?? []).map(async (one) =>
    section(one.name, one.license, await readFile(one.text, "utf8")),
  );
  return [section(`${name} ${version}`, license, all), ...(await Promise.all(further))];
}

const rule = "-".repeat(78);

const section = (title, license, text) => `\n${rule}\n${title} (${license})\n${rule}\n\n${text.trim()}\n`;

/** What the notices name, as `{ title: "zod 4.6.7", license: "MIT" }`. */
export function noticed(text) {
  const heading = new RegExp(`^${rule}\\n(.+) \\(([^()]+)\\)\\n${rule}$`, "gm");
  return [...text.matchAll(heading)].map(([, title, license]) => ({ title, license }));
}
