/**
 * `moved` blocks: what was called one thing is called another now, so that a rename removes and makes nothing. Whether the
 * state knows what they speak of is no question of the language.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import { readFields } from "./fields.ts";
import type { MoveIr } from "./ir.ts";
import type { Report } from "./scope.ts";
import { type BlockDeclaration, type Stack, spanOf } from "./stack.ts";
import { type Endpoint, endpointOf, literalText, staticChain } from "./static-address.ts";

/** `prefix` is the address of the module that the blocks stand in, with a dot at its end; empty for the stack itself. */
export function readMoved(stack: Stack, prefix: string, report: Report): MoveIr[] {
  return stack.moved.flatMap((declaration) => readMove(declaration, prefix, report) ?? []);
}

function readMove(declaration: BlockDeclaration, prefix: string, report: Report): MoveIr | undefined {
  const { block, origin, span } = declaration;
  const { attributes, meant } = readFields(
    block.body,
    origin,
    { attributes: ["from", "to"] },
    "A moved block",
    report,
  );
  const sides = ["from", "to"].map((name) => {
    const attribute = attributes.get(name);
    if (!attribute && !declaration.broken && !meant.has(name)) report(missing("moved", name, span));
    return attribute && readEndpoint(attribute.value, declaration, report);
  });
  const [from, to] = sides;
  if (!from || !to) return undefined;
  const problem = misfit(from, to, declaration);
  if (problem) {
    report(problem);
    return undefined;
  }
  return {
    from: prefix + from.address,
    to: prefix + to.address,
    fromSpan: from.span,
    toSpan: to.span,
    span,
  };
}

export function missing(block: string, name: string, span: Span): Diagnostic {
  return diagnostic("missing-attribute", `This ${block} block needs "${name}"`, { span });
}

export type PlacedEndpoint = Endpoint & { readonly span: Span };

/** The address that an expression is; undefined, and reported, where it is none. */
export function readEndpoint(
  expression: Expression,
  { origin }: BlockDeclaration,
  report: Report,
): PlacedEndpoint | undefined {
  if (expression.type === "missing") return undefined;
  const span = spanOf(origin, expression);
  const chain = staticChain(expression);
  const endpoint = chain && endpointOf(chain);
  const root = chain?.[0];
  if (endpoint && !(root && "name" in root && notMoved.has(root.name))) return { ...endpoint, span };
  report(noAddress(expression, root && "name" in root ? root.name : undefined, span));
  return undefined;
}

/** Roots of references that are no things in the state. */
const notMoved: ReadonlySet<string> = new Set([
  "verify",
  "var",
  "local",
  "each",
  "count",
  "self",
  "path",
  "facts",
  "data",
]);

function noAddress(expression: Expression, root: string | undefined, span: Span): Diagnostic {
  const example = 'Such as service.web, service.web["eu"] or module.site.';
  const text = expression.type === "template" ? literalText(expression) : undefined;
  if (text !== undefined) {
    return diagnostic("wrong-type", "An address is written without quotes", {
      span,
      hint: example,
      fix: { title: "Remove the quotes", edits: [{ span, text }] },
    });
  }
  if (root === "verify") {
    return diagnostic("wrong-type", "A check is nothing that exists, so it can be renamed just so", {
      span,
      hint: "Remove this block: under its new name the check runs once more.",
    });
  }
  return diagnostic(
    "wrong-type",
    "The address of a resource or module is required: names and constant keys",
    {
      span,
      hint: example,
    },
  );
}

function misfit(
  from: PlacedEndpoint,
  to: PlacedEndpoint,
  { span }: BlockDeclaration,
): Diagnostic | undefined {
  if (from.address === to.address) {
    return diagnostic("invalid-move", `${from.address} is moved to where it is`, {
      span,
      hint: "Remove this block.",
    });
  }
  if ((from.kind === undefined) !== (to.kind === undefined)) {
    const what = (e: Endpoint): string => (e.kind === undefined ? "a module" : "a resource");
    return diagnostic("invalid-move", `${what(from)} cannot become ${what(to)}`.replace(/^a/, "A"), {
      span: to.span,
      related: [{ span: from.span, message: `this is ${what(from)}` }],
      hint: "Name two resources, or two modules.",
    });
  }
  if (from.kind === to.kind) return undefined;
  return diagnostic("invalid-move", `A ${from.kind} cannot become a ${to.kind}`, {
    span: to.span,
    related: [{ span: from.span, message: `this is a ${from.kind}` }],
    hint: "A thing of another kind is another thing: remove this block, and the one is removed and the other made.",
  });
}
