import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { compareAddresses, parseAddress } from "./address.ts";
import { difference } from "./difference.ts";
import type { ResourceIr } from "./ir.ts";
import { isThere } from "./resolve.ts";
import { longestName, runtimeName } from "./runtime-names.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { KindSchema, OutputSchema } from "./schema/schema.ts";
import { isHijackingName } from "./schema/vars.ts";
import type { Report } from "./scope.ts";

/** The outputs that a resource has, given what it sets. */
export function outputsOf(resource: ResourceIr, kind: KindSchema): readonly OutputSchema[] {
  return kind.outputs.filter((o) => o.needs === undefined || isThere(resource.attributes.get(o.needs)));
}

interface Carried {
  readonly resource: ResourceIr;
  readonly output: string;
}

/** Two run-time values of one environment name, or one with a name that is taken, cannot both reach a step. */
export class NameCollisions {
  #resources: readonly ResourceIr[] = [];
  /** By the name of the environment variable. */
  readonly #carried = new Map<string, readonly Carried[]>();
  /** The names with which something may be wrong: hardly ever any. */
  readonly #doubtful = new Set<string>();

  /** `resources` in order of their addresses; those that were there before are the same objects. */
  check(kinds: Kinds, resources: readonly ResourceIr[], report: Report): void {
    const { gone, come } = difference(this.#resources, resources);
    this.#resources = resources;
    for (const resource of gone)
      for (const [name] of carriedBy(resource, kinds))
        this.#set(
          name,
          this.#of(name).filter((c) => c.resource !== resource),
        );
    for (const resource of come)
      for (const [name, carried] of carriedBy(resource, kinds)) this.#set(name, [...this.#of(name), carried]);
    for (const name of this.#doubtful) checkName(name, this.#of(name), report);
  }

  #of(name: string): readonly Carried[] {
    return this.#carried.get(name) ?? [];
  }

  #set(name: string, carried: readonly Carried[]): void {
    const [one] = carried;
    if (one) this.#carried.set(name, carried);
    else this.#carried.delete(name);
    if (one && (carried.length > 1 || problemWith(name, one))) this.#doubtful.add(name);
    else this.#doubtful.delete(name);
  }
}

function carriedBy(resource: ResourceIr, kinds: Kinds): readonly (readonly [string, Carried])[] {
  const kind = kinds.resources.get(resource.kind);
  if (!kind) return [];
  return outputsOf(resource, kind).map(({ name: output }) => [
    runtimeName(resource.address, kind, output),
    { resource, output },
  ]);
}

function checkName(name: string, carried: readonly Carried[], report: Report): void {
  const [first, ...others] = [...carried].sort((a, b) =>
    compareAddresses(a.resource.address, b.resource.address),
  );
  if (!first) return;
  // Whether a name is none does not depend on who has it.
  for (const one of [first, ...others]) {
    const problem = problemWith(name, one) ?? (one === first ? undefined : collision(name, one, first));
    if (problem) report(problem);
  }
}

function problemWith(name: string, { resource: { address, span }, output }: Carried): Diagnostic | undefined {
  const what = `${address}.${output}`;
  if (name.length > longestName) {
    return diagnostic("name-collision", `${what} would be carried as a name of ${name.length} characters`, {
      span,
      hint: `At most ${longestName} can be told apart: give the ${parseAddress(address).kind} a shorter name.`,
    });
  }
  if (!isHijackingName(name)) return undefined;
  const message = `${what} would be carried as ${name}, a name that programs give a meaning of their own`;
  return diagnostic("name-collision", message, { span, hint: `Rename the ${parseAddress(address).kind}.` });
}

function collision(
  name: string,
  { resource: { address, span }, output }: Carried,
  first: Carried,
): Diagnostic {
  const other = `${first.resource.address}.${first.output}`;
  return diagnostic("name-collision", `${address}.${output} and ${other} would both be carried as ${name}`, {
    span,
    related: [{ span: first.resource.span, message: `${other} is made here` }],
    hint: "Rename one of the two.",
  });
}
