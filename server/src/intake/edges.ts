/** What a node of the IR waits for: what its expressions refer to, what depends_on names, and the same of the modules around it. */
import type { Span } from "../diagnostics/span.ts";
import { compareAddresses } from "./address.ts";
import { readDependsOn } from "./depends-on.ts";
import type { ModuleInstance, NodeInstance, Setting } from "./instances.ts";
import type { Edge } from "./ir.ts";
import type { Lowering } from "./node.ts";
import { type Reference, referencesIn } from "./references.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import { referencesOf, type Shape } from "./shape.ts";
import type { ModuleDeclaration, NodeDeclaration } from "./stack.ts";

/** Edges that many nodes share: instances that refer to the same, and everything inside a module. */
export class SharedEdges {
  readonly ofBlocks = new WeakMap<
    NodeDeclaration,
    { readonly module: ModuleInstance; readonly edges: readonly Edge[] }
  >();
  readonly around = new WeakMap<ModuleInstance, readonly Edge[]>();
}

/** One list for all instances that refer to the same: many instances of many others would be as many edges. */
export function edgesOf(lowering: Lowering, node: NodeInstance, shape: Shape): readonly Edge[] {
  const { block, module } = node;
  const { ofBlocks } = lowering.sharedEdges;
  const shared = block.repeat && ofBlocks.get(block);
  if (shared?.module === module) return shared.edges;
  const edges = findEdges(lowering, node, shape);
  if (block.repeat && !isVaried(lowering, node, shape)) ofBlocks.set(block, { module, edges });
  return edges;
}

/** Whether what it refers to depends on which instance it is. */
function isVaried({ evaluator, lifecycles }: Lowering, node: NodeInstance, shape: Shape): boolean {
  if (evaluator.chained(node) || lifecycles.isVaried(node)) return true;
  for (const source of shape.attributes.values()) {
    for (const { index } of referencesOf(source))
      if (index && index.type !== "template" && index.type !== "number") return true;
  }
  return false;
}

function findEdges(lowering: Lowering, node: NodeInstance, shape: Shape): Edge[] {
  const edges = new Map<string, Edge>();
  for (const schema of node.block.kind.attributes) {
    if (!schema.check) addReferences(lowering, node, shape, schema, edges);
  }
  addRepeat(lowering, node, edges);
  const written = shape.meta.get("depends_on");
  if (written?.form === "value")
    for (const edge of readDependsOn(lowering, node, written.expression)) addEdge(edge, edges);
  // What replaces a resource comes before it.
  for (const { address, span } of lowering.lifecycles.of(node)?.replaceTriggeredBy ?? [])
    addEdge({ address, span }, edges);
  return sortedEdges(edges);
}

/** Of the attributes that describe its check. */
export function checkEdgesOf(lowering: Lowering, node: NodeInstance, shape: Shape): Edge[] {
  const edges = new Map<string, Edge>();
  for (const schema of node.block.kind.attributes) {
    if (schema.check) addReferences(lowering, node, shape, schema, edges);
  }
  return sortedEdges(edges);
}

/** What everything inside a module waits for. */
export function edgesAround(lowering: Lowering, module: ModuleInstance): readonly Edge[] {
  const { call } = module;
  if (!call) return [];
  const { around } = lowering.sharedEdges;
  const known = around.get(module);
  if (known) return known;
  const edges = new Map<string, Edge>();
  addRepeat(lowering, call, edges);
  const { dependsOn } = call.block;
  if (dependsOn) for (const edge of readDependsOn(lowering, call, dependsOn)) addEdge(edge, edges);
  const found = mergedEdges(sortedEdges(edges), edgesAround(lowering, call.module));
  around.set(module, found);
  return found;
}

/** Without doubles, sorted; one of the two lists itself where the other has nothing to add. */
export function mergedEdges(own: readonly Edge[], around: readonly Edge[]): readonly Edge[] {
  if (around.length === 0) return own;
  if (own.length === 0) return around;
  const edges = new Map(own.map((edge) => [edge.address, edge]));
  for (const edge of around) addEdge(edge, edges);
  return sortedEdges(edges);
}

export function sortedEdges(edges: ReadonlyMap<string, Edge>): Edge[] {
  const sorted = [...edges.values()];
  return sorted.length > 1 ? sorted.sort((a, b) => compareAddresses(a.address, b.address)) : sorted;
}

function addEdge(edge: Edge, edges: Map<string, Edge>): void {
  if (!edges.has(edge.address)) edges.set(edge.address, edge);
}

/** Edges to what an attribute's expressions refer to, through local values too. One that tracks is kept rather than another. */
function addReferences(
  lowering: Lowering,
  node: NodeInstance,
  shape: Shape,
  schema: AttributeSchema,
  edges: Map<string, Edge>,
): void {
  const source = shape.attributes.get(schema.name);
  if (!source) return;
  for (const { reference, address } of lowering.dependencies.resources(referencesOf(source), node)) {
    if (edges.has(address) && !schema.tracks) continue;
    edges.set(address, { address, span: spanOfNames(reference, node.block), attribute: schema.name });
  }
}

/** What count and for_each refer to; of a for_each that is another resource only the instance of the same key. */
function addRepeat(
  { dependencies, evaluator }: Lowering,
  setting: Setting & { readonly block: NodeDeclaration | ModuleDeclaration },
  edges: Map<string, Edge>,
): void {
  const { block, module } = setting;
  if (!block.repeat) return;
  const { mode, expression } = block.repeat;
  const references = referencesIn(expression);
  const before = evaluator.chained(setting);
  const found =
    before && references[0]
      ? [{ reference: references[0], address: before.address }]
      : dependencies.resources(references, { module });
  for (const { reference, address } of found)
    addEdge({ address, span: spanOfNames(reference, block), attribute: mode }, edges);
}

function spanOfNames({ path }: Reference, { origin }: NodeDeclaration | ModuleDeclaration): Span {
  const [root] = path;
  const last = path[2] ?? path[1] ?? root;
  return { origin, start: root?.start ?? 0, end: last?.end ?? 0 };
}
