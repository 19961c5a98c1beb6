/** What is said about references to nothing. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { PathStep } from "./scope.ts";
import type { NodeDeclaration, Stack } from "./stack.ts";

/** Legal in the language, evaluated by a later version. */
const laterRoots: ReadonlySet<string> = new Set(["each", "count", "self", "module", "facts"]);

export function nameMissing(
  path: readonly PathStep[],
  origin: Origin,
  root: string,
  what: string,
): Diagnostic {
  const step = path[0];
  return diagnostic("unknown-reference", `"${root}" alone is no value`, {
    span: step && { origin, start: step.start, end: step.end },
    hint: `Write ${root}.${what}.`,
  });
}

export function unknownName(
  code: "unknown-variable" | "unknown-local",
  name: string,
  span: Span,
  near: string | undefined,
): Diagnostic {
  const what = code === "unknown-variable" ? "variable" : "local value";
  const declare =
    code === "unknown-variable"
      ? `Declare it: variable "${name}" { … }`
      : `Define it: locals { ${name} = … }`;
  return diagnostic(code, `There is no ${what} called "${name}"`, {
    span,
    hint: near ? `Did you mean "${near}"?` : declare,
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}

export function unknownResource(
  root: PathStep,
  label: PathStep,
  origin: Origin,
  stack: Stack,
  near: string | undefined,
): Diagnostic {
  const elsewhere = near ? undefined : [...stack.resources.values()].find((r) => r.name === label.name);
  const span = { origin, start: label.start, end: label.end };
  return diagnostic("unknown-resource", `There is no ${root.name} called "${label.name}"`, {
    span,
    hint: near
      ? `Did you mean "${near}"?`
      : elsewhere
        ? `Did you mean ${elsewhere.address}?`
        : `Declare it: resource "${root.name}" "${label.name}" { … }`,
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}

export function unknownMember(node: NodeDeclaration, step: PathStep, origin: Origin): Diagnostic {
  const span = { origin, start: step.start, end: step.end };
  const output = node.kind.outputs.find((o) => o.name === step.name);
  if (output?.needs) {
    return diagnostic(
      "unknown-output",
      `${node.address} has no "${step.name}", because it sets no "${output.needs}"`,
      {
        span,
        related: [{ span: node.span, message: "it is declared here" }],
      },
    );
  }
  const known = [...node.kind.outputs.map((o) => o.name), ...node.kind.attributes.map((a) => a.name)];
  const near = nearest(step.name, known);
  return diagnostic("unknown-output", `A ${node.kind.name} has no attribute or output "${step.name}"`, {
    span,
    hint: near ? `Did you mean "${near}"?` : `It has: ${known.join(", ")}.`,
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}

export function unknownRoot(
  root: PathStep,
  path: readonly PathStep[],
  origin: Origin,
  stack: Stack,
): Diagnostic {
  const span = { origin, start: root.start, end: root.end };
  if (laterRoots.has(root.name)) {
    return diagnostic("not-supported", `This version of Clockwork does not evaluate "${root.name}" yet`, {
      span,
    });
  }
  if (root.name === "verify") {
    return diagnostic("unknown-reference", "A check has no value to refer to", {
      span,
      hint: "Name it under depends_on to come after it.",
    });
  }
  const kinds = [...stack.kinds.resources.keys(), "var", "local", "path"];
  const owner = stack.variables.has(root.name) ? "var" : stack.locals.has(root.name) ? "local" : undefined;
  const near = path.length > 1 ? nearest(root.name, kinds) : undefined;
  const bare = path.length === 1 ? bareName(root.name, stack) : undefined;
  const hint = owner ? `Did you mean ${owner}.${root.name}?` : near ? `Did you mean "${near}"?` : bare;
  const text = owner ? `${owner}.${root.name}` : near;
  return diagnostic("unknown-reference", `Nothing is called "${root.name}"`, {
    span,
    hint: hint ?? "References begin with var, local, path or the kind of a resource; text stands in quotes.",
    fix: text ? { title: `Change it to ${text}`, edits: [{ span, text }] } : undefined,
  });
}

/** A bare word that is nearly a variable's or local's name. */
function bareName(name: string, stack: Stack): string | undefined {
  const variable = didYouMean(name, stack.variables.keys());
  if (variable) return variable.replace('"', '"var.');
  const local = didYouMean(name, stack.locals.keys());
  return local?.replace('"', '"local.');
}
