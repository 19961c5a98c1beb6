/** What comes of one part of a stack. Everything with a value is evaluated, used or not: a mistake in it must be seen. */

import type { Span } from "../diagnostics/span.ts";
import { healthCheck } from "./health-check.ts";
import { isTemplate, type ModuleInstance } from "./instances.ts";
import type { RemovalIr, VerifyIr } from "./ir.ts";
import { type LoweredNode, type Lowering, lowerNode } from "./node.ts";
import { checkOutput, lowerOutput } from "./output.ts";
import { ownCheck } from "./own-check.ts";
import { nothingMade, type Outcome, type Thing } from "./parts.ts";
import { readRemoved } from "./removed.ts";
import { broken } from "./scope.ts";
import type { ModuleDeclaration, NodeDeclaration, Placed } from "./stack.ts";
import { reportIn } from "./template-report.ts";
import { validateVariable } from "./variable.ts";

export function evaluatePart(lowering: Lowering, thing: Thing): Outcome {
  const { root, evaluator, report } = lowering;
  switch (thing.kind) {
    case "local":
      evaluator.local(root, thing.declaration.name);
      return nothingMade;
    case "variable": {
      const evaluate = (placed: Placed) => evaluator.expression(placed, { module: root });
      validateVariable(thing.declaration, thing.given, evaluate, report);
      return nothingMade;
    }
    case "output": {
      checkOutput(lowering, root, thing.declaration);
      const output = lowerOutput(lowering, thing.declaration);
      return output ? { ...nothingMade, output } : nothingMade;
    }
    case "node":
      return new Making(lowering).add(root, [thing.declaration]);
    case "module":
      return evaluateModule(lowering, thing.declaration);
  }
}

function evaluateModule(lowering: Lowering, block: ModuleDeclaration): Outcome {
  const making = new Making(lowering);
  for (const module of modulesIn(lowering, block, lowering.root)) {
    lowerValues(lowering, module);
    const { resources, verifies } = module.stack;
    making.add(module, [...resources.values(), ...verifies.values()]);
    if (!isInTemplate(module))
      making.removals.push(...readRemoved(module.stack, module.prefix, lowering.report));
  }
  return making;
}

/** All instances of a module block and of those inside, outer ones first. */
function* modulesIn(
  { evaluator }: Lowering,
  block: ModuleDeclaration,
  around: ModuleInstance,
): Iterable<ModuleInstance> {
  const queue = instancesOf(block, around);
  for (const module of queue) {
    yield module;
    for (const inner of module.stack.modules.values()) queue.push(...instancesOf(inner, module));
  }
  function instancesOf(inner: ModuleDeclaration, module: ModuleInstance): ModuleInstance[] {
    const { list, template } = evaluator.modules(inner, module);
    return template ? [...list, template] : [...list];
  }
}

/** The stack itself, then all instances of modules. */
export function* modulesOf(lowering: Lowering): Iterable<ModuleInstance> {
  const { root } = lowering;
  yield root;
  for (const block of root.stack.modules.values()) yield* modulesIn(lowering, block, root);
}

/** What would be in a module without instances is looked at for its mistakes alone. */
export const isInTemplate = ({ call }: ModuleInstance): boolean => call !== undefined && isTemplate(call);

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

class Making implements Outcome {
  readonly resources: LoweredNode["node"][] = [];
  readonly checks: LoweredNode[] = [];
  readonly verifies: VerifyIr[] = [];
  readonly removals: RemovalIr[] = [];
  readonly protections: [string, Span][] = [];
  readonly #lowering: Lowering;

  constructor(lowering: Lowering) {
    this.#lowering = lowering;
  }

  /** The instances of blocks of a module. */
  add(module: ModuleInstance, blocks: readonly NodeDeclaration[]): this {
    for (const block of blocks) {
      const { lifecycles } = this.#lowering;
      const protection = lifecycles.protection(block, module);
      if (protection) this.protections.push([`${module.prefix}${block.address}`, protection]);
      const nodes = this.#lower(module, block);
      if (isInTemplate(module)) continue;
      if (block.verify) this.checks.push(...nodes);
      else for (const node of nodes) this.#addResource(node);
    }
    return this;
  }

  #lower(module: ModuleInstance, block: NodeDeclaration): LoweredNode[] {
    const lowering = this.#lowering;
    const { list, template } = lowering.evaluator.instances(block, module);
    const nodes = list.map((node) => lowerNode(lowering, node));
    if (template) lowerNode({ ...lowering, report: reportIn(template, lowering.report) }, template);
    return nodes;
  }

  #addResource({ node, checkEdges }: LoweredNode): void {
    const { report, root } = this.#lowering;
    this.resources.push(node);
    const health = healthCheck(node, checkEdges, report);
    if (health) this.verifies.push(health);
    const own = ownCheck(root.stack.kinds, node);
    if (own) this.verifies.push(own);
  }
}
