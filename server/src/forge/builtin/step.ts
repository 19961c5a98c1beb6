/** What every template gets and gives. */
import type { Action } from "../../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { EnvFacts } from "../../intake/facts.ts";
import type { Arguments } from "./arguments.ts";
import { isMap } from "./arguments.ts";

export interface Step {
  /** The action's id; the step's purpose in the bundle. */
  readonly id: string;
  readonly action: Action;
  readonly args: Arguments;
  readonly facts: EnvFacts;
}

/** A script, or why there is none. */
export type Script =
  | { readonly lang: "bash" | "node"; readonly content: string }
  | { readonly problem: Diagnostic };

export type Template = (step: Step) => Script;

/** For an action list that did not come from our own planner: the kinds table requires it, the action lacks it. */
export function missing(step: Step, argument: string): Script {
  return { problem: diagnostic("missing-attribute", `${step.id} has no argument "${argument}"`) };
}

/**
 * The lines that hand outputs on: of the values a template knows, those that the action owes, in the action's order.
 * Empty when it owes none.
 */
export function nodeOutputs(step: Step, values: Readonly<Record<string, string>>): string {
  const owed = Object.entries(step.action.provides ?? {});
  if (owed.length === 0) return "";
  const fields = owed.map(([name, variable]) => `  ${variable}: ${values[name] ?? '""'},`);
  return `output({\n${fields.join("\n")}\n});`;
}

/** The container engine that was found, or the problem that there is none. */
export function engineOf(step: Step): { name: string } | { problem: Diagnostic } {
  if (step.facts.engine) return { name: step.facts.engine.name };
  const hint = "Install docker or podman and start it, or run the program as a service with `command`.";
  return {
    problem: diagnostic(
      "engine-missing",
      `${step.id} needs a container engine, and neither docker nor podman answers`,
      { hint },
    ),
  };
}

/** Where the programs for administrators are; a step's PATH has none of them. */
export const administration = "/usr/local/sbin:/usr/sbin:/sbin";

/** The first lines of a bash script that talks to the engine. */
export function engineConstants(engine: string): string[] {
  return [`ENGINE=${engine}`, `PATH="$PATH:${administration}" # podman needs iptables`];
}

/** JavaScript for host, port and url of the first published port. `ports` is an expression for the list. */
export function publishedPort(step: Step): {
  constants: (readonly [string, string])[];
  values: Record<string, string>;
} {
  const ports = step.args.node("ports");
  if (ports === undefined) return { constants: [], values: { host: '"localhost"' } };
  const host = hostOf(step);
  return {
    constants: [["PORTS", ports]],
    values: {
      host: `"${host}"`,
      port: "PORTS[0].external",
      url: `\`http://${host}:\${PORTS[0].external}\``,
    },
  };
}

/** Ports bound to one address of the host are reached there and nowhere else. */
function hostOf(step: Step): string {
  const ports = step.args.known("ports");
  const first = Array.isArray(ports) ? ports[0] : undefined;
  const address = isMap(first) ? first["host_ip"] : undefined;
  // Anything but an address of one network card: every address, loopback, or text that is no address at all.
  if (typeof address !== "string" || !/^[0-9a-fA-F.:]+$/.test(address)) return "localhost";
  if (/^(0\.0\.0\.0|127\..*|::1?)$/.test(address)) return "localhost";
  return address.includes(":") ? `[${address}]` : address;
}
