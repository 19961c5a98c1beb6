import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression, Template } from "../syntax/ast.ts";
import type { Edge } from "./ir.ts";
import type { Lowering } from "./node.ts";
import { staticPath } from "./references.ts";
import type { Report } from "./scope.ts";
import type { Shape } from "./shape.ts";
import { type NodeDeclaration, spanOf } from "./stack.ts";

const example = "Such as depends_on = [service.db, file.config]";

/** The edges that a block's `depends_on` writes out, in their order. */
export function readDependsOn(lowering: Lowering, node: NodeDeclaration, shape: Shape): Edge[] {
  const source = shape.meta.get("depends_on");
  if (source?.form !== "value" || source.expression.type === "missing") return [];
  if (source.expression.type !== "tuple") {
    const span = spanOf(node.origin, source.expression);
    lowering.report(
      diagnostic("wrong-type", "depends_on: a list of addresses is required", { span, hint: example }),
    );
    return [];
  }
  return source.expression.items.flatMap((item) => dependency(lowering, node, item) ?? []);
}

function dependency(
  { stack, near, report }: Lowering,
  node: NodeDeclaration,
  item: Expression,
): Edge | undefined {
  if (item.type === "missing") return undefined;
  const span = spanOf(node.origin, item);
  const address = item.type === "template" ? quotedAddress(item, span, report) : bareAddress(item);
  if (address === undefined) {
    report(diagnostic("wrong-type", "depends_on: this is no address", { span, hint: example }));
    return undefined;
  }
  if (stack.resources.has(address) || stack.verifies.has(address)) return { address, span };
  if (stack.misfits.has(address)) return undefined;
  const known = near.find("depends_on", address, () => [...stack.resources.keys(), ...stack.verifies.keys()]);
  report(
    diagnostic("unknown-resource", `There is no ${address} in the stack`, {
      span,
      hint: known ? `Did you mean "${known}"?` : "An entry is KIND.NAME of a resource, or verify.KIND.NAME.",
    }),
  );
  return undefined;
}

function bareAddress(item: Expression): string | undefined {
  return staticPath(item)
    ?.map((p) => p.name)
    .join(".");
}

function quotedAddress(item: Template, span: Span, report: Report): string | undefined {
  const [part] = item.parts;
  if (item.parts.length !== 1 || part?.type !== "literal") return undefined;
  report(
    diagnostic("deprecated-form", "Addresses in depends_on need no quotes", {
      span,
      fix: { title: "Remove the quotes", edits: [{ span, text: part.value }] },
    }),
  );
  return part.value;
}
