/** What a sandbox shows of the disk, as the mounts that make it so: outer folders first, each inner one changing what it covers. */
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { codeOf } from "./node-error.ts";
import type { Confined } from "./node-sandbox-driver.ts";
import type { Sandbox } from "./ports.ts";

/** Where other programs wait for connections, keep what they hand each other, and where people keep what is theirs. */
const hiddenFolders = ["/tmp", "/var/tmp", "/run", "/home", "/root"];

/** Of two with the same path the later in this order is what the job sees. */
const kinds = ["hide", "read", "write", "protect"] as const;

export interface Layer {
  /** Absolute. */
  readonly path: string;
  readonly kind: (typeof kinds)[number];
  /** Where it lies in what is hidden, the folders on the way to it: they are not there. */
  readonly way: readonly string[];
}

type Wanted = Omit<Layer, "way">;

/** Around them everything is there to be read. */
export function layersOf({ argv, cwd, sandbox }: Confined): readonly Layer[] {
  const seen = [
    ...(sandbox.home ? [homedir()] : []),
    ...sandbox.readable,
    cwd,
    ...programsIn(argv),
    ...nameServers(),
  ];
  const asNamed: readonly Wanted[] = [
    ...[...hiddenBy(sandbox), ...sandbox.hidden].map((path): Wanted => ({ path, kind: "hide" })),
    ...seen.map((path): Wanted => ({ path, kind: "read" })),
    ...sandbox.writable.map((path): Wanted => ({ path, kind: "write" })),
    ...sandbox.protected.map((path): Wanted => ({ path, kind: "protect" })),
  ];
  const led = asNamed.filter((layer) => !isReplaceable(layer, asNamed));
  return reduced(
    led.flatMap(({ path, kind }) => [
      ...(kind === "read" ? [{ path, kind }] : []),
      { path: real(path), kind },
    ]),
  );
}

/**
 * What lies in what a job may write, it may have replaced by a link when it ran before, and following that would open whatever
 * it leads to. There it needs no layer of its own.
 */
function isReplaceable({ path, kind }: Wanted, all: readonly Wanted[]): boolean {
  if (kind !== "read" && kind !== "write") return false;
  const around = all
    .filter((other) => other.path.length < path.length && isIn(path, other.path))
    .sort(byPlace)
    .at(-1);
  return around?.kind === "write";
}

/** Without those that change nothing. A folder comes before what lies in it. */
export function reduced(wanted: readonly Wanted[]): readonly Layer[] {
  const placed: Layer[] = [];
  for (const layer of [...wanted].sort(byPlace)) {
    const around = placed.findLast(({ path }) => isIn(layer.path, path));
    if (!changes(layer.kind, around?.kind)) continue;
    placed.push({ ...layer, way: around?.kind === "hide" ? between(around.path, layer.path) : [] });
  }
  return placed;
}

const byPlace = (a: Wanted, b: Wanted): number =>
  a.path.length - b.path.length || kinds.indexOf(a.kind) - kinds.indexOf(b.kind);

/** `/a` and `/a/b/c/d` have `/a/b` and `/a/b/c` between them. */
function between(folder: string, path: string): readonly string[] {
  const names = path.slice(folder.length + 1).split("/");
  return names.slice(0, -1).map((_, i) => `${folder}/${names.slice(0, i + 1).join("/")}`);
}

/** Whether it is another sight than what is around it gives; undefined: the disk, to be read. */
function changes(kind: Layer["kind"], around: Layer["kind"] | undefined): boolean {
  if (kind === "read") return around === "hide";
  return kind === "protect" ? around === "write" : around !== kind;
}

/** Homes among it, but for the user's own where it is granted: that is shown again. */
function hiddenBy({ home }: Sandbox): readonly string[] {
  const folders = [...hiddenFolders, ...(home ? [] : [homedir()])].map(real);
  return folders.filter((path) => path !== "/" && existsSync(path));
}

/** A program that a user installed in their home, with all that came with it: the folder around its `bin`. */
function programsIn(argv: readonly string[]): readonly string[] {
  const program = argv.slice(0, 1).filter((path) => path.startsWith("/"));
  return program.flatMap((path) => [path, real(path)].map(installation));
}

function installation(program: string): string {
  const folder = dirname(program);
  return basename(folder) === "bin" ? dirname(folder) : folder;
}

/** Often a link to where a daemon keeps it, in /run. */
function nameServers(): readonly string[] {
  return ["/etc/resolv.conf"].map(real);
}

/** What it leads to; itself where it leads to nothing. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return resolve(path);
  }
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
