import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
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

/** Two run-time values of one environment name, or one with a name that is taken, cannot both reach a step. */
export function checkNames(kinds: Kinds, resources: readonly ResourceIr[], report: Report): void {
  const owners = new Map<string, { readonly what: string; readonly span: Span }>();
  for (const resource of resources) {
    const kind = kinds.resources.get(resource.kind);
    for (const output of kind ? outputsOf(resource, kind) : []) {
      const name = kind ? runtimeName(resource.address, kind, output.name) : "";
      const what = `${resource.address}.${output.name}`;
      const first = owners.get(name);
      if (name.length > longestName) {
        report(
          diagnostic("name-collision", `${what} would be carried as a name of ${name.length} characters`, {
            span: resource.span,
            hint: `At most ${longestName} can be told apart: give the ${parseAddress(resource.address).kind} a shorter name.`,
          }),
        );
      } else if (isHijackingName(name)) {
        const message = `${what} would be carried as ${name}, a name that programs give a meaning of their own`;
        const hint = `Rename the ${parseAddress(resource.address).kind}.`;
        report(diagnostic("name-collision", message, { span: resource.span, hint }));
      } else if (first) {
        report(
          diagnostic("name-collision", `${what} and ${first.what} would both be carried as ${name}`, {
            span: resource.span,
            related: [{ span: first.span, message: `${first.what} is made here` }],
            hint: "Rename one of the two.",
          }),
        );
      } else owners.set(name, { what, span: resource.span });
    }
  }
}
