/**
 * Intake's main file: parsed files and values of variables become the IR. Every problem becomes a diagnostic and none stops
 * the others. Pure and synchronous; knows nothing of state, plans or the machine.
 */
import { version } from "../../../package.json";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { compareAddresses } from "./address.ts";
import { checkMoves } from "./check-moves.ts";
import { Dependencies } from "./dependencies.ts";
import { Evaluator } from "./evaluator.ts";
import { healthCheck } from "./health-check.ts";
import { type ModuleInstance, rootInstance } from "./instances.ts";
import type { Edge, Ir, ResourceIr, RuntimeOutputs, VerifyIr } from "./ir.ts";
import { lint } from "./lint/lint.ts";
import { readMoved } from "./moved.ts";
import { checkNames } from "./name-collisions.ts";
import { NearestNames } from "./nearest-names.ts";
import { type LoweredNode, type Lowering, lowerNode } from "./node.ts";
import { lowerOutput } from "./output.ts";
import { ownCheck } from "./own-check.ts";
import { readKinds } from "./own-kinds.ts";
import { readRemoved } from "./removed.ts";
import type { Report } from "./scope.ts";
import { readSettings } from "./settings.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { collect, type NodeDeclaration, type Placed, type Stack } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";
import type { Value } from "./value.ts";
import { type VariableValues, variableValues } from "./variables.ts";

/** A stack's files and what was given for its variables. */
export interface Sources extends VariableValues {
  readonly stack: readonly SourceFile[];
  /** What file functions read; absent outside of a stack. */
  readonly snapshot?: StackFiles;
}

/** The evaluated stack, and how to evaluate further expressions inside it. */
export interface Lowered {
  readonly ir: Ir;
  /** An expression as if it stood in the stack: `eval`, `console`. */
  readonly evaluate: (
    placed: Placed,
    outputs: RuntimeOutputs,
  ) => { value: Value; diagnostics: readonly Diagnostic[] };
}

const nothingKnown: RuntimeOutputs = () => undefined;

export function lower(sources: Sources): { value: Lowered; diagnostics: Diagnostic[] } {
  const kinds = readKinds(sources.stack);
  const collected = collect(sources.stack, kinds.value);
  const stack = collected.value;
  const files = [...sources.stack, ...sources.files, ...(sources.overrides ?? [])];
  const diagnostics: Diagnostic[] = [
    ...files.flatMap((f) => f.chunks.flatMap((c) => c.diagnostics)),
    ...kinds.diagnostics,
    ...collected.diagnostics,
  ];
  let failed = hasErrors(diagnostics);
  const report: Report = (d) => {
    failed ||= d.severity === "error";
    diagnostics.push(d);
  };
  const variables = variableValues(stack, sources, report);
  const shapes = shapesOf(stack, report);
  const root = rootInstance(stack);
  const hasFailed = () => failed;
  const evaluatorFor = (outputs: RuntimeOutputs, to: Report) =>
    new Evaluator({
      root,
      shapes,
      variables: variables.values,
      outputs,
      files: sources.snapshot,
      report: to,
      hasFailed,
    });
  const evaluator = evaluatorFor(nothingKnown, report);
  const lowering: Lowering = {
    root,
    shapes,
    dependencies: new Dependencies(evaluator),
    evaluator,
    evaluatorFor,
    report,
    near: new NearestNames(),
    sharedEdges: new Map(),
  };
  const ir = lowerStack(lowering);
  variables.validate((placed) => evaluator.expression(placed, { module: root }), report);
  // A name that is mistyped, or could not be read, may be the one use of what seems unused.
  const isWhole = !diagnostics.some((d) => d.severity === "error" && d.code !== "missing-variable");
  lint({ stack, isWhole, files: sources.stack, values: files.slice(sources.stack.length) }, report);
  return {
    value: {
      ir,
      evaluate: (placed, outputs) => {
        const found: Diagnostic[] = [];
        const value = evaluatorFor(outputs, (d) => void found.push(d)).expression(placed, { module: root });
        return { value, diagnostics: found };
      },
    },
    diagnostics,
  };
}

function shapesOf(stack: Stack, report: Report): ReadonlyMap<NodeDeclaration, Shape> {
  const shapes = new Map<NodeDeclaration, Shape>();
  for (const node of [...stack.resources.values(), ...stack.verifies.values()]) {
    const shape = shapeOf(node);
    shapes.set(node, shape.value);
    for (const d of shape.diagnostics) report(d);
  }
  return shapes;
}

function lowerStack(lowering: Lowering): Ir {
  const { root, evaluator, report } = lowering;
  const { stack } = root;
  // Every local is evaluated, used or not: a mistake in it must be seen.
  for (const name of stack.locals.keys()) evaluator.local(root, name);
  const lowered = lowerInstances(lowering, root, stack.resources);
  const checks = lowerInstances(lowering, root, stack.verifies).map(({ node }) => node);
  const resources = sorted(lowered.map(({ node }) => node));
  const health = lowered.flatMap((l: LoweredNode) => healthCheck(l.node, l.checkEdges, report) ?? []);
  const own = resources.flatMap((resource) => ownCheck(stack.kinds, resource) ?? []);
  const verifies = sorted([...withImplicitEdges(checks, resources), ...health, ...own]);
  checkNames(stack.kinds, resources, report);
  const outputs = [...stack.outputs.values()].flatMap((o) => lowerOutput(lowering, o) ?? []);
  const moves = readMoved(stack, "", report);
  const removals = readRemoved(stack, "", report);
  checkMoves(moves, removals, resources, report);
  return {
    kinds: stack.kinds,
    resources,
    verifies,
    outputs: outputs.sort((a, b) => (a.name < b.name ? -1 : 1)),
    moves,
    removals,
    settings: readSettings(stack.settings, version, report),
  };
}

function lowerInstances(
  lowering: Lowering,
  module: ModuleInstance,
  blocks: ReadonlyMap<string, NodeDeclaration>,
): LoweredNode[] {
  const lowered: LoweredNode[] = [];
  for (const block of blocks.values()) {
    const { list, template } = lowering.evaluator.instances(block, module);
    for (const node of list) lowered.push(lowerNode(lowering, node));
    if (template) lowerNode(lowering, template);
  }
  return lowered;
}

/**
 * A check that refers to nothing waits for every resource, except for those that wait for such a check themselves. All of
 * them share one list: many checks of many resources would be as many edges.
 */
function withImplicitEdges(checks: readonly VerifyIr[], resources: readonly ResourceIr[]): VerifyIr[] {
  const implicit = new Set(checks.filter((v) => v.dependsOn.length === 0).map((v) => v.address));
  const after = dependantsOf(implicit, [...checks, ...resources]);
  const everything: readonly Edge[] = resources.flatMap((r) =>
    after.has(r.address) ? [] : [{ address: r.address, span: r.span }],
  );
  return checks.map((v) => (implicit.has(v.address) ? { ...v, dependsOn: everything } : v));
}

/** Everything that depends on one of the addresses, directly or not. */
function dependantsOf(
  addresses: ReadonlySet<string>,
  nodes: readonly (ResourceIr | VerifyIr)[],
): Set<string> {
  const dependants = new Map<string, string[]>();
  for (const node of nodes) {
    for (const edge of node.dependsOn) {
      const list = dependants.get(edge.address);
      if (list) list.push(node.address);
      else dependants.set(edge.address, [node.address]);
    }
  }
  const found = new Set<string>();
  const queue = [...addresses];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    for (const dependant of dependants.get(address) ?? []) {
      if (found.has(dependant)) continue;
      found.add(dependant);
      queue.push(dependant);
    }
  }
  return found;
}

function sorted<T extends { readonly address: string }>(nodes: readonly T[]): T[] {
  return [...nodes].sort((a, b) => compareAddresses(a.address, b.address));
}
