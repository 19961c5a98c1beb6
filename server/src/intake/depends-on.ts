import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { correction } from "../diagnostics/suggest.ts";
import type { Expression, Template } from "../syntax/ast.ts";
import { keySuffix } from "./address.ts";
import type { InstanceKey, NodeInstance } from "./instances.ts";
import type { Edge } from "./ir.ts";
import { needlessIndex } from "./missing-names.ts";
import type { Lowering } from "./node.ts";
import { staticPath } from "./references.ts";
import type { Report } from "./scope.ts";
import type { Shape } from "./shape.ts";
import { spanOf } from "./stack.ts";

const example = "Such as depends_on = [service.db, file.config]";

/** The edges that a block's `depends_on` writes out, in their order. */
export function readDependsOn(lowering: Lowering, node: NodeInstance, shape: Shape): Edge[] {
  const source = shape.meta.get("depends_on");
  if (source?.form !== "value" || source.expression.type === "missing") return [];
  if (source.expression.type !== "tuple") {
    const span = spanOf(node.block.origin, source.expression);
    lowering.report(
      diagnostic("wrong-type", "depends_on: a list of addresses is required", { span, hint: example }),
    );
    return [];
  }
  return source.expression.items.flatMap((item) => dependencies(lowering, node, item));
}

function dependencies(lowering: Lowering, node: NodeInstance, item: Expression): Edge[] {
  if (item.type === "missing") return [];
  const { near, report } = lowering;
  const { stack } = node.module;
  const span = spanOf(node.block.origin, item);
  const entry = item.type === "template" ? quotedAddress(item, span, report) : bareAddress(item);
  if (entry === undefined) {
    report(diagnostic("wrong-type", "depends_on: this is no address", { span, hint: example }));
    return [];
  }
  const { address } = entry;
  const block = stack.resources.get(address) ?? stack.verifies.get(address);
  if (block) {
    const { list, byKey } = lowering.evaluator.instances(block, node.module);
    if (entry.key === undefined) return list.map((n) => ({ address: n.address, span }));
    const one = byKey.get(entry.key);
    if (one) return [{ address: one.address, span }];
    if (!block.repeat && item.type === "index") {
      report(needlessIndex(address, item, node.block.origin));
      return [];
    }
  } else if (stack.misfits.has(address)) return [];
  const written = address + keySuffix(entry.key);
  const known = block
    ? undefined
    : near.find("depends_on", address, () => [...stack.resources.keys(), ...stack.verifies.keys()]);
  report(
    diagnostic("unknown-resource", `There is no ${written} in the stack`, {
      span,
      ...correction(known, span, "An entry is KIND.NAME of a resource, or verify.KIND.NAME."),
    }),
  );
  return [];
}

/** An entry: `service.web`, or one instance of it. */
interface Entry {
  readonly address: string;
  readonly key?: InstanceKey;
}

function bareAddress(item: Expression): Entry | undefined {
  const names = item.type === "index" ? item.collection : item;
  const address = staticPath(names)
    ?.map((p) => p.name)
    .join(".");
  if (address === undefined || item.type !== "index") return address === undefined ? undefined : { address };
  const { key } = item;
  if (key.type === "number") return { address, key: Number(key.text) };
  const [part] = key.type === "template" && key.parts.length === 1 ? key.parts : [];
  return part?.type === "literal" ? { address, key: part.value } : undefined;
}

function quotedAddress(item: Template, span: Span, report: Report): Entry | undefined {
  const [part] = item.parts;
  if (item.parts.length !== 1 || part?.type !== "literal") return undefined;
  report(
    diagnostic("deprecated-form", "Addresses in depends_on need no quotes", {
      span,
      fix: { title: "Remove the quotes", edits: [{ span, text: part.value }] },
    }),
  );
  return { address: part.value };
}
