/**
 * Intake's main file: parsed files and values of variables become the IR. Every problem becomes a diagnostic and none stops
 * the others. Pure and synchronous; knows nothing of state, plans or the machine.
 */
import { version } from "../../../package.json";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { absolute, type Origin, type Span } from "../diagnostics/span.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { compareAddresses } from "./address.ts";
import { checkMoves } from "./check-moves.ts";
import type { Kept } from "./defaults.ts";
import { Dependencies } from "./dependencies.ts";
import { SharedEdges } from "./edges.ts";
import { Evaluator } from "./evaluator.ts";
import type { EnvFacts } from "./facts.ts";
import { factsValue } from "./facts-value.ts";
import { type Folders, readFolders } from "./folder.ts";
import { healthCheck } from "./health-check.ts";
import { withImplicitEdges } from "./implicit-edges.ts";
import { isTemplate, type ModuleInstance, rootInstance } from "./instances.ts";
import type { Ir, MoveIr, RemovalIr, RuntimeOutputs } from "./ir.ts";
import { Lifecycles } from "./lifecycles.ts";
import { lint } from "./lint/lint.ts";
import { type Look, lookWith } from "./look.ts";
import { rootFolder } from "./module-block.ts";
import { readMoved } from "./moved.ts";
import { checkNames } from "./name-collisions.ts";
import { NearestNames } from "./nearest-names.ts";
import { type LoweredNode, type Lowering, lowerNode } from "./node.ts";
import { checkOutput, lowerOutput } from "./output.ts";
import { ownCheck } from "./own-check.ts";
import { readKinds } from "./own-kinds.ts";
import { readRemoved } from "./removed.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import { broken, type Report } from "./scope.ts";
import { checkModuleSettings, readSettings } from "./settings.ts";
import type { NodeDeclaration, Placed } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";
import { reportIn } from "./template-report.ts";
import type { Value } from "./value.ts";
import { validateVariable } from "./variable.ts";
import { type VariableValues, variableValues } from "./variables.ts";

/** A stack's files and what was given for its variables. */
export interface Sources extends VariableValues {
  readonly stack: readonly SourceFile[];
  /** Absent where nobody looks at the machine. */
  readonly facts?: EnvFacts;
  /** What file functions read; absent outside of a stack. */
  readonly snapshot?: StackFiles;
  /** The files of its modules, by folder, relative to the stack's. */
  readonly modules?: ReadonlyMap<string, readonly SourceFile[]>;
  /** False where nobody sees hints. */
  readonly hints?: boolean;
}

/** The evaluated stack, and how to evaluate further expressions inside it. */
export interface Lowered {
  readonly ir: Ir;
  /** Names of the variables whose values are kept nowhere. */
  readonly sensitiveVariables: ReadonlySet<string>;
  readonly folders: Folders;
  readonly look: Look;
  /** An expression as if it stood in the stack: `eval`, `console`. */
  readonly evaluate: (
    placed: Placed,
    outputs: RuntimeOutputs,
  ) => { value: Value; diagnostics: readonly Diagnostic[] };
}

const nothingKnown: RuntimeOutputs = () => undefined;

/**
 * Gives, once the moves are known, what a resource was made with where the files leave it to a default that follows from its
 * address: what has moved keeps it. The state knows that, the language does not.
 */
export type Made = (moves: readonly MoveIr[], kinds: Kinds) => Kept;

const nothingMade: Made = () => () => undefined;

export function lower(
  sources: Sources,
  made: Made = nothingMade,
): { value: Lowered; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report = once(diagnostics);
  const sourceFolders = new Map([[rootFolder, sources.stack], ...(sources.modules ?? [])]);
  const values = [...sources.files, ...(sources.overrides ?? [])];
  const files = [...sourceFolders.values()].flat();
  for (const d of [...files, ...values].flatMap((f) => f.chunks.flatMap((c) => c.diagnostics))) report(d);
  const kinds = readKinds(sourceFolders, sources.snapshot);
  for (const d of kinds.diagnostics) report(d);
  const folders = readFolders(sourceFolders, kinds.value, report);
  const root = rootInstance(folders[0]);
  const variables = variableValues(root.folder.variables, sources, report);
  const facts = factsValue(sources.facts);
  const isExcused = () => facts.kind === "unknown" || hasErrors(diagnostics);
  const moves: MoveIr[] = [];
  const kept = made(moves, kinds.value);
  const evaluatorFor = (outputs: RuntimeOutputs, to: Report) =>
    new Evaluator({
      root,
      variables: variables.values,
      kept,
      outputs,
      files: sources.snapshot,
      facts,
      report: to,
      isExcused,
    });
  const evaluator = evaluatorFor(nothingKnown, report);
  const near = new NearestNames();
  const protections = new Map<string, Span>();
  const lowering: Lowering = {
    root,
    lifecycles: new Lifecycles({ evaluator, near, report }),
    protections,
    kept,
    dependencies: new Dependencies(evaluator),
    evaluator,
    evaluatorFor,
    report,
    near,
    sharedEdges: new SharedEdges(),
  };
  for (const { stack } of folders.slice(1))
    if (stack.settings) checkModuleSettings(stack.settings, version, report);
  if (folders.some(({ stack }) => stack.moved.length > 0)) addMoves(lowering, moves);
  const ir = lowerStack(lowering, moves);
  variables.validate((placed) => evaluator.expression(placed, { module: root }), report);
  // A name that is mistyped, or could not be read, may be the one use of what seems unused.
  const isWhole = !diagnostics.some((d) => d.severity === "error" && d.code !== "missing-variable");
  for (const { stack, files } of folders) {
    const isModule = files !== sources.stack;
    const hints = sources.hints !== false;
    lint({ stack, isWhole, files, values: isModule ? [] : values, isModule, hints }, report);
  }
  return {
    value: {
      ir,
      sensitiveVariables: variables.sensitive,
      folders,
      look: lookWith(
        () => evaluatorFor(nothingKnown, () => {}),
        () => modulesOf(lowering),
      ),
      evaluate: (placed, outputs) => {
        const found: Diagnostic[] = [];
        const value = evaluatorFor(outputs, (d) => void found.push(d)).expression(placed, { module: root });
        return { value, diagnostics: found };
      },
    },
    diagnostics,
  };
}

/** Takes each problem once: the instances of a block all have the same ones. */
function once(diagnostics: Diagnostic[]): Report {
  const seen = new Map<Origin | undefined, Set<string>>();
  return (d) => {
    const { origin, start, end } = d.span ?? {};
    const found = seen.get(origin) ?? new Set<string>();
    seen.set(origin, found);
    const elsewhere = d.related?.map(({ span }) => Object.values(absolute(span)).join(" ")).join(", ");
    const text = `${start} ${end} ${d.code} ${d.message} ${elsewhere}`;
    if (found.has(text)) return;
    found.add(text);
    diagnostics.push(d);
  };
}

/** Before anything else has a value, because what has moved may keep one. */
function addMoves(lowering: Lowering, moves: MoveIr[]): void {
  for (const { stack, prefix, call } of modulesOf(lowering)) {
    if (!call || !isTemplate(call)) moves.push(...readMoved(stack, prefix, lowering.report));
  }
}

function lowerStack(lowering: Lowering, moves: readonly MoveIr[]): Ir {
  const { root, report } = lowering;
  const { stack } = root;
  const lowered: LoweredNode[] = [];
  const checks: LoweredNode[] = [];
  const removals: RemovalIr[] = [];
  for (const module of modulesOf(lowering)) {
    lowerValues(lowering, module);
    const further = lowerInstances(lowering, module, module.stack.resources);
    const furtherChecks = lowerInstances(lowering, module, module.stack.verifies);
    // What would be in a module without instances was looked at for its mistakes alone.
    if (module.call && isTemplate(module.call)) continue;
    for (const node of further) lowered.push(node);
    for (const check of furtherChecks) checks.push(check);
    removals.push(...readRemoved(module.stack, module.prefix, report));
  }
  const resources = sorted(lowered.map(({ node }) => node));
  const health = lowered.flatMap((l) => healthCheck(l.node, l.checkEdges, report) ?? []);
  const own = resources.flatMap((resource) => ownCheck(stack.kinds, resource) ?? []);
  const verifies = sorted([...withImplicitEdges(checks, resources), ...health, ...own]);
  checkNames(stack.kinds, resources, report);
  const outputs = [...root.folder.outputs.values()].flatMap((o) => lowerOutput(lowering, o) ?? []);
  checkMoves(moves, removals, resources, report);
  return {
    kinds: stack.kinds,
    resources,
    verifies,
    outputs: outputs.sort((a, b) => (a.name < b.name ? -1 : 1)),
    moves,
    removals,
    protections: lowering.protections,
    settings: readSettings(stack.settings, version, report),
  };
}

/** The root and all instances of modules, outer ones first. */
function* modulesOf({ root, evaluator }: Lowering): Iterable<ModuleInstance> {
  const queue = [root];
  for (const module of queue) {
    yield module;
    for (const block of module.stack.modules.values()) {
      const { list, template } = evaluator.modules(block, module);
      for (const inner of list) queue.push(inner);
      if (template) queue.push(template);
    }
  }
}

/** Everything with a value is evaluated, used or not: a mistake in it must be seen. */
function lowerValues(lowering: Lowering, module: ModuleInstance): void {
  const { evaluator, report } = lowering;
  for (const name of module.stack.locals.keys()) evaluator.local(module, name);
  for (const output of module.folder.outputs.values()) checkOutput(lowering, module, output);
  const { call, folder } = module;
  if (!call) return;
  for (const [name, variable] of folder.variables) {
    const value = evaluator.variable(module, name) ?? broken;
    const at = call.block.arguments.get(name);
    const evaluate = (placed: Placed) => evaluator.expression(placed, { module });
    if (at || variable.default)
      validateVariable(variable, at && { value, at }, evaluate, reportIn({ module }, report));
  }
  for (const name of folder.outputs.keys()) evaluator.output(module, name);
}

function lowerInstances(
  lowering: Lowering,
  module: ModuleInstance,
  blocks: ReadonlyMap<string, NodeDeclaration>,
): LoweredNode[] {
  const lowered: LoweredNode[] = [];
  for (const block of blocks.values()) {
    const { list, template } = lowering.evaluator.instances(block, module);
    const protection = lowering.lifecycles.protection(block, module);
    if (protection) lowering.protections.set(`${module.prefix}${block.address}`, protection);
    for (const node of list) lowered.push(lowerNode(lowering, node));
    if (template) lowerNode({ ...lowering, report: reportIn(template, lowering.report) }, template);
  }
  return lowered;
}

function sorted<T extends { readonly address: string }>(nodes: readonly T[]): T[] {
  return [...nodes].sort((a, b) => compareAddresses(a.address, b.address));
}
