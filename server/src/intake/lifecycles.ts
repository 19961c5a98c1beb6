import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { keySuffix } from "./address.ts";
import type { Evaluator } from "./evaluator.ts";
import { isTemplate, type ModuleInstance, type NodeInstance } from "./instances.ts";
import type { Lifecycle, Trigger } from "./ir.ts";
import type { TriggerDeclaration } from "./lifecycle.ts";
import type { NearestNames } from "./nearest-names.ts";
import type { Report } from "./scope.ts";
import type { NodeDeclaration } from "./stack.ts";

interface LifecyclesInput {
  readonly evaluator: Evaluator;
  readonly near: NearestNames;
  readonly report: Report;
}

/** The `lifecycle` of every resource, with what its references lead to. */
export class Lifecycles {
  readonly #input: LifecyclesInput;
  /** Of blocks whose instances have one and the same. */
  readonly #shared = new WeakMap<
    NodeDeclaration,
    { readonly module: ModuleInstance; readonly lifecycle: Lifecycle }
  >();

  constructor(input: LifecyclesInput) {
    this.#input = input;
  }

  of(node: NodeInstance): Lifecycle | undefined {
    const { block, module } = node;
    const shared = this.#shared.get(block);
    if (shared?.module === module) return shared.lifecycle;
    const declared = module.folder.lifecycles.get(block);
    if (!declared) return undefined;
    const { triggers, ...rest } = declared;
    const replaceTriggeredBy = triggers?.flatMap((t) => this.#resolve(t, node));
    const lifecycle: Lifecycle = { ...rest, ...(replaceTriggeredBy && { replaceTriggeredBy }) };
    if (!this.isVaried(node)) this.#shared.set(block, { module, lifecycle });
    return lifecycle;
  }

  /** Where a block says that nothing it makes may be removed. */
  protection(block: NodeDeclaration, module: ModuleInstance): Span | undefined {
    return module.folder.lifecycles.get(block)?.preventDestroy;
  }

  /** Whether what replaces an instance depends on which one it is. */
  isVaried({ block, module }: NodeInstance): boolean {
    return module.folder.lifecycles.get(block)?.triggers?.some((t) => t.key === "own") === true;
  }

  /** What was resolved for a block is resolved anew. */
  forget(block: NodeDeclaration): void {
    this.#shared.delete(block);
  }

  #resolve({ address, key, path, span }: TriggerDeclaration, node: NodeInstance): Trigger[] {
    const { stack, prefix } = node.module;
    const block = stack.resources.get(address);
    if (!block) {
      if (!stack.misfits.has(address)) this.#unknown(address, span, () => stack.resources.keys());
      return [];
    }
    const { list, byKey, isKnown } = this.#input.evaluator.instances(block, node.module);
    if (key === undefined) return list.map((n) => ({ address: n.address, path, span }));
    const wanted = key === "own" ? node.key : key.value;
    const one = wanted === undefined ? undefined : byKey.get(wanted);
    if (one) return [{ address: one.address, path, span }];
    if (isKnown && !isTemplate(node))
      this.#unknown(`${prefix}${address}${keySuffix(wanted)}`, span, () => []);
    return [];
  }

  #unknown(address: string, span: Span, names: () => Iterable<string>): void {
    const { near, report } = this.#input;
    const known = near.find("replace_triggered_by", address, names);
    report(
      diagnostic("unknown-resource", `There is no ${address} in the stack`, {
        span,
        hint: known
          ? `Did you mean "${known}"?`
          : 'Name a resource as KIND.NAME, or an instance as KIND.NAME["KEY"].',
      }),
    );
  }
}
