/**
 * The sandbox of a process service: one of its own, which outlives the step that described it. A person wrote its command, so
 * it gets what servers need, the machine's network and the stack's folder among it; but whoever breaks into it finds no keys,
 * no other processes, and nothing to change that anybody else runs.
 */
import type { Action } from "../assembly/actions.ts";
import type { Host } from "../host/ports.ts";
import { obeyed } from "./obeyed.ts";
import { cachePaths, privatePaths } from "./private-paths.ts";
import type { RunContext } from "./run-types.ts";
import { commandOf, workdirOf, writesOf } from "./service-arguments.ts";
import type { SupervisorSpec } from "./supervisor/spec.ts";

/** What a service that may change it changes everything with. */
const wholeDisk = "/";

export function isServiceConfined(writes: readonly string[]): boolean {
  return !writes.some((path) => /^\/[/.]*$/.test(path));
}

/** What the stack asks for; a change of it starts the service anew. */
export function asksFor(action: Action, env: Readonly<Record<string, string>>): readonly string[] {
  return [workdirOf(action, env) ?? ".", ...writesOf(action, env)];
}

/**
 * Undefined where the machine has none, or the service may change anything.
 *
 * @param values the step's environment, with the run-time values that arguments name
 * @param its the environment that the service gets, and where the step's artifact has it work
 */
export async function serviceSandbox(
  host: Host,
  { stackDir }: Pick<RunContext, "stackDir">,
  action: Action,
  values: Readonly<Record<string, string>>,
  its: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
): Promise<SupervisorSpec["sandbox"]> {
  const { driver } = await host.jobs.sandbox();
  const writes = writesOf(action, values);
  if (driver === "none" || !isServiceConfined(writes) || stackDir === wholeDisk) return undefined;
  const { environment, files } = host;
  const inStack = (path: string): string => (path.startsWith("/") ? path : `${stackDir}/${path}`);
  // Of the plan: where an artifact has it work opens nothing.
  const workdir = workdirOf(action, values);
  const home = environment.variables["HOME"] ?? "";
  const works = workdir === undefined || contains(inStack(workdir), home) ? [] : [inStack(workdir)];
  // Each by itself: the folder of one that may be renamed could be replaced by another, with another `.git`.
  const repositories = await foldersIn(host, `${stackDir}/.clockwork/repos`);
  const folders = [stackDir, ...works, ...repositories];
  const guarded = await Promise.all(folders.map((folder) => obeyed(files, folder, writes.map(inStack))));
  await ownCacheIsThere(host);
  return {
    driver,
    network: true,
    home: true,
    readable: [
      ...[stackDir, its.cwd, ...installations(its.env["PATH"] ?? "")],
      ...[...(commandOf(action, values) ?? []), ...Object.values(its.env)].flatMap(namedPaths),
    ],
    writable: [stackDir, ...repositories, ...works, ...cachePaths(environment), ...writes.map(inStack)],
    protected: guarded.flat(),
    hidden: [`${stackDir}/.clockwork`, ...privatePaths(environment)],
    rights: false,
    serves: true,
  };
}

/** What the system says to a program that meets a wall of it, and where the door is. */
export function refusedBy(said: string): string {
  return /read-only file system|\bEROFS\b|errno 30\b/i.test(said)
    ? 'Its sandbox lets it change the stack\'s folder and its workdir; other folders stand in its writes = ["…"]. '
    : "";
}

/** It would be made by the service, with code that we run, where it was not there before. */
async function ownCacheIsThere({ environment: { variables }, files }: Host): Promise<void> {
  const cache = `${variables["HOME"] ?? ""}/.cache`;
  if (cache.startsWith("/") && (await files.stat(cache))?.kind === "directory")
    await files.makeDirectory(`${cache}/clockwork`, 0o700);
}

async function foldersIn({ files }: Host, path: string): Promise<readonly string[]> {
  if ((await files.stat(path))?.kind !== "directory") return [];
  return (await files.list(path))
    .filter(({ kind }) => kind === "directory")
    .map(({ name }) => `${path}/${name}`);
}

/** Programs that a user has put somewhere, with what came with them: the folders around their `bin`. */
const installations = (searchPath: string): readonly string[] =>
  searchPath
    .split(":")
    .filter((path) => path.startsWith("/"))
    .map((path) => path.replace(/\/bin\/*$/, "") || path);

/** `/srv/app/data`, `--data=/srv/app/data`, `file:///srv/app/data`: what is named is there to be read. */
function namedPaths(text: string): readonly string[] {
  const named = [...text.matchAll(/(?:^|[=,:])(?:\/\/)?(\/[^\s:,;]+)/g)].flatMap(([, path]) => path ?? []);
  return named.filter((path) => !ownFolders.has(path.replace(/\/+$/, "")));
}

/** It has these for itself: `-k /tmp` is no wish to see everybody's. */
const ownFolders: ReadonlySet<string> = new Set(["/tmp", "/var/tmp", "/run", "/var/run", "/dev/shm"]);

const contains = (folder: string, path: string): boolean =>
  `${path}/`.startsWith(`${folder.replace(/\/+(\.?\/*)*$/, "")}/`);
