import { isAbsolute, relative, resolve } from "node:path";
import type { ReadFiles } from "../../host/ports.ts";
import { isStackFile, UsageError } from "../options.ts";

/** How deep stacks are looked for. */
const maxDepth = 4;
/** Folders that hold packages or what programs make. */
const skipped = /^(?:\.|node_modules$|dist$|target$|vendor$)/;

/**
 * The folder of a stack at or below a root; the only one without a name. What asks is a language model: another place of the
 * disk is none of its.
 */
export async function stackBelow(files: ReadFiles, root: string, name: string | undefined): Promise<string> {
  if (name === undefined) return onlyStack(files, root);
  const folder = resolve(root, name);
  const way = relative(await files.realPath(root), await realFolder(files, folder, name));
  if (way.startsWith("..") || isAbsolute(way)) throw new UsageError(`The stack ${name} is not below ${root}`);
  if (!(await isStack(files, folder))) throw new UsageError(`There are no .cw files in ${name}`);
  return folder;
}

async function realFolder(files: ReadFiles, folder: string, name: string): Promise<string> {
  if (!(await files.stat(folder))) throw new UsageError(`There is no folder ${name}`);
  return files.realPath(folder);
}

async function onlyStack(files: ReadFiles, root: string): Promise<string> {
  const found = await stacksAt(files, root, 0);
  const [only, ...others] = found;
  if (only === undefined) throw new UsageError(`There is no stack in ${root}: a folder with .cw files`);
  if (others.length === 0) return only;
  const names = found.map((folder) => relative(root, folder) || ".");
  throw new UsageError(`Say which stack: ${names.join(", ")}`);
}

async function stacksAt(files: ReadFiles, folder: string, depth: number): Promise<readonly string[]> {
  if (await isStack(files, folder)) return [folder];
  if (depth === maxDepth) return [];
  const entries = await files.list(folder);
  const folders = entries.filter(({ kind, name }) => kind === "directory" && !skipped.test(name));
  const found = await Promise.all(folders.map(({ name }) => stacksAt(files, `${folder}/${name}`, depth + 1)));
  return found.flat();
}

async function isStack(files: ReadFiles, folder: string): Promise<boolean> {
  if ((await files.stat(`${folder}/.`))?.kind !== "directory") return false;
  return (await files.list(folder)).some(({ kind, name }) => kind === "file" && isStackFile(name));
}
