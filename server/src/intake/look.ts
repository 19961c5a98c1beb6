/** The values of a stack for those who only look: an editor shows what an expression comes to where it stands. */
import type { Evaluator } from "./evaluator.ts";
import type { ModuleInstance, Setting } from "./instances.ts";
import type { ModuleDeclaration, NodeDeclaration, Placed } from "./stack.ts";
import type { Value } from "./value.ts";

/** Where an expression stands. */
export interface LookAt {
  /** The path of its folder. */
  readonly folder: string;
  /** The block around it, whose `each`, `count` and `self` it may use. */
  readonly block?: NodeDeclaration | ModuleDeclaration;
}

/** The value in the first instance of the folder and of the block; undefined where there is no instance. */
export type Look = (placed: Placed, at: LookAt) => Value | undefined;

/** `make` gives an evaluator that tells nobody what is wrong; it is made when somebody looks. */
export function lookWith(make: () => Evaluator, modules: () => Iterable<ModuleInstance>): Look {
  let evaluator: Evaluator | undefined;
  let byFolder: ReadonlyMap<string, ModuleInstance> | undefined;
  return (placed, { folder, block }) => {
    evaluator ??= make();
    byFolder ??= new Map([...modules()].reverse().map((module) => [module.folder.path, module]));
    const module = byFolder.get(folder);
    if (!module) return undefined;
    const setting = block ? settingOf(evaluator, module, block) : { module };
    return setting && evaluator.expression(placed, setting);
  };
}

function settingOf(
  evaluator: Evaluator,
  module: ModuleInstance,
  block: NodeDeclaration | ModuleDeclaration,
): Setting | undefined {
  if ("kind" in block) {
    const { list, template } = evaluator.instances(block, module);
    return list[0] ?? template;
  }
  const { list, template } = evaluator.modules(block, module);
  return (list[0] ?? template)?.call;
}
