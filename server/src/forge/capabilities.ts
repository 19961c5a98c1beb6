/**
 * What each step may do, by the name of the step and never by what a bundle says: the core-owned table of SAFETY.md,
 * section 4. A step's environment is built from nothing; a capability adds the few variables of the user's own that its
 * programs cannot work without.
 */
import type { Action } from "../assembly/actions.ts";
import type { Environment } from "../host/ports.ts";
import { engineVariables, type Need } from "../intake/discover.ts";
import type { EnvFacts } from "../intake/facts.ts";
import type { Json } from "../intake/value.ts";

export interface Capabilities {
  /** `loopback`: this machine; `remote`: what the step's arguments name; `any`: whatever the command asks for. */
  readonly network: "none" | "loopback" | "remote" | "any";
  /** The container engine, which is root-equivalent on the host. */
  readonly engine: boolean;
  readonly git: boolean;
  /** Where it writes, beside its own temporary folder: the path its arguments name, or anything (a person's command). */
  readonly writes: "nothing" | "path" | "any";
}

const nothing: Capabilities = { network: "none", engine: false, git: false, writes: "nothing" };
const writesPath: Capabilities = { ...nothing, writes: "path" };
const engine: Capabilities = { ...nothing, engine: true };
/** Images are fetched where they are missing. */
const pulls: Capabilities = { ...engine, network: "remote" };
const command: Capabilities = { ...nothing, network: "any", writes: "any" };

const table: ReadonlyMap<string, Capabilities> = new Map([
  ["fetch_repo", { ...writesPath, network: "remote", git: true }],
  ["remove_repo", { ...writesPath, git: true }],
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

/** A step of no built-in kind may do nothing but compute. */
export function capabilities(action: Action): Capabilities {
  if (action.name === "ensure_service") return isContainer(action) ? pulls : nothing;
  if (action.name === "remove_service") return isContainer(action) ? engine : nothing;
  return table.get(action.name) ?? nothing;
}

function isContainer(action: Action): boolean {
  return "image" in action.args || "imageVar" in action.args;
}

export function usesEngine(action: Action): boolean {
  return capabilities(action).engine;
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
export function grants(action: Action, environment: Environment): Record<string, string> {
  const { engine: hasEngine, git } = capabilities(action);
  const names = [...(hasEngine ? engineVariables : []), ...(git ? gitVariables : [])];
  const granted: Record<string, string> = {};
  for (const name of names) {
    const value = environment.variables[name];
    if (value !== undefined && value !== "") granted[name] = value;
  }
  return granted;
}

/** What has to be known of the machine before these steps can be compiled and run by the built-in templates. */
export function factsNeeded(actions: readonly Action[]): ReadonlySet<Need> {
  const need = new Set<Need>(["node"]);
  for (const action of actions) {
    if (readsEngine(action)) need.add("engine");
    if (capabilities(action).git) need.add("git");
    if (runsBash(action)) need.add("bash");
  }
  return need;
}

/** The facts that decide what the built-in template of a step makes. Never a path, so that a plan can be made elsewhere. */
export function factsUsed(action: Action, facts: EnvFacts): { readonly [name: string]: Json } {
  return readsEngine(action) ? { engine: facts.engine?.name ?? null } : {};
}

/** A check asks whichever engine is there when it runs. */
function readsEngine(action: Action): boolean {
  return usesEngine(action) && action.name !== "verify_service";
}

function runsBash(action: Action): boolean {
  const { engine: hasEngine, git } = capabilities(action);
  if (action.name === "run_task" || action.name === "run_task_destroy" || git) return true;
  return hasEngine && action.name !== "ensure_service" && action.name !== "verify_service";
}
