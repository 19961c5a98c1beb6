// The licence texts of what bundles hold of others: they have to go along with it.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @param metafiles esbuild's, of all that ships; a package of which nothing is left in any bundle is not named
 * @param copied paths of files that are shipped as they are
 */
export async function notices(metafiles, copied) {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? packageOf(path) : []));
  const texts = await Promise.all([...new Set([...used, ...copied.flatMap(packageOf)])].sort().map(notice));
  return `Clockwork's programs hold code of these packages, each under its own licence.\n${texts.join("")}`;
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
  const rule = "-".repeat(78);
  const by = typeof author === "object" ? author.name : author;
  const none = `By ${by ?? "its contributors"}; the package comes without a text: https://spdx.org/licenses/${license}`;
  const all = texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n") || none;
  return `\n${rule}\n${name} ${version} (${license})\n${rule}\n\n${all}\n`;
}
