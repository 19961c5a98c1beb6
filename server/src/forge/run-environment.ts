import { type Action, actionId } from "../assembly/actions.ts";
import type { Environment, JobSpec } from "../host/ports.ts";
import type { StepFolders } from "./run-folders.ts";
import type { Added, RunContext, RunnableCommand } from "./run-types.ts";

/** Where programs are looked for. Built from nothing: a PATH handed down could put anything before the real tools. */
const systemPath = ["/usr/local/bin", "/usr/bin", "/bin"];

export interface StepFiles {
  /** CLOCKWORK_OUTPUT. */
  readonly output: string;
  /** CLOCKWORK_SERVICE, for a step that describes a process service. */
  readonly service?: string;
}

/**
 * What every command of a step sees, and nothing else. Values of the stack come first, so that none of them can stand in
 * for what the core sets.
 *
 * @param added what the core evaluated right before the step
 */
export function stepEnvironment(
  action: Action,
  commands: readonly RunnableCommand[],
  context: RunContext,
  folders: StepFolders,
  files: StepFiles,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...usedValues(action, context),
    ...added,
    PATH: searchPath(commands.map(({ argv }) => argv[0] ?? "")),
    HOME: folders.home,
    TMPDIR: folders.temporary,
    LANG: "C.UTF-8",
    ...context.grants(action),
    CLOCKWORK_OUTPUT: files.output,
    CLOCKWORK_STEP: actionId(action),
    CLOCKWORK_BUILD_DIR: context.buildDir,
    CLOCKWORK_STACK_DIR: context.stackDir,
    CLOCKWORK_LINEAGE: context.lineage,
    CLOCKWORK_RUN_ID: context.runId,
    ...(files.service !== undefined && { CLOCKWORK_SERVICE: files.service }),
  };
}

/** What one command gets: the step's own environment with what its runtime needs, and what is handed over in files. */
export function commandEnvironment(
  command: RunnableCommand,
  step: Readonly<Record<string, string>>,
  inFiles: readonly string[],
  environment: Environment,
): Required<Pick<JobSpec, "env" | "secrets">> {
  // The editor's Electron starts its own window unless it is told to be a Node.
  const asNode = environment.electron && command.argv[0] === environment.nodePath;
  const all = { ...command.vars, ...step, ...command.env, ...(asNode && { ELECTRON_RUN_AS_NODE: "1" }) };
  const env: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) (inFiles.includes(name) ? secrets : env)[name] = value;
  return { env, secrets };
}

/** Names in `uses` that nothing gives a value to. */
export function missingValues(
  action: Action,
  context: RunContext,
  added: Readonly<Record<string, string>>,
): readonly string[] {
  return (action.uses ?? []).filter((name) => !context.values.has(name) && !Object.hasOwn(added, name));
}

/** The texts in the step's environment that must stand in no log. */
export function secretsOf(action: Action, context: RunContext, added: Added): readonly string[] {
  const named = (action.secrets ?? []).flatMap((name) => added.env[name] ?? context.values.get(name) ?? []);
  return [...new Set([...named, ...(added.secrets ?? [])])];
}

/** The system's folders, then those of the given programs. */
export function searchPath(programs: readonly string[], further: readonly string[] = []): string {
  const folders = programs.map((path) => path.slice(0, path.lastIndexOf("/"))).filter((path) => path !== "");
  return [...new Set([...systemPath, ...folders, ...further])].join(":");
}

function usedValues(action: Action, context: RunContext): Record<string, string> {
  const used: Record<string, string> = {};
  for (const name of action.uses ?? []) {
    const value = context.values.get(name);
    if (value !== undefined) used[name] = value;
  }
  return used;
}
