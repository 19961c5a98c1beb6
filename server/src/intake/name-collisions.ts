import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { parseAddress } from "./address.ts";
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
  readonly output: string;
  /** Of the environment variable. */
  readonly name: string;
}

/** Two run-time values of one environment name, or one with a name that is taken, cannot both reach a step. */
export class NameCollisions {
  readonly #carried = new WeakMap<ResourceIr, readonly Carried[]>();

  check(kinds: Kinds, resources: readonly ResourceIr[], report: Report): void {
    const owners = new Map<string, { readonly resource: ResourceIr; readonly output: string }>();
    for (const resource of resources) {
      for (const { output, name } of this.#carriedBy(resource, kinds)) {
        const first = owners.get(name);
        const wrong = problemWith(name, resource, output);
        if (wrong) report(wrong);
        else if (first) report(collision(name, resource, output, first));
        else owners.set(name, { resource, output });
      }
    }
  }

  #carriedBy(resource: ResourceIr, kinds: Kinds): readonly Carried[] {
    const known = this.#carried.get(resource);
    if (known) return known;
    const kind = kinds.resources.get(resource.kind);
    const carried = kind
      ? outputsOf(resource, kind).map(({ name: output }) => ({
          output,
          name: runtimeName(resource.address, kind, output),
        }))
      : [];
    this.#carried.set(resource, carried);
    return carried;
  }
}

function problemWith(name: string, { address, span }: ResourceIr, output: string): Diagnostic | undefined {
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
  { address, span }: ResourceIr,
  output: string,
  first: { readonly resource: ResourceIr; readonly output: string },
): Diagnostic {
  const other = `${first.resource.address}.${first.output}`;
  return diagnostic("name-collision", `${address}.${output} and ${other} would both be carried as ${name}`, {
    span,
    related: [{ span: first.resource.span, message: `${other} is made here` }],
    hint: "Rename one of the two.",
  });
}
