import { type ActionList, actionId } from "../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { EnvFacts } from "../intake/facts.ts";
import { artifactVersion, readBuild } from "./artifacts.ts";
import type { Runtime } from "./bundle.ts";
import { commandArgv } from "./check/argv.ts";
import type { ScriptCheck } from "./check/scripts.ts";
import { knobEnvironment } from "./knobs.ts";
import type { RunnableCommand, RunnableStep } from "./run.ts";

/** Everything a run needs from build/, as it was read and checked. */
export interface Prepared {
  /** In the ActionList's order. */
  readonly steps: readonly RunnableStep[];
  /** sha256 of each step's artifacts by path, by step id. */
  readonly artifacts: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly facts: EnvFacts;
  /** sha256 of artifacts that are not simply the built-in compiler's. */
  readonly byHand: ReadonlySet<string>;
}

/**
 * Reads the actions' artifacts from build/, checks them again and puts the real command lines together. `scripts`: looks at
 * those that people wrote or edited; an agent's were looked at before they were written.
 */
export async function prepare(
  files: ReadFiles,
  buildDir: string,
  actions: ActionList,
  findFacts: (runtimes: ReadonlySet<Runtime>) => Promise<EnvFacts>,
  uid: number | undefined,
  scripts?: ScriptCheck,
): Promise<{ value?: Prepared; diagnostics: Diagnostic[] }> {
  const read = await readBuild(files, buildDir, actions, uid);
  const bundle = read.value;
  if (!bundle) return { diagnostics: read.diagnostics };
  const diagnostics = [...read.diagnostics];
  if (scripts)
    diagnostics.push(...(await scripts.problems(bundle.artifacts.filter(scripts.isByPerson(read)))));
  const facts = await findFacts(new Set(bundle.steps.map(({ command }) => command.runtime)));
  const commands = new Map<string, RunnableCommand[]>();
  for (const { purpose, command, vars } of bundle.steps) {
    const program = facts.runtimes[command.runtime];
    if (!program) {
      diagnostics.push(
        diagnostic("runtime-missing", `${purpose} needs ${command.runtime}, which is not installed`, {
          hint: `Install ${command.runtime}, or edit its artifact .clockwork/build/${command.script} to use another runtime.`,
        }),
      );
      continue;
    }
    const { argv, env } = commandArgv(command, {
      buildDir,
      runtime: program.path,
      script: `${buildDir}/${command.script}`,
    });
    const list = commands.get(purpose) ?? [];
    const knobs = read.knobs.get(purpose) ?? {};
    list.push({
      command,
      argv,
      env: { ...env, ...knobEnvironment(knobs) },
      vars: vars ?? {},
      sha256: read.hashes.get(command.script) ?? "",
    });
    commands.set(purpose, list);
  }
  if (diagnostics.some((d) => d.severity === "error")) return { diagnostics };
  const artifacts = new Map<string, Record<string, string>>();
  for (const { path, purpose } of bundle.artifacts) {
    const own = artifacts.get(purpose) ?? {};
    const hash = read.hashes.get(path) ?? "";
    own[path] = artifactVersion(hash, read.knobs.get(purpose), read.calls.get(purpose));
    artifacts.set(purpose, own);
  }
  const steps = actions.steps.map((action) => ({ action, commands: commands.get(actionId(action)) ?? [] }));
  return { value: { steps, artifacts, facts, byHand: read.byHand }, diagnostics };
}
