/** What the names in expressions stand for: the root of a traversal and the names after it become a value. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Index } from "../syntax/ast.ts";
import { convert } from "./convert.ts";
import { defaultOf } from "./defaults.ts";
import type { Evaluator, EvaluatorInput } from "./evaluator.ts";
import { type Instances, isNode, type ModuleInstance, type NodeInstance, type Setting } from "./instances.ts";
import { LazyFields } from "./lazy-fields.ts";
import {
  kindAlone,
  missingKey,
  nameMissing,
  needlessIndex,
  notHere,
  unknownMember,
  unknownName,
  unknownOutput,
  unknownResource,
  unknownRoot,
} from "./missing-names.ts";
import { rootFolder } from "./module-block.ts";
import { NearestNames } from "./nearest-names.ts";
import { numberValue } from "./number.ts";
import type { OutputSchema } from "./schema/schema.ts";
import { broken, type PathStep, type Report, type Resolved } from "./scope.ts";
import type { ModuleDeclaration, NodeDeclaration } from "./stack.ts";
import { numberType, stringType } from "./type.ts";
import type { Value } from "./value.ts";
import { nullOf, objectValue, sortFields, stringValue, tupleValue, unknownOf } from "./values.ts";

/** Where a name stands, and whom to tell when nothing is called so. */
export interface Place {
  readonly setting: Setting;
  readonly origin: Origin;
  readonly report: Report;
  /** The expression in which brackets follow right after the names. */
  readonly index: Index | undefined;
}

type Path = readonly PathStep[];

export class Resolver {
  readonly #evaluator: Evaluator;
  readonly #input: Pick<EvaluatorInput, "variables" | "outputs" | "kept" | "facts">;
  readonly #near = new NearestNames();
  readonly #wholes = new WeakMap<NodeInstance, Value>();
  /** Of blocks with count or for_each. */
  readonly #collections = new WeakMap<object, Value>();

  constructor(evaluator: Evaluator, input: Pick<EvaluatorInput, "variables" | "outputs" | "kept" | "facts">) {
    this.#evaluator = evaluator;
    this.#input = input;
  }

  /** There are other names now: none is the nearest any more. */
  forgetNames(): void {
    this.#near.clear();
  }

  /** Undefined after it has told why there is nothing. */
  resolve(path: Path, place: Place): Resolved | undefined {
    const root = path[0];
    if (!root) throw new Error("an empty path");
    switch (root.name) {
      case "var":
        return this.#variable(path, place);
      case "local":
        return this.#local(path, place);
      case "path":
        return this.#path(path, place);
      case "module":
        return this.#module(path, place);
      case "each":
        return this.#each(path, place);
      case "count":
        return this.#count(path, place);
      case "facts":
        return { value: this.#input.facts, consumed: 1 };
      case "self":
        return this.#self(path, place);
      default: {
        const { stack } = place.setting.module;
        if (stack.kinds.resources.has(root.name)) return this.#resource(path, place);
        if (stack.kinds.invalid.has(root.name)) return undefined;
        if (path[1] && stack.misfits.has(`${root.name}.${path[1].name}`)) return undefined;
        return place.report(unknownRoot(root, path, place.origin, stack)) as undefined;
      }
    }
  }

  #variable(path: Path, { setting, origin, report }: Place): Resolved | undefined {
    const step = path[1];
    if (!step) return report(nameMissing(path, origin, "var", "NAME")) as undefined;
    const { module } = setting;
    const value = this.#evaluator.variable(module, step.name);
    if (value) return { value, consumed: 2 };
    const near = this.#find(module, "var", step.name, () => module.stack.variables.keys());
    return report(unknownName("unknown-variable", step, origin, near, module)) as undefined;
  }

  #local(path: Path, { setting, origin, report }: Place): Resolved | undefined {
    const step = path[1];
    if (!step) return report(nameMissing(path, origin, "local", "NAME")) as undefined;
    const { module } = setting;
    const value = this.#evaluator.local(module, step.name);
    if (value) return { value, consumed: 2 };
    const near = this.#find(module, "local", step.name, () => module.stack.locals.keys());
    return report(unknownName("unknown-local", step, origin, near, module)) as undefined;
  }

  #path(path: Path, { setting, origin, report }: Place): Resolved | undefined {
    const step = path[1];
    // Paths are relative to the stack's folder, wherever that is.
    if (step?.name === "root") return { value: stringValue(rootFolder), consumed: 2 };
    if (step?.name === "module") return { value: stringValue(setting.module.folder.path), consumed: 2 };
    return report(notHere(path, origin, 'path has "root" and "module"')) as undefined;
  }

  #each(path: Path, { setting, origin, report }: Place): Resolved | undefined {
    const { block, key } = setting;
    const step = path[1];
    if (block?.repeat?.mode !== "for_each") return report(noRepeat(path, origin, "for_each")) as undefined;
    if (step?.name === "key")
      return { value: typeof key === "string" ? stringValue(key) : unknownOf(stringType), consumed: 2 };
    if (step?.name === "value")
      return { value: (key !== undefined && this.#evaluator.eachValue(setting)) || broken, consumed: 2 };
    return report(notHere(path, origin, 'each has "key" and "value"')) as undefined;
  }

  #count(path: Path, { setting: { block, key }, origin, report }: Place): Resolved | undefined {
    const step = path[1];
    if (block?.repeat?.mode !== "count") return report(noRepeat(path, origin, "count")) as undefined;
    if (step?.name === "index")
      return { value: typeof key === "number" ? numberValue(key) : unknownOf(numberType), consumed: 2 };
    return report(notHere(path, origin, 'count has "index"')) as undefined;
  }

  #self(path: Path, { setting, origin, report }: Place): Resolved | undefined {
    const [, step] = path;
    if (!isNode(setting) || setting.block.verify) {
      const hint = "self is the resource whose block it stands in.";
      return report(notHere(path.slice(0, 1), origin, "There is no self here", hint)) as undefined;
    }
    if (!step) return report(nameMissing(path, origin, "self", "ATTRIBUTE")) as undefined;
    const value = setting.isAfter ? this.member(setting, step.name) : this.#attribute(setting, step.name);
    if (value) return { value, consumed: 2 };
    const isOutput = setting.block.kind.outputs.some((o) => o.name === step.name);
    if (!isOutput || setting.isAfter) return report(unknownMember(setting.block, step, origin)) as undefined;
    const hint = "Other blocks can refer to it.";
    const message = `self.${step.name} is known only when this block's own step has run`;
    return report(
      diagnostic("not-known-yet", message, { span: { origin, start: step.start, end: step.end }, hint }),
    ) as undefined;
  }

  #resource(path: Path, place: Place): Resolved | undefined {
    const [root, label, attribute] = path;
    const { setting, origin, report, index } = place;
    const { stack } = setting.module;
    if (!root) throw new Error("an empty path");
    if (!label) return report(kindAlone(root, path, origin, stack)) as undefined;
    const address = `${root.name}.${label.name}`;
    const block = stack.resources.get(address);
    if (!block) return this.#missing(root, label, place);
    const instances = this.#evaluator.instances(block, setting.module);
    if (block.repeat) {
      if (attribute) return report(missingKey(block, instances, label, attribute, origin)) as undefined;
      return { value: this.#collection(block, instances, (one) => this.whole(one)), consumed: 2 };
    }
    const [node] = instances.list;
    if (!node) throw new Error(`${address} has no instance`);
    if (attribute) {
      const value = this.member(node, attribute.name);
      if (value) return { value, consumed: 3 };
      return report(unknownMember(block, attribute, origin)) as undefined;
    }
    if (index) return report(needlessIndex(address, index, origin)) as undefined;
    return { value: this.whole(node), consumed: 2 };
  }

  #module(path: Path, { setting, origin, report, index }: Place): Resolved | undefined {
    const [, label, output] = path;
    const { module } = setting;
    const { stack } = module;
    if (!label) return report(nameMissing(path, origin, "module", "NAME")) as undefined;
    const block = stack.modules.get(label.name);
    if (!block) {
      const near = this.#find(module, "module", label.name, () => stack.modules.keys());
      return report(unknownName("unknown-module", label, origin, near, module)) as undefined;
    }
    const instances = this.#evaluator.modules(block, module);
    const [only] = instances.list;
    if (block.repeat) {
      if (output) return report(missingKey(block, instances, label, output, origin)) as undefined;
      return { value: this.#collection(block, instances, (one) => this.#outputs(one)), consumed: 2 };
    }
    if (!only) return undefined;
    if (index) return report(needlessIndex(block.address, index, origin)) as undefined;
    if (!output) return { value: this.#outputs(only), consumed: 2 };
    const value = this.#evaluator.output(only, output.name);
    if (value) return { value, consumed: 3 };
    if (only.folder.outputs.has(output.name)) return undefined;
    return report(unknownOutput(only.folder, output, origin)) as undefined;
  }

  /** All outputs of a module, each evaluated when it is asked for. */
  #outputs(module: ModuleInstance): Value {
    const find = (name: string): Value | undefined =>
      module.folder.outputs.has(name) ? (this.#evaluator.output(module, name) ?? broken) : undefined;
    const all = () =>
      sortFields(new Map([...module.folder.outputs.keys()].map((name) => [name, find(name) ?? broken])));
    return { kind: "object", fields: new LazyFields(find, all) };
  }

  /** The nearest of a module's names. */
  #find(
    module: ModuleInstance,
    space: string,
    name: string,
    names: () => Iterable<string>,
  ): string | undefined {
    return this.#near.find(`${module.folder.path} ${space}`, name, names);
  }

  #missing(root: PathStep, label: PathStep, { setting, origin, report }: Place): undefined {
    const { stack } = setting.module;
    if (stack.misfits.has(`${root.name}.${label.name}`)) return;
    const names = () =>
      [...stack.resources.values()].filter((r) => r.kind.name === root.name).map((r) => r.name);
    const near = this.#find(setting.module, root.name, label.name, names);
    report(unknownResource(root, label, origin, setting.module, near));
  }

  /** A tuple for count, an object for for_each. */
  #collection<T>(
    { repeat }: NodeDeclaration | ModuleDeclaration,
    instances: Instances<T>,
    whole: (one: T) => Value,
  ): Value {
    const known = this.#collections.get(instances);
    if (known) return known;
    const value = !instances.isKnown
      ? broken
      : repeat?.mode === "count"
        ? tupleValue(instances.list.map(whole))
        : objectValue(new Map([...instances.byKey].map(([key, node]) => [String(key), whole(node)])));
    this.#collections.set(instances, value);
    return value;
  }

  /** All attributes and outputs, each evaluated when it is asked for. */
  whole(node: NodeInstance): Value {
    const known = this.#wholes.get(node);
    if (known) return known;
    const all = (): ReadonlyMap<string, Value> => {
      const { attributes, outputs } = node.block.kind;
      const fields = new Map<string, Value>();
      for (const { name } of [...attributes, ...outputs]) {
        const value = this.member(node, name);
        if (value) fields.set(name, value);
      }
      return sortFields(fields);
    };
    const value: Value = { kind: "object", fields: new LazyFields((name) => this.member(node, name), all) };
    this.#wholes.set(node, value);
    return value;
  }

  /** An output or attribute of a resource; undefined where it has none of that name. */
  member(node: NodeInstance, name: string): Value | undefined {
    const output = node.block.kind.outputs.find((o) => o.name === name);
    if (output && this.#hasOutput(node, output)) return this.#output(node, output);
    return this.#attribute(node, name);
  }

  #attribute(node: NodeInstance, name: string): Value | undefined {
    const schema = node.block.kind.attributes.find((a) => a.name === name || a.aliases?.includes(name));
    if (!schema) return undefined;
    const value = this.#evaluator.attribute(node, schema.name);
    if (value && value.kind !== "null") return value;
    return defaultOf(node, schema, this.#input.kept) ?? nullOf(schema.type);
  }

  #hasOutput(node: NodeInstance, output: OutputSchema): boolean {
    return output.needs === undefined || isThere(this.#evaluator.attribute(node, output.needs));
  }

  #output(node: NodeInstance, output: OutputSchema): Value {
    const reference = { address: node.address, output: output.name };
    const type = output.type ?? stringType;
    const known = this.#input.outputs(reference);
    if (known === undefined) return { kind: "unknown", type, parts: [reference] };
    const converted = convert(stringValue(known), type);
    return converted.kind === "problem" ? stringValue(known) : converted;
  }
}

function noRepeat(path: Path, origin: Origin, mode: "count" | "for_each") {
  const [root] = path;
  return diagnostic(
    "unknown-reference",
    `There is no "${root?.name}" here, because the block has no ${mode}`,
    {
      span: root && { origin, start: root.start, end: path[1]?.end ?? root.end },
      hint:
        mode === "count"
          ? "count.index is the number of an instance, inside a resource or module block with count."
          : "each.key and each.value belong to an instance, inside a resource or module block with for_each.",
    },
  );
}

/** Whether an attribute with this value has what an output `needs`; one that is not known yet is taken to have it. */
export function isThere(value: Value | undefined): boolean {
  if (!value || value.kind === "null") return false;
  return !("items" in value) || value.items.length > 0;
}
