/** A `resource` or `verify` block becomes a node of the IR: its attributes' values, what it depends on, its limits. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { checkValue } from "./checks.ts";
import { convert } from "./convert.ts";
import { defaultOf, type Kept } from "./defaults.ts";
import type { Dependencies } from "./dependencies.ts";
import { parseDuration } from "./duration.ts";
import { checkEdgesOf, edgesAround, edgesOf, mergedEdges, type SharedEdges } from "./edges.ts";
import type { Evaluator } from "./evaluator.ts";
import { isTemplate, type ModuleInstance, type NodeInstance } from "./instances.ts";
import type { Edge, ResourceIr, RuntimeOutputs } from "./ir.ts";
import type { Lifecycles } from "./lifecycles.ts";
import type { NearestNames } from "./nearest-names.ts";
import { referencesIn } from "./references.ts";
import { metaAttributes } from "./schema/kinds.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import type { Report } from "./scope.ts";
import { type AttributeSource, describe, needsOneOf, type Shape, spanAt } from "./shape.ts";
import { type NodeDeclaration, spanOf } from "./stack.ts";
import type { Value } from "./value.ts";
import { containsSensitive, isWhollyKnown } from "./values.ts";

/** What lowering a stack works with. */
export interface Lowering {
  readonly root: ModuleInstance;
  readonly dependencies: Dependencies;
  /** Of planning time, when no run-time value is known. */
  readonly evaluator: Evaluator;
  readonly evaluatorFor: (outputs: RuntimeOutputs, report: Report) => Evaluator;
  readonly report: Report;
  readonly near: NearestNames;
  readonly lifecycles: Lifecycles;
  readonly kept: Kept;
  readonly sharedEdges: SharedEdges;
}

export interface LoweredNode {
  readonly node: ResourceIr;
  /** What the attributes of its check refer to: the check waits for that, not the resource. */
  readonly checkEdges: readonly Edge[];
  /** It refers to no resource and has no depends_on. */
  readonly isAlone: boolean;
}

export function lowerNode(lowering: Lowering, node: NodeInstance): LoweredNode {
  const { block, address } = node;
  const shape = shapeOf(node);
  const { attributes, spans } = lowerAttributes(lowering, node, shape);
  const timeoutMs = timeoutOf(lowering, node, shape);
  const retries = retriesOf(lowering, node, shape);
  const lifecycle = lowering.lifecycles.of(node);
  const edges = edgesOf(lowering, node, shape);
  return {
    node: {
      address,
      kind: block.kind.name,
      name: block.name,
      attributes,
      attributeSpans: spans,
      dependsOn: mergedEdges(edges, edgesAround(lowering, node.module)),
      span: block.span,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(retries !== undefined && { retries }),
      ...(lifecycle && { lifecycle }),
      evaluate: (attribute, outputs) => evaluateLater(lowering, node, attribute, outputs),
    },
    checkEdges: checkEdgesOf(lowering, node, shape),
    isAlone: edges.length === 0,
  };
}

function shapeOf({ module, block }: NodeInstance): Shape {
  const shape = module.folder.shapes.get(block);
  if (!shape) throw new Error(`${block.address} has no shape`);
  return shape;
}

function lowerAttributes(lowering: Lowering, node: NodeInstance, shape: Shape) {
  const { block } = node;
  const attributes = new Map<string, Value>();
  const spans = new Map<string, Span>();
  for (const schema of block.kind.attributes) {
    const source = shape.attributes.get(schema.name);
    const value = source && lowering.evaluator.attribute(node, schema.name);
    if (!source || !value) continue;
    spans.set(schema.name, source.span);
    if (isFit(lowering.report, block, schema, source, value)) attributes.set(schema.name, value);
  }
  for (const group of block.kind.oneOf ?? []) checkOneOf(lowering, node, group, spans);
  for (const { name, excludes } of block.kind.attributes)
    if (excludes !== undefined) checkExcluded(lowering, node, [excludes, name], spans);
  for (const schema of block.kind.attributes) {
    const value = attributes.has(schema.name) ? undefined : defaultOf(node, schema, lowering.kept);
    if (value) attributes.set(schema.name, value);
  }
  return { attributes, spans };
}

/** Whether a value can be the attribute's; false, and reported where that is a mistake. */
function isFit(
  report: Report,
  node: NodeDeclaration,
  schema: AttributeSchema,
  source: AttributeSource,
  value: Value,
): boolean {
  for (const problem of checkValue(value, schema, (path) => spanAt(source, node.origin, path)))
    report(problem);
  if (value.kind !== "null") return true;
  if (schema.required) {
    report(
      diagnostic("missing-attribute", `"${schema.name}" is required and must not be null`, {
        span: source.span,
      }),
    );
  }
  return false;
}

/** Exactly one of a group is set: null counts as not set, and what may still become null as neither. */
function checkOneOf(
  { evaluator, report }: Lowering,
  instance: NodeInstance,
  group: readonly string[],
  spans: ReadonlyMap<string, Span>,
): void {
  const node = instance.block;
  const written = group.flatMap((name) => spans.get(name) ?? []);
  const value = (name: string) => (spans.has(name) ? evaluator.attribute(instance, name) : undefined);
  const set = group.filter((name) => (value(name)?.kind ?? "null") !== "null");
  if (set.length === 0 && written[0]) report(needsOneOf(node, group, written[0]));
  checkExcluded({ evaluator, report }, instance, group, spans);
}

/** Of these at most one is set, as far as it is known. */
function checkExcluded(
  { evaluator, report }: Pick<Lowering, "evaluator" | "report">,
  instance: NodeInstance,
  group: readonly string[],
  spans: ReadonlyMap<string, Span>,
): void {
  const value = (name: string) => (spans.has(name) ? evaluator.attribute(instance, name) : undefined);
  const set = group.filter((name) => (value(name)?.kind ?? "null") !== "null");
  const certain = set.filter((name) => isCertain(value(name)));
  const [first, second] = certain.map((name) => spans.get(name));
  if (!first || !second) return;
  const names = group.map((n) => `"${n}"`).join(" or ");
  report(
    diagnostic("conflicting-attributes", `A ${describe(instance.block)} has ${names}, not both`, {
      span: second,
      related: [{ span: first, message: `"${certain[0]}" is here` }],
      hint: "Remove one of them.",
    }),
  );
}

function isCertain(value: Value | undefined): boolean {
  return value !== undefined && (value.kind !== "unknown" || value.parts !== undefined);
}

/** A problem there is one of planning time only when the value was not known then. */
function evaluateLater(
  lowering: Lowering,
  node: NodeInstance,
  attribute: string,
  outputs: RuntimeOutputs,
): ReturnType<ResourceIr["evaluate"]> {
  const { block } = node;
  const diagnostics: Diagnostic[] = [];
  const evaluator = lowering.evaluatorFor(outputs, (d) => void diagnostics.push(d));
  const value = evaluator.attribute(node, attribute);
  const schema = block.kind.attributes.find((a) => a.name === attribute);
  const source = shapeOf(node).attributes.get(attribute);
  if (value && schema && source)
    diagnostics.push(...checkValue(value, schema, (path) => spanAt(source, block.origin, path)));
  return { ...(value && isWhollyKnown(value) && { value }), diagnostics };
}

function timeoutOf(lowering: Lowering, node: NodeInstance, shape: Shape): number | undefined {
  const value = metaValue(lowering, node, shape, "timeout");
  return value?.kind === "string" ? parseDuration(value.value) : undefined;
}

function retriesOf(lowering: Lowering, node: NodeInstance, shape: Shape): number | undefined {
  const value = metaValue(lowering, node, shape, "retries");
  return value?.kind === "number" ? value.value.toNumber() : undefined;
}

/** A meta attribute's value, where it has a good one. */
function metaValue(
  { evaluator, dependencies, report }: Lowering,
  node: NodeInstance,
  shape: Shape,
  name: string,
): Value | undefined {
  const source = shape.meta.get(name);
  const schema = metaAttributes.find((m) => m.name === name);
  if (source?.form !== "value" || !schema) return undefined;
  const { origin } = node.block;
  const value = evaluator.expression({ origin, expression: source.expression }, node);
  const span = spanOf(origin, source.expression);
  if (containsSensitive(value)) {
    const hint = "Plans and logs show it. If it may be seen, say so with nonsensitive(…).";
    report(diagnostic("sensitive-value", `${name} must not be sensitive`, { span, hint }));
    return undefined;
  }
  if (!isWhollyKnown(value)) {
    // What refers to no resource is not known because of a mistake, which has been reported.
    const behind = dependencies.resources(referencesIn(source.expression), node);
    if (isTemplate(node) || behind.length === 0) return undefined;
    report(diagnostic("not-known-yet", `${name} must be known while planning`, { span }));
    return undefined;
  }
  const converted = convert(value, schema.type);
  if (converted.kind === "problem") {
    report(diagnostic("wrong-type", `${name}: ${converted.message}`, { span }));
    return undefined;
  }
  const problems = checkValue(converted, schema, () => span);
  for (const problem of problems) report(problem);
  return problems.length === 0 ? converted : undefined;
}
