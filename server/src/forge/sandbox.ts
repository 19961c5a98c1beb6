/** What a step's sandbox lets it reach: its capabilities, in paths. */
import type { Action } from "../assembly/actions.ts";
import type { Host, Sandbox } from "../host/ports.ts";
import type { Json } from "../intake/value.ts";
import { repositoryFolder } from "../state/observe/repository-folder.ts";
import type { Capabilities } from "./capabilities.ts";
import { obeyed } from "./obeyed.ts";
import type { StepFolders } from "./run-folders.ts";

export interface Place {
  readonly stackDir: string;
  readonly folders: StepFolders;
}

/** False for a step that no sandbox would hold: it talks to the container engine, which is root here, or may write anywhere. */
export function isConfined({ engine, writes }: Capabilities): boolean {
  return !engine && writes !== "any";
}

/**
 * Undefined for a step that is not confined.
 *
 * @param env what the step gets: arguments may name run-time values
 */
export async function sandboxOf(
  host: Host,
  action: Action,
  can: Capabilities,
  env: Readonly<Record<string, string>>,
  { stackDir, folders }: Place,
): Promise<Sandbox | undefined> {
  if (!isConfined(can)) return undefined;
  const { network, git, home, writes } = can;
  const targets = targetsOf(action, can, env, stackDir);
  const writable: string[] = [];
  for (const target of targets) {
    const folder = await writableFor(host, stackDir, target, writes === "path");
    // What is to be made at the root of the disk is no small hole.
    if (folder === "/") return undefined;
    writable.push(folder);
  }
  return {
    network: network !== "none",
    home,
    readable: [stackDir, ...[action.args, env].flatMap(namedPaths), ...(git ? agents(host) : [])],
    writable: [...writable, folders.work, folders.home],
    protected: [`${stackDir}/.clockwork`, ...(await watched(host, can, targets, stackDir))],
    hidden: [],
    rights: asksForRights(action),
    serves: false,
  };
}

/** What others obey in the stack's folder, unless the step is there to make that folder, as one that clones into it. */
export async function watched(
  { files }: Host,
  { writes }: Capabilities,
  targets: readonly string[],
  stackDir: string,
): Promise<readonly string[]> {
  const makesIt = writes === "path" && targets.some((path) => isBelow(stackDir, path));
  return makesIt || writes === "any" ? [] : obeyed(files, stackDir, targets);
}

export const isBelow = (path: string, folder: string): boolean =>
  `${path}/`.startsWith(`${folder.replace(/\/+(\.?\/*)*$/, "")}/`);

/** What the step is there to write, as its kind or its arguments say; absolute. */
export function targetsOf(
  action: Action,
  { writes }: Capabilities,
  env: Readonly<Record<string, string>>,
  stackDir: string,
): readonly string[] {
  const named = typeof writes === "object" ? writes : writes === "path" ? pathOf(action, env) : [];
  return named.map((path) => absolute(stackDir, path));
}

/** The stack asks for a mode that lends the owner's or the group's rights to whoever runs the file. */
function asksForRights({ args: { mode } }: Action): boolean {
  return typeof mode === "string" && /^[2467][0-7]{3}$/.test(mode.replace(/^0(?=\d{4})/, ""));
}

/** The path that the step's arguments name, or the run-time value that they name; a repository has one of its own without. */
function pathOf({ args, name, id = name }: Action, env: Readonly<Record<string, string>>): readonly string[] {
  const isRepository = name === "fetch_repo" || name === "remove_repo";
  if (isRepository && args["path"] === undefined && args["pathVar"] === undefined)
    return [repositoryFolder(id, texts(args["url"])[0])];
  const variable = texts(args["pathVar"]).flatMap((name) => texts(env[name]));
  const written = texts(args["path"]).map((path) =>
    path.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? ""),
  );
  return [...written, ...variable];
}

/** Links that systems have of their own, beside those at the root of the disk. */
const systemLinks: ReadonlySet<string> = new Set(["/var/run", "/var/lock", "/var/tmp"]);

/**
 * The first link on the way to what a confined step writes. A step that could write there before may have put it in, to have
 * whatever it leads to opened the next time; what is at the root of the disk nobody but the system could. A file that is
 * replaced as a whole may be one.
 */
export async function linkOnTheWay(
  { files }: Pick<Host, "files">,
  { writes }: Capabilities,
  targets: readonly string[],
  stackDir: string,
): Promise<string | undefined> {
  for (const target of targets) {
    const inStack = isBelow(target, stackDir);
    const from = inStack ? stackDir : "";
    const names = target.slice(from.length + 1).split("/");
    const ways = names.map((_, i) => `${from}/${names.slice(0, i + 1).join("/")}`);
    const looked = ways.slice(inStack ? 0 : 1, writes === "path" ? -1 : undefined);
    for (const way of looked) {
      if ((await files.stat(way))?.kind === "symlink" && !systemLinks.has(way)) return way;
    }
  }
  return undefined;
}

/** Absolute, without `.`, `..` and empty parts; by the letter, as the way is looked at link by link. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The folder in which something is made or replaced, or the nearest one around it that is there. */
async function writableFor(
  { files }: Host,
  stackDir: string,
  path: string,
  isReplaced: boolean,
): Promise<string> {
  const there = isReplaced ? undefined : await files.stat(path);
  if (there) return path;
  let folder = parentOf(path);
  // Our own folder is no place to be opened as a whole.
  if (folder.startsWith(`${stackDir}/.clockwork/`)) await files.makeDirectory(folder);
  while (folder !== "/" && (await files.stat(folder)) === undefined) folder = parentOf(folder);
  return folder;
}

/** What the arguments name is there to be read: a repository beside the stack, a file to be copied. */
function namedPaths(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namedPaths);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(namedPaths);
  if (typeof value !== "string") return [];
  const path = value.replace(/^file:\/\//, "");
  return path.startsWith("/") && path.length > 1 && !path.includes("\n") ? [path] : [];
}

/** The socket through which git signs in with the user's keys. */
function agents({ environment: { variables } }: Host): readonly string[] {
  return texts(variables["SSH_AUTH_SOCK"]);
}

const texts = (value: Json | undefined): readonly string[] =>
  typeof value === "string" && value !== "" ? [value] : [];

const absolute = (stackDir: string, path: string): string =>
  normalized(path.startsWith("/") ? path : `${stackDir}/${path}`);

const parentOf = (path: string): string =>
  path.replace(/\/+$/, "").slice(0, path.replace(/\/+$/, "").lastIndexOf("/")) || "/";
