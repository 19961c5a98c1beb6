/**
 * What each step may do, by the name of the step and never by what a bundle says: the core-owned table of SAFETY.md,
 * section 4. A step's environment is built from nothing; a capability adds the few variables of the user's own that its
 * programs cannot work without.
 */
import type { Action } from "../assembly/actions.ts";
import type { Environment } from "../host/ports.ts";
import { engineVariables, type Need } from "../intake/discover.ts";
import type { EnvFacts } from "../intake/facts.ts";
import type { OwnCapabilities, OwnStep } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";
import { languages } from "./check/languages.ts";
import { stringList } from "./service-arguments.ts";

export interface Capabilities {
  /** `loopback`: this machine; `remote`: what the step's arguments name; `any`: whatever the command asks for. */
  readonly network: "none" | "loopback" | "remote" | "any";
  /** The container engine, which is root-equivalent on the host. */
  readonly engine: boolean;
  readonly git: boolean;
  /** It sees the user's home: git's settings and keys, or what the author of a script keeps there. */
  readonly home: boolean;
  /** Where it writes, beside its own temporary folder: the path its arguments name, anything (a person's command), or the paths that its kind declares. */
  readonly writes: "nothing" | "path" | "any" | readonly string[];
  /** How it gets what is sensitive. */
  readonly secrets: OwnCapabilities["secrets"];
  /**
   * When it has ended, the core starts a command of the stack and keeps it running, in a sandbox of its own; the step itself
   * may not. It has the network and may change the stack's folder, its workdir and these.
   */
  readonly service: false | { readonly writes: readonly string[] };
}

/** What the steps of the stack's own kinds run and may do; undefined for those of built-in ones. */
export type OwnSteps = (action: Action) => OwnStep | undefined;
export const noOwnSteps: OwnSteps = () => undefined;

const nothing: Capabilities = {
  network: "none",
  engine: false,
  git: false,
  home: false,
  writes: "nothing",
  secrets: "file",
  service: false,
};
const writesPath: Capabilities = { ...nothing, writes: "path" };
const engine: Capabilities = { ...nothing, engine: true };
/** Images are fetched where they are missing. */
const pulls: Capabilities = { ...engine, network: "remote" };
const command: Capabilities = { ...nothing, network: "any", home: true, writes: "any" };

const table: ReadonlyMap<string, Capabilities> = new Map([
  ["fetch_repo", { ...writesPath, network: "remote", git: true, home: true }],
  ["remove_repo", { ...writesPath, git: true, home: true }],
  ["build_image", pulls],
  ["remove_image", engine],
  ["ensure_network", engine],
  ["remove_network", engine],
  ["ensure_volume", engine],
  ["remove_volume", engine],
  ["ensure_file", writesPath],
  ["remove_file", writesPath],
  ["ensure_directory", writesPath],
  ["remove_directory", writesPath],
  ["run_task", command],
  ["run_task_destroy", command],
  ["verify_http", { ...nothing, network: "remote" }],
  ["verify_tcp", { ...nothing, network: "remote" }],
  ["verify_command", command],
  ["verify_file", nothing],
  // The service may be a container.
  ["verify_service", engine],
]);

/** A step of no built-in kind may do what the stack declares for it, by default nothing but compute. */
export function capabilities(action: Action, own?: OwnStep): Capabilities {
  if (own) {
    const { network, engine: hasEngine, writes, secrets } = own.capabilities;
    return { ...nothing, network, engine: hasEngine, home: own.script !== undefined, writes, secrets };
  }
  if (action.name === "ensure_service") return isContainer(action) ? pulls : describesService(action);
  if (action.name === "remove_service") return isContainer(action) ? engine : nothing;
  return table.get(action.name) ?? nothing;
}

function describesService({ args: { writes, writesVar } }: Action): Capabilities {
  const atRunTime = typeof writesVar === "string" ? [`\${${writesVar}}`] : [];
  return { ...nothing, service: { writes: stringList(writes) ?? atRunTime } };
}

function isContainer(action: Action): boolean {
  return "image" in action.args || "imageVar" in action.args;
}

export function usesEngine(action: Action, own?: OwnStep): boolean {
  return capabilities(action, own).engine;
}

/** What git needs to reach a repository as the user would: their settings and credentials, and their proxy. */
const gitVariables = [
  "HOME",
  "SSH_AUTH_SOCK",
  "XDG_CONFIG_HOME",
  "http_proxy",
  "https_proxy",
  "HTTPS_PROXY",
  "no_proxy",
  "NO_PROXY",
] as const;

/** Variables of the user's environment that the step's capabilities let through. */
export function grants(action: Action, environment: Environment, own?: OwnStep): Record<string, string> {
  const { engine: hasEngine, git } = capabilities(action, own);
  const names = [...(hasEngine ? engineVariables : []), ...(git ? gitVariables : [])];
  const granted: Record<string, string> = {};
  for (const name of names) {
    const value = environment.variables[name];
    if (value !== undefined && value !== "") granted[name] = value;
  }
  return granted;
}

/** What has to be known of the machine before these steps can be compiled and run by the built-in templates. */
export function factsNeeded(actions: readonly Action[], ownSteps: OwnSteps = noOwnSteps): ReadonlySet<Need> {
  const need = new Set<Need>(["node"]);
  for (const action of actions) {
    const own = ownSteps(action);
    if (own?.script) need.add(languages[own.script.lang].runtime);
    if (readsEngine(action, own)) need.add("engine");
    if (capabilities(action, own).git) need.add("git");
    if (!own && runsBash(action)) need.add("bash");
  }
  return need;
}

/** The facts that decide what the built-in template of a step makes. Never a path, so that a plan can be made elsewhere. */
export function factsUsed(action: Action, facts: EnvFacts, own?: OwnStep): { readonly [name: string]: Json } {
  return readsEngine(action, own) ? { engine: facts.engine?.name ?? null } : {};
}

/** A check asks whichever engine is there when it runs. */
function readsEngine(action: Action, own?: OwnStep): boolean {
  return usesEngine(action, own) && action.name !== "verify_service";
}

function runsBash(action: Action): boolean {
  const { engine: hasEngine, git } = capabilities(action);
  if (action.name === "run_task" || action.name === "run_task_destroy" || git) return true;
  return hasEngine && action.name !== "ensure_service" && action.name !== "verify_service";
}
