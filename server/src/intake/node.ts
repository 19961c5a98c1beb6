/** A `resource` or `verify` block becomes a node of the IR: its attributes' values, what it depends on, its limits. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Block } from "../syntax/ast.ts";
import { compareAddresses } from "./address.ts";
import { checkValue } from "./checks.ts";
import { convert } from "./convert.ts";
import { type Dependencies, expressionsOf } from "./dependencies.ts";
import { readDependsOn } from "./depends-on.ts";
import { parseDuration } from "./duration.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Edge, Lifecycle, ResourceIr, RuntimeOutputs } from "./ir.ts";
import { readLifecycle } from "./lifecycle.ts";
import type { NearestNames } from "./nearest-names.ts";
import { metaAttributes } from "./schema/kinds.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import type { Report } from "./scope.ts";
import { type AttributeSource, describe, needsOneOf, type Shape, spanAt } from "./shape.ts";
import { type NodeDeclaration, type Stack, spanOf } from "./stack.ts";
import type { Value } from "./value.ts";
import { containsSensitive, isWhollyKnown, stringValue } from "./values.ts";

/** What lowering a stack works with. */
export interface Lowering {
  readonly stack: Stack;
  readonly shapes: ReadonlyMap<NodeDeclaration, Shape>;
  readonly dependencies: Dependencies;
  /** Of planning time, when no run-time value is known. */
  readonly evaluator: Evaluator;
  readonly evaluatorFor: (outputs: RuntimeOutputs, report: Report) => Evaluator;
  readonly report: Report;
  readonly near: NearestNames;
}

export interface LoweredNode {
  readonly node: ResourceIr;
  /** What the attributes of its check refer to: the check waits for that, not the resource. */
  readonly checkEdges: readonly Edge[];
}

export function lowerNode(lowering: Lowering, node: NodeDeclaration): LoweredNode {
  const shape = shapeOf(lowering, node);
  const { attributes, spans } = lowerAttributes(lowering, node, shape);
  const timeoutMs = timeoutOf(lowering, node, shape);
  const retries = retriesOf(lowering, node, shape);
  const lifecycle = shape.lifecycle && lifecycleOf(lowering, node, shape.lifecycle);
  return {
    node: {
      address: node.address,
      kind: node.kind.name,
      name: node.name,
      attributes,
      attributeSpans: spans,
      dependsOn: withTriggers(edgesOf(lowering, node, shape), lifecycle),
      span: node.span,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(retries !== undefined && { retries }),
      ...(lifecycle && { lifecycle }),
      evaluate: (attribute, outputs) => evaluateLater(lowering, node, attribute, outputs),
    },
    checkEdges: checkEdgesOf(lowering, node, shape),
  };
}

function lifecycleOf(lowering: Lowering, node: NodeDeclaration, block: Block): Lifecycle {
  const { stack, near, report } = lowering;
  return readLifecycle(
    node,
    block,
    (address, span) => {
      if (stack.resources.has(address)) return [address];
      if (stack.misfits.has(address)) return [];
      const known = near.find("replace_triggered_by", address, () => stack.resources.keys());
      report(
        diagnostic("unknown-resource", `There is no ${address} in the stack`, {
          span,
          hint: known ? `Did you mean "${known}"?` : "Name a resource as KIND.NAME.",
        }),
      );
      return [];
    },
    report,
  );
}

/** What replaces a resource comes before it. */
function withTriggers(edges: Edge[], lifecycle: Lifecycle | undefined): Edge[] {
  const triggers = lifecycle?.replaceTriggeredBy ?? [];
  if (triggers.length === 0) return edges;
  const all = new Map(triggers.map(({ address, span }) => [address, { address, span }]));
  for (const edge of edges) all.set(edge.address, edge);
  return sortedEdges(all);
}

function shapeOf(lowering: Lowering, node: NodeDeclaration): Shape {
  const shape = lowering.shapes.get(node);
  if (!shape) throw new Error(`${node.address} has no shape`);
  return shape;
}

function lowerAttributes(lowering: Lowering, node: NodeDeclaration, shape: Shape) {
  const attributes = new Map<string, Value>();
  const set = new Map<string, Value>();
  const spans = new Map<string, Span>();
  for (const schema of node.kind.attributes) {
    const source = shape.attributes.get(schema.name);
    const value = source && lowering.evaluator.attribute(node, schema.name);
    if (!source || !value) continue;
    spans.set(schema.name, source.span);
    if (value.kind !== "null") set.set(schema.name, value);
    if (isFit(lowering.report, node, schema, source, value)) attributes.set(schema.name, value);
  }
  for (const group of node.kind.oneOf ?? []) checkOneOf(lowering.report, node, group, set, spans);
  for (const schema of node.kind.attributes) {
    if (schema.emitted && !attributes.has(schema.name))
      attributes.set(schema.name, emitted(node, schema.emitted));
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
  if (containsSensitive(value)) {
    const message = `This version of Clockwork cannot keep the sensitive value of "${schema.name}" out of plans and state yet`;
    report(diagnostic("not-supported", message, { span: source.span }));
    return false;
  }
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
  report: Report,
  node: NodeDeclaration,
  group: readonly string[],
  values: ReadonlyMap<string, Value>,
  spans: ReadonlyMap<string, Span>,
): void {
  const written = group.flatMap((name) => spans.get(name) ?? []);
  const set = group.filter((name) => values.has(name));
  if (set.length === 0 && written[0]) report(needsOneOf(node, group, written[0]));
  const certain = set.filter((name) => isCertain(values.get(name)));
  const [first, second] = certain.map((name) => spans.get(name));
  if (!first || !second) return;
  const names = group.map((n) => `"${n}"`).join(" or ");
  report(
    diagnostic("conflicting-attributes", `A ${describe(node)} has ${names}, not both`, {
      span: second,
      related: [{ span: first, message: `"${certain[0]}" is here` }],
      hint: "Remove one of them.",
    }),
  );
}

function isCertain(value: Value | undefined): boolean {
  return value !== undefined && (value.kind !== "unknown" || value.parts !== undefined);
}

/** The default that appears among a step's arguments. */
function emitted(node: NodeDeclaration, value: Value | "label"): Value {
  return value === "label" ? stringValue(node.name) : value;
}

/** A problem there is one of planning time only when the value was not known then. */
function evaluateLater(
  lowering: Lowering,
  node: NodeDeclaration,
  attribute: string,
  outputs: RuntimeOutputs,
): ReturnType<ResourceIr["evaluate"]> {
  const diagnostics: Diagnostic[] = [];
  const evaluator = lowering.evaluatorFor(outputs, (d) => void diagnostics.push(d));
  const value = evaluator.attribute(node, attribute);
  const schema = node.kind.attributes.find((a) => a.name === attribute);
  const source = shapeOf(lowering, node).attributes.get(attribute);
  if (value && schema && source)
    diagnostics.push(...checkValue(value, schema, (path) => spanAt(source, node.origin, path)));
  return { ...(value && isWhollyKnown(value) && { value }), diagnostics };
}

function edgesOf(lowering: Lowering, node: NodeDeclaration, shape: Shape): Edge[] {
  const edges = new Map<string, Edge>();
  for (const schema of node.kind.attributes) {
    if (!schema.check) addReferences(lowering, node, shape, schema, edges);
  }
  for (const edge of readDependsOn(lowering, node, shape)) {
    if (!edges.has(edge.address)) edges.set(edge.address, edge);
  }
  return sortedEdges(edges);
}

function checkEdgesOf(lowering: Lowering, node: NodeDeclaration, shape: Shape): Edge[] {
  const edges = new Map<string, Edge>();
  for (const schema of node.kind.attributes) {
    if (schema.check) addReferences(lowering, node, shape, schema, edges);
  }
  return sortedEdges(edges);
}

function sortedEdges(edges: ReadonlyMap<string, Edge>): Edge[] {
  return [...edges.values()].sort((a, b) => compareAddresses(a.address, b.address));
}

/** Edges to what an attribute's expressions refer to, through local values too. One that tracks is kept rather than another. */
function addReferences(
  lowering: Lowering,
  node: NodeDeclaration,
  shape: Shape,
  schema: AttributeSchema,
  edges: Map<string, Edge>,
): void {
  const source = shape.attributes.get(schema.name);
  for (const expression of source ? expressionsOf(source) : []) {
    for (const { path, address } of lowering.dependencies.resources(expression)) {
      const [root, last] = [path[0], path[2] ?? path[1]];
      if (!root || !last || (edges.has(address) && !schema.tracks)) continue;
      const span: Span = { origin: node.origin, start: root.start, end: last.end };
      edges.set(address, { address, span, attribute: schema.name });
    }
  }
}

function timeoutOf(lowering: Lowering, node: NodeDeclaration, shape: Shape): number | undefined {
  const value = metaValue(lowering, node, shape, "timeout");
  return value?.kind === "string" ? parseDuration(value.value) : undefined;
}

function retriesOf(lowering: Lowering, node: NodeDeclaration, shape: Shape): number | undefined {
  const value = metaValue(lowering, node, shape, "retries");
  return value?.kind === "number" ? value.value.toNumber() : undefined;
}

/** A meta attribute's value, where it has a good one. */
function metaValue(
  { evaluator, dependencies, report }: Lowering,
  node: NodeDeclaration,
  shape: Shape,
  name: string,
): Value | undefined {
  const source = shape.meta.get(name);
  const schema = metaAttributes.find((m) => m.name === name);
  if (source?.form !== "value" || !schema) return undefined;
  const value = evaluator.expression({ origin: node.origin, expression: source.expression });
  const span = spanOf(node.origin, source.expression);
  if (!isWhollyKnown(value)) {
    // What refers to no resource is not known because of a mistake, which has been reported.
    if (![...dependencies.resources(source.expression)].length) return undefined;
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
