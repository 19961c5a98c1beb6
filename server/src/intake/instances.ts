/**
 * Instances: what `count` and `for_each` make of one block, and what module blocks make of one folder. They are made once,
 * while planning; later evaluations find the same ones.
 */
import { type Address, keySuffix } from "./address.ts";
import type { Folder } from "./folder.ts";
import type { ModuleDeclaration, NodeDeclaration, Stack } from "./stack.ts";
import type { Value } from "./value.ts";

export type InstanceKey = string | number;

/** Where expressions stand: in which instance of a module, and of which block. */
export interface Setting {
  readonly module: ModuleInstance;
  /** The block; absent for local values and outputs. */
  readonly block?: NodeDeclaration | ModuleDeclaration;
  /** Absent without count and for_each, and for a template. */
  readonly key?: InstanceKey;
  /** `each.value`, where all of it is known while planning. */
  readonly value?: Value;
}

/** One thing that a `resource` or `verify` block makes. */
export interface NodeInstance extends Setting {
  readonly block: NodeDeclaration;
  /** `module.m["k"].service.web["eu"]` */
  readonly address: string;
  /** Of what runs after the resource's own step, its health check: `self` has the outputs of that step there. */
  readonly isAfter?: true;
}

/** One use of a module, seen from where its block stands. */
export interface ModuleCall extends Setting {
  readonly block: ModuleDeclaration;
}

/** One instance of a folder of blocks: the root, or what a module block makes of its folder. */
export interface ModuleInstance {
  /** What stands before its addresses: `module.a["x"].`, empty for the root. */
  readonly prefix: string;
  /** The root's is another one after each edit. */
  folder: Folder;
  /** Of the folder. */
  stack: Stack;
  /** The block of the root that it is in: what is wrong inside belongs to that. Absent for the root itself. */
  readonly owner?: string;
  /** Absent for the root. */
  readonly call?: ModuleCall;
  readonly nodes: Map<NodeDeclaration, Instances<NodeInstance>>;
  readonly modules: Map<ModuleDeclaration, Instances<ModuleInstance>>;
}

/** What a block makes. */
export interface Instances<T> {
  /** In order of their keys. */
  readonly list: readonly T[];
  readonly byKey: ReadonlyMap<InstanceKey, T>;
  /** False where count or for_each has no good value, which has been reported. */
  readonly isKnown: boolean;
  /**
   * Stands for the instances of a block that has none, so that mistakes inside it are seen all the same: its key and value
   * are not known, and nothing comes of it.
   */
  readonly template?: T;
}

export const isNode = (setting: Setting): setting is NodeInstance => "address" in setting;

/** Whether the expressions there are only looked at for mistakes. */
export function isTemplate(setting: Setting): boolean {
  for (let at: Setting | undefined = setting; at; at = at.module.call)
    if (at.block?.repeat && at.key === undefined) return true;
  return false;
}

export function rootInstance(folder: Folder): ModuleInstance {
  return { prefix: "", folder, stack: folder.stack, nodes: new Map(), modules: new Map() };
}

export function nodeInstance(
  module: ModuleInstance,
  block: NodeDeclaration,
  key?: InstanceKey,
  value?: Value,
): NodeInstance {
  const address = `${module.prefix}${block.address}${suffix(block, key)}`;
  if (key === undefined) return { module, block, address };
  return { module, block, address, key, ...(value && { value }) };
}

export function moduleInstance(
  parent: ModuleInstance,
  block: ModuleDeclaration,
  folder: Folder,
  key?: InstanceKey,
  value?: Value,
): ModuleInstance {
  return {
    prefix: `${parent.prefix}${block.address}${suffix(block, key)}.`,
    folder,
    stack: folder.stack,
    owner: parent.owner ?? block.address,
    call: { module: parent, block, ...(key !== undefined && { key }), ...(value && { value }) },
    nodes: new Map(),
    modules: new Map(),
  };
}

/** A template has brackets without a key, which no address has. */
function suffix(block: NodeDeclaration | ModuleDeclaration, key: InstanceKey | undefined): string {
  return key === undefined && block.repeat ? "[]" : keySuffix(key);
}

/** The default of `name`: the block's label with `-KEY`, after the modules around it. Containers and networks can be called so. */
export function defaultName(node: NodeInstance): string {
  if (!node.module.call && node.key === undefined) return node.block.name;
  return nameFrom({
    modules: modulesAround(node).map(({ block, key }) => ({
      name: block.name,
      ...(key !== undefined && { key }),
    })),
    name: node.block.name,
    ...(node.key !== undefined && { key: node.key }),
  });
}

/** Outermost first. */
function modulesAround(node: NodeInstance): readonly ModuleCall[] {
  const calls: ModuleCall[] = [];
  for (let call = node.module.call; call; call = call.module.call) calls.unshift(call);
  return calls;
}

/** The same from an address. */
export function nameFrom({ modules, name, key }: Pick<Address, "modules" | "name" | "key">): string {
  const parts = [...modules, { name, key }].flatMap((s) => [
    s.name,
    ...(s.key === undefined ? [] : [String(s.key)]),
  ]);
  return parts.length === 1 ? name : parts.join("-").replace(/[^A-Za-z0-9_.-]+/g, "-");
}
