/** What is said about references to nothing. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { Index } from "../syntax/ast.ts";
import type { Folder } from "./folder.ts";
import type { Instances, ModuleInstance } from "./instances.ts";
import type { PathStep } from "./scope.ts";
import type { ModuleDeclaration, NodeDeclaration, Stack } from "./stack.ts";

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

/** A kind's name alone may have been meant as the variable or local value of that name. */
export function kindAlone(
  root: PathStep,
  path: readonly PathStep[],
  origin: Origin,
  stack: Stack,
): Diagnostic {
  const isOther = stack.variables.has(root.name) || stack.locals.has(root.name);
  return isOther ? unknownRoot(root, path, origin, stack) : nameMissing(path, origin, root.name, "NAME");
}

/** A root that has a few names only, without one of them: `message` says which. */
export function notHere(
  path: readonly PathStep[],
  origin: Origin,
  message: string,
  hint?: string,
): Diagnostic {
  const at = path[1] ?? path[0];
  return diagnostic("unknown-reference", `${message}${path[1] ? `, not "${path[1].name}"` : ""}`, {
    span: at && { origin, start: at.start, end: at.end },
    hint,
  });
}

/** `service.web.id` of a block with many instances. */
export function missingKey(
  block: NodeDeclaration | ModuleDeclaration,
  instances: Instances<unknown>,
  label: PathStep,
  member: PathStep,
  origin: Origin,
): Diagnostic {
  const mode = block.repeat?.mode ?? "count";
  const [first] = instances.byKey.keys();
  const example = mode === "count" ? "[0]" : `[${JSON.stringify(first ?? "KEY")}]`;
  return diagnostic("unknown-output", `${block.address} has ${mode}: which of its instances is meant?`, {
    span: { origin, start: label.start, end: member.end },
    hint: `Write ${block.address}${example}.${member.name} for one, ${
      mode === "count"
        ? `${block.address}[*].${member.name}`
        : `[for k, v in ${block.address} : v.${member.name}]`
    } for all.`,
  });
}

/** `service.web[0]` of a block with one instance. */
export function needlessIndex(address: string, { collection, end }: Index, origin: Origin): Diagnostic {
  const span = { origin, start: collection.end, end };
  return diagnostic("unknown-output", `${address} has neither count nor for_each, so there is no index`, {
    span,
    fix: { title: "Remove the index", edits: [{ span, text: "" }] },
  });
}

/** `module` is the one that the name stands in. */
export function unknownName(
  code: keyof typeof nameSpaces,
  { name, start, end }: PathStep,
  origin: Origin,
  near: string | undefined,
  module: ModuleInstance,
): Diagnostic {
  const span: Span = { origin, start, end };
  const { root, what, declare, names } = nameSpaces[code];
  const isOutside = module.call && names(module.call.module.stack).has(name);
  return diagnostic(code, `There is no ${what} called "${name}"`, {
    span,
    hint: near
      ? `Did you mean "${near}"?`
      : isOutside
        ? onlyGiven(module, `${root}.${name}`, name)
        : declare(name),
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}

const nameSpaces = {
  "unknown-variable": {
    root: "var",
    what: "variable",
    declare: (name: string) => `Declare it: variable "${name}" { … }`,
    names: (stack: Stack) => stack.variables,
  },
  "unknown-local": {
    root: "local",
    what: "local value",
    declare: (name: string) => `Define it: locals { ${name} = … }`,
    names: (stack: Stack) => stack.locals,
  },
  "unknown-module": {
    root: "module",
    what: "module",
    declare: (name: string) => `Declare it: module "${name}" { … }`,
    names: (stack: Stack) => stack.modules,
  },
} as const;

/** The name is one of the stack around. */
function onlyGiven(module: ModuleInstance, reference: string, name: string): string {
  const variable = name.replaceAll("-", "_");
  return `A module sees only what it is given: declare variable "${variable}" here, and write ${variable} = ${reference} in module "${module.call?.block.name}".`;
}

export function unknownOutput({ path, outputs }: Folder, step: PathStep, origin: Origin): Diagnostic {
  const span = { origin, start: step.start, end: step.end };
  const near = nearest(step.name, outputs.keys());
  const known = [...outputs.keys()].join(", ");
  return diagnostic("unknown-output", `The module in ${path} has no output "${step.name}"`, {
    span,
    hint: near
      ? `Did you mean "${near}"?`
      : known === ""
        ? `Declare it there: output "${step.name}" { … }`
        : `It has: ${known}.`,
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}

export function unknownResource(
  root: PathStep,
  label: PathStep,
  origin: Origin,
  module: ModuleInstance,
  near: string | undefined,
): Diagnostic {
  const { stack } = module;
  const address = `${root.name}.${label.name}`;
  const isOutside = module.call?.module.stack.resources.has(address);
  const elsewhere = near ? undefined : [...stack.resources.values()].find((r) => r.name === label.name);
  const span = { origin, start: label.start, end: label.end };
  return diagnostic("unknown-resource", `There is no ${root.name} called "${label.name}"`, {
    span,
    hint: near
      ? `Did you mean "${near}"?`
      : elsewhere
        ? `Did you mean ${elsewhere.address}?`
        : isOutside
          ? onlyGiven(module, address, label.name)
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
  if (root.name === "verify") {
    return diagnostic("unknown-reference", "A check has no value to refer to", {
      span,
      hint: "Name it under depends_on to come after it.",
    });
  }
  const kinds = [...stack.kinds.resources.keys(), "var", "local", "module", "path", "facts"];
  const owner = stack.variables.has(root.name) ? "var" : stack.locals.has(root.name) ? "local" : undefined;
  const near = path.length > 1 ? nearest(root.name, kinds) : undefined;
  const bare = path.length === 1 ? bareName(root.name, stack) : undefined;
  const hint = owner ? `Did you mean ${owner}.${root.name}?` : near ? `Did you mean "${near}"?` : bare;
  const text = owner ? `${owner}.${root.name}` : near;
  return diagnostic("unknown-reference", `Nothing is called "${root.name}"`, {
    span,
    hint:
      hint ??
      "References begin with var, local, module, path or the kind of a resource; text stands in quotes.",
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
