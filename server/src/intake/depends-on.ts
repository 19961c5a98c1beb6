import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { correction } from "../diagnostics/suggest.ts";
import type { Expression, Template } from "../syntax/ast.ts";
import { keySuffix } from "./address.ts";
import type { Evaluator } from "./evaluator.ts";
import type { InstanceKey, ModuleInstance, Setting } from "./instances.ts";
import type { Edge } from "./ir.ts";
import { needlessIndex } from "./missing-names.ts";
import type { Lowering } from "./node.ts";
import { staticPath } from "./references.ts";
import type { Report } from "./scope.ts";
import { spanOf } from "./stack.ts";

const example = "Such as depends_on = [service.db, file.config]";

/** A block with a `depends_on`. */
type Depending = Pick<Setting, "module"> & { readonly block: { readonly origin: Origin } };

/** The edges that a block's `depends_on` writes out, in their order. */
export function readDependsOn(lowering: Lowering, setting: Depending, written: Expression): Edge[] {
  if (written.type === "missing") return [];
  if (written.type !== "tuple") {
    const span = spanOf(setting.block.origin, written);
    lowering.report(
      diagnostic("wrong-type", "depends_on: a list of addresses is required", { span, hint: example }),
    );
    return [];
  }
  return written.items.flatMap((item) => dependencies(lowering, setting, item));
}

function dependencies(lowering: Lowering, setting: Depending, item: Expression): Edge[] {
  if (item.type === "missing") return [];
  const { near, report } = lowering;
  const { stack } = setting.module;
  const { origin } = setting.block;
  const span = spanOf(origin, item);
  const entry = item.type === "template" ? quotedAddress(item, span, report) : bareAddress(item);
  if (entry === undefined) {
    report(diagnostic("wrong-type", "depends_on: this is no address", { span, hint: example }));
    return [];
  }
  const { address, key } = entry;
  const found = addressesOf(lowering, setting, address);
  const addresses = key === undefined ? found?.all : found?.byKey(key);
  if (addresses) return addresses.map((to) => ({ address: to, span }));
  if (found && !found.isRepeated && item.type === "index") {
    report(needlessIndex(address, item, origin));
    return [];
  }
  if (stack.misfits.has(address)) return [];
  const names = () => [
    ...stack.resources.keys(),
    ...stack.verifies.keys(),
    ...[...stack.modules.values()].map((m) => m.address),
  ];
  const known = found ? undefined : near.find(`${setting.module.folder.path} depends_on`, address, names);
  report(
    diagnostic("unknown-resource", `There is no ${address}${keySuffix(key)} in the stack`, {
      span,
      ...correction(known, span, "An entry is KIND.NAME of a resource, verify.KIND.NAME or module.NAME."),
    }),
  );
  return [];
}

/** The nodes that an address without a key means. */
interface Found {
  readonly all: readonly string[];
  readonly byKey: (key: InstanceKey) => readonly string[] | undefined;
  readonly isRepeated: boolean;
}

function addressesOf({ evaluator }: Lowering, { module }: Depending, address: string): Found | undefined {
  const { stack } = module;
  const block = stack.resources.get(address) ?? stack.verifies.get(address);
  if (block) {
    const { list, byKey } = evaluator.instances(block, module);
    const one = (key: InstanceKey) => byKey.get(key)?.address;
    return {
      all: list.map((n) => n.address),
      byKey: (key) => {
        const found = one(key);
        return found === undefined ? undefined : [found];
      },
      isRepeated: block.repeat !== undefined,
    };
  }
  const call = address.startsWith("module.") ? stack.modules.get(address.slice("module.".length)) : undefined;
  if (!call) return undefined;
  const { list, byKey } = evaluator.modules(call, module);
  return {
    all: list.flatMap((one) => nodesIn(evaluator, one)),
    byKey: (key) => {
      const one = byKey.get(key);
      return one && nodesIn(evaluator, one);
    },
    isRepeated: call.repeat !== undefined,
  };
}

/** The addresses of everything in a module and in those inside it. */
function nodesIn(evaluator: Evaluator, start: ModuleInstance): string[] {
  const addresses: string[] = [];
  const queue = [start];
  for (const module of queue) {
    const { resources, verifies, modules } = module.stack;
    for (const block of [...resources.values(), ...verifies.values()])
      for (const { address } of evaluator.instances(block, module).list) addresses.push(address);
    for (const block of modules.values()) queue.push(...evaluator.modules(block, module).list);
  }
  return addresses;
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
