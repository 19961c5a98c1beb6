/**
 * What of `.clockwork/` came from elsewhere. A repository can bring a state, whose remembered scripts run, and a build/ whose
 * scripts do anything while the plan looks innocent; so before anything of it runs a person says yes, once. Nobody is asked
 * about a state that was begun here, nor about a build/ in a folder where Clockwork has run before, whose scripts are what the
 * built-in compiler writes for this plan, or have run in another folder of this user.
 */
import type { Action, ActionList } from "../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { readBuild } from "../forge/artifacts.ts";
import { compileBuiltin } from "../forge/builtin/compile.ts";
import type { OwnSteps } from "../forge/capabilities.ts";
import { commandWords, readManifest } from "../forge/manifest.ts";
import type { Host } from "../host/ports.ts";
import type { EnvFacts } from "../intake/facts.ts";
import { readKnown, remember } from "../state/known.ts";
import type { State } from "../state/state.ts";

/** What a person is asked about. */
export type Foreign =
  | { readonly kind: "state"; readonly lineage: string; readonly resources: number }
  /** `paths`: below build/, of those that differ. */
  | { readonly kind: "scripts"; readonly paths: readonly string[] };

/** A stack on this machine. */
export interface Adopting {
  readonly host: Host;
  readonly stackDir: string;
  /** Whether that may be acted upon. */
  readonly adopt: (foreign: Foreign) => Promise<boolean>;
}

/** Why a state must not be acted upon; a person may have been asked. */
export async function strangeState(ws: Adopting, state: State | undefined): Promise<Diagnostic | undefined> {
  if (!state) return undefined;
  const known = await readKnown(ws.host);
  if (!known || known.lineages.has(state.lineage)) return undefined;
  const foreign: Foreign = {
    kind: "state",
    lineage: state.lineage,
    resources: Object.keys(state.resources).length,
  };
  if (!(await ws.adopt(foreign))) return notAdopted(foreign);
  await remember(ws.host, { lineages: [state.lineage] });
  return undefined;
}

/** Before the first build in a folder: what comes into build/ from now on was put there by this user. */
export async function beginBuild(ws: Adopting, buildDir: string): Promise<void> {
  const { value } = await readManifest(ws.host.files, buildDir);
  if (value && Object.keys(value.artifacts).length === 0) await remember(ws.host, { stacks: [ws.stackDir] });
}

export interface Scripts {
  readonly buildDir: string;
  readonly steps: readonly Action[];
  readonly ownSteps: OwnSteps;
  readonly state: State | undefined;
  readonly facts: () => Promise<EnvFacts>;
}

/** Why the scripts in build/ must not run; a person may have been asked. */
export async function strangeScripts(ws: Adopting, scripts: Scripts): Promise<Diagnostic | undefined> {
  const known = await readKnown(ws.host);
  const isOurs = scripts.state !== undefined && known?.lineages.has(scripts.state.lineage);
  if (!known || known.stacks.has(ws.stackDir) || isOurs) return undefined;
  const differing = await differingScripts(ws, scripts);
  const foreign: Foreign = {
    kind: "scripts",
    paths: [...differing].filter(([, sha256]) => !known.scripts.has(sha256)).map(([path]) => path),
  };
  if (foreign.paths.length > 0 && !(await ws.adopt(foreign))) return notAdopted(foreign);
  await remember(ws.host, {
    stacks: [ws.stackDir],
    scripts: [...differing.values()].filter((sha256) => sha256 !== ""),
  });
  return undefined;
}

/** Hashes of those that are not what the built-in compiler writes for these steps, by path. */
async function differingScripts(
  { host }: Adopting,
  { buildDir, steps, ownSteps, facts }: Scripts,
): Promise<ReadonlyMap<string, string>> {
  const actions: ActionList = { version: "1", steps: [...steps] };
  const { value, hashes } = await readBuild(host.files, buildDir, actions, host.environment.uid);
  // What does not pass the check does not run.
  if (!value) return new Map();
  const compiled = compileBuiltin(steps, await facts(), ownSteps).value;
  const texts = new Map(compiled.artifacts.map(({ path, content }) => [path, content]));
  const commands = new Set(compiled.steps.map(({ run }) => JSON.stringify(run.cmd)));
  // A good script can be given arguments and variables that make it another one.
  const called = value.steps.filter(
    ({ command, vars = value.vars }) =>
      !commands.has(JSON.stringify(commandWords(command))) || Object.keys(vars).length > 0,
  );
  const differing = value.artifacts.filter(({ path, content }) => texts.get(path) !== content);
  return new Map([
    ...differing.map(({ path }) => [path, hashes.get(path) ?? ""] as const),
    // That a script has run before says nothing of these.
    ...called.map(({ command }) => [command.script, ""] as const),
  ]);
}

function notAdopted(foreign: Foreign): Diagnostic {
  return diagnostic("not-adopted", `${described(foreign)}, and nobody has adopted it`, {
    hint: 'See where it comes from and what it does. Then run the command in a terminal, where it asks, or "clockwork adopt".',
  });
}

/** The beginning of a sentence. */
export function described(foreign: Foreign): string {
  if (foreign.kind === "state") {
    const things = foreign.resources === 1 ? "1 resource" : `${foreign.resources} resources`;
    return `The state in .clockwork/ (${things}, lineage ${foreign.lineage}) was not begun by you on this machine`;
  }
  const [first] = foreign.paths;
  const which =
    foreign.paths.length === 1
      ? `.clockwork/build/${first} is not what the built-in compiler writes`
      : `${foreign.paths.length} scripts in .clockwork/build/, such as ${first}, are not what the built-in compiler writes`;
  return `${which}, came from elsewhere`;
}
