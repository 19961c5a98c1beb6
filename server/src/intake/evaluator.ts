/**
 * Values of a stack's declarations, on demand and once each: variables, locals, attributes of resources and the traversals
 * between them. With `outputs` it is the same stack at the moment a step is about to run: run-time values that are known by
 * then take the place of unknown ones.
 */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import { attributeValue } from "./attribute-value.ts";
import type { Frame } from "./context.ts";
import { convert } from "./convert.ts";
import type { Kept } from "./defaults.ts";
import { evaluate } from "./evaluate.ts";
import { expand } from "./expand.ts";
import { functions } from "./functions/table.ts";
import {
  type InstanceKey,
  type Instances,
  isNode,
  type ModuleCall,
  type ModuleInstance,
  moduleInstance,
  type NodeInstance,
  nodeInstance,
  type Setting,
} from "./instances.ts";
import type { RuntimeOutputs } from "./ir.ts";
import type { Owners } from "./owners.ts";
import { type Reference, referencesIn, staticPath } from "./references.ts";
import { maxInstances } from "./repeat.ts";
import { Resolver } from "./resolve.ts";
import { type Budget, broken, createBudget, type PathStep, type Report, type Scope } from "./scope.ts";
import { referencesOf } from "./shape.ts";
import { type ModuleDeclaration, type NodeDeclaration, type Placed, spanOf } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";
import { reportIn } from "./template-report.ts";
import { numberType, stringType } from "./type.ts";
import { type Behind, nothing, type Unit, Units } from "./units.ts";
import { type RuntimeReference, secretReference, type Value } from "./value.ts";
import { markIf } from "./values.ts";
import { variableValue } from "./variable.ts";

export interface EvaluatorInput {
  readonly root: ModuleInstance;
  /** Values of the root's variables. */
  readonly variables: ReadonlyMap<string, Value>;
  readonly kept: Kept;
  readonly outputs: RuntimeOutputs;
  /** The value of `facts`. */
  readonly facts: Value;
  readonly files: StackFiles | undefined;
  readonly report: Report;
  /** Takes down whom the problems belong to. */
  readonly owners: Owners;
  /** Whether there is a reason why a value may not be known: something that has been reported, facts nobody looked for. */
  readonly isExcused: () => boolean;
}

/** What a reference leads to. */
export interface Followed {
  /** Units that must have values before it can be said. */
  readonly first: readonly Unit[];
  /** Units with references of their own. */
  readonly units: readonly Unit[];
  readonly nodes: readonly NodeInstance[];
  /** What is read of each node; all of it when absent. */
  readonly member?: string | undefined;
  /** Stands for all of all the nodes. */
  readonly whole?: Unit;
}

type Repeated = NodeDeclaration | ModuleDeclaration;

const none: readonly never[] = [];
const nowhere: Followed = { first: none, units: none, nodes: none };
const noKeys: ReadonlyMap<InstanceKey, NodeInstance> = new Map();
/** Of a module block without a folder. */
const unusable: Instances<ModuleInstance> = { list: none, byKey: new Map(), isKnown: false };
const forget: Report = () => {};

export class Evaluator {
  readonly #input: EvaluatorInput;
  readonly #budget: Budget = createBudget();
  readonly #units: Units;
  readonly #resolver: Resolver;
  /** Instances made so far, and whom they belong to. */
  #made = 0;
  readonly #madeBy = new Map<string, number>();
  #isCrowded = false;
  #isSearching = false;
  #last: { readonly setting: Setting; readonly scope: Scope } | undefined;
  readonly #secret: NonNullable<Scope["secret"]> = (reference) =>
    this.#input.outputs(secretReference(reference));

  constructor(input: EvaluatorInput) {
    this.#input = input;
    this.#units = new Units((unit) => this.#behind(unit), input.report, input.owners);
    this.#resolver = new Resolver(this, input);
  }

  /** Something depends on the order in which values were asked for: a circle, or the limit of instances. */
  get isTangled(): boolean {
    return this.#units.isCircular || this.#isCrowded;
  }

  /** The value that a unit of this name has, if it has been asked for. */
  known(unit: string): Value | undefined {
    return this.#units.get(unit);
  }

  /** The units of a part of the stack are evaluated anew when somebody asks. */
  forget(owner: string, units: Iterable<string>): void {
    for (const name of units) this.#units.forget(name);
    this.#made -= this.#madeBy.get(owner) ?? 0;
    this.#madeBy.delete(owner);
    this.#last = undefined;
  }

  /** The names of the units that have a value. */
  units(): Iterable<string> {
    return this.#units.names();
  }

  /** There are other names now. */
  forgetNames(): void {
    this.#resolver.forgetNames();
  }

  expression(placed: Placed, setting: Setting): Value {
    const unit: Unit = {
      name: "",
      span: spanOf(placed.origin, placed.expression),
      place: "local",
      setting,
      references: () => referencesIn(placed.expression),
      compute: () => this.#evaluate(placed, setting),
    };
    const value = this.#units.settle(unit);
    this.#units.forget(unit.name);
    return value;
  }

  /** A local value; undefined where there is none of that name. */
  local(module: ModuleInstance, name: string): Value | undefined {
    const known = this.#units.get(`${module.prefix}local.${name}`);
    if (known) return known;
    const unit = this.#localUnit(module, name);
    return unit && this.#units.settle(unit);
  }

  /** The value of one of its variables; undefined where there is none of that name. */
  variable(module: ModuleInstance, name: string): Value | undefined {
    if (!module.call) return this.#input.variables.get(name);
    const known = this.#units.get(`${module.prefix}var.${name}`);
    if (known) return known;
    const unit = this.#variableUnit(module, module.call, name);
    return unit && this.#units.settle(unit);
  }

  /** Undefined where there is none of that name, or none with a value. */
  output(module: ModuleInstance, name: string): Value | undefined {
    const known = this.#units.get(`${module.prefix}output.${name}`);
    if (known) return known;
    const unit = this.#outputUnit(module, name);
    return unit && this.#units.settle(unit);
  }

  /** The attribute's value in the schema's type; undefined when the block does not set it. */
  attribute(node: NodeInstance, name: string): Value | undefined {
    const known = this.#units.get(`${node.address}.${name}`);
    if (known) return known;
    const unit = this.#attributeUnit(node, name);
    return unit && this.#units.settle(unit);
  }

  /** `each.value` there; undefined where the block has no for_each. */
  eachValue(setting: Setting): Value | undefined {
    const { block, key, value } = setting;
    if (value || !block?.repeat || block.repeat.mode !== "for_each") return value;
    const before = this.chained(setting);
    if (before) return this.#resolver.whole(before);
    const all = this.#units.settle(this.#repeatUnit(block, setting.module));
    if (all.kind === "set") return typeof key === "string" ? { kind: "string", value: key } : broken;
    if (all.kind !== "object" && all.kind !== "map") return broken;
    return (typeof key === "string" && all.fields.get(key)) || broken;
  }

  instances(block: NodeDeclaration, module: ModuleInstance): Instances<NodeInstance> {
    const known = this.#instancesNow(block, module);
    if (known) return known;
    this.#units.settle(this.#repeatUnit(block, module));
    return this.instances(block, module);
  }

  /** Of a module block. */
  modules(block: ModuleDeclaration, module: ModuleInstance): Instances<ModuleInstance> {
    const known = this.#modulesNow(block, module);
    if (known) return known;
    this.#units.settle(this.#repeatUnit(block, module));
    return this.modules(block, module);
  }

  /** The instance of the resource that is the whole for_each of a block, under the same key: `each.value` is that instance. */
  chained({ module, block, key }: Setting): NodeInstance | undefined {
    if (block?.repeat?.mode !== "for_each" || key === undefined) return undefined;
    const [root, name, ...rest] = staticPath(block.repeat.expression) ?? [];
    if (!root || !name || rest.length > 0) return undefined;
    const before = module.stack.resources.get(`${root.name}.${name.name}`);
    return before?.repeat && module.nodes.get(before)?.byKey.get(key);
  }

  /** What a reference leads to, once that can be said. */
  target(reference: Reference, setting: Setting): Followed {
    const followed = this.follow(reference, setting);
    if (followed.first.length === 0) return followed;
    for (const unit of followed.first) this.#units.settle(unit);
    return this.target(reference, setting);
  }

  follow(reference: Reference, setting: Setting): Followed {
    const [root, name] = reference.path;
    if (!root || !name) return nowhere;
    switch (root.name) {
      case "var": {
        const { module } = setting;
        return module.call ? through(this.#variableUnit(module, module.call, name.name)) : nowhere;
      }
      case "module":
        return this.#followModule(reference, setting, name.name);
      case "path":
      case "count":
      case "facts":
        return nowhere;
      case "local":
        return through(this.#localUnit(setting.module, name.name));
      case "each":
        return this.#followEach(reference.path, setting);
      case "self":
        return isNode(setting) ? { first: none, units: none, nodes: [setting], member: name.name } : nowhere;
      default:
        return this.#followNode(reference, setting, `${root.name}.${name.name}`);
    }
  }

  #followEach([, name, member]: readonly PathStep[], setting: Setting): Followed {
    const { block, value } = setting;
    if (name?.name !== "value" || value || block?.repeat?.mode !== "for_each") return nowhere;
    const before = this.chained(setting);
    if (before) return { first: none, units: none, nodes: [before], member: member?.name };
    return through(this.#repeatUnit(block, setting.module));
  }

  #followNode(reference: Reference, setting: Setting, address: string): Followed {
    const block = setting.module.stack.resources.get(address);
    if (!block) return nowhere;
    const instances = this.#instancesNow(block, setting.module);
    if (!instances) return { ...nowhere, first: [this.#repeatUnit(block, setting.module)] };
    const { list: nodes } = instances;
    if (!block.repeat)
      return {
        first: none,
        units: none,
        nodes,
        member: reference.index ? undefined : reference.path[2]?.name,
      };
    const key = this.#keyOf(reference.index, setting, block.repeat.mode);
    if (typeof key === "object") return { ...nowhere, first: key };
    if (key === undefined)
      return { first: none, units: none, nodes, whole: this.#wholeUnit(block, setting.module, nodes) };
    const node = instances.byKey.get(key);
    return { first: none, units: none, nodes: node ? [node] : none, member: reference.after?.[0]?.name };
  }

  #followModule(reference: Reference, setting: Setting, name: string): Followed {
    const { module } = setting;
    const block = module.stack.modules.get(name);
    if (!block) return nowhere;
    const instances = this.#modulesNow(block, module);
    if (!instances) return { ...nowhere, first: [this.#repeatUnit(block, module)] };
    const mode = block.repeat?.mode;
    const key = mode && this.#keyOf(reference.index, setting, mode);
    if (typeof key === "object") return { ...nowhere, first: key };
    const output = block.repeat ? key !== undefined && reference.after?.[0] : reference.path[2];
    if (!output) return through(this.#wholeModuleUnit(block, module, instances.list));
    const one = key === undefined ? instances.list[0] : instances.byKey.get(key);
    return through(one && this.#outputUnit(one, output.name));
  }

  /** The key that an index means; undefined when that is not known, and the units that must come first. */
  #keyOf(
    index: Expression | undefined,
    setting: Setting,
    mode: "count" | "for_each",
  ): InstanceKey | undefined | readonly Unit[] {
    if (!index) return undefined;
    const [root, name, ...rest] = staticPath(index) ?? [];
    const isOwn =
      (root?.name === "each" && name?.name === "key") || (root?.name === "count" && name?.name === "index");
    if (isOwn && rest.length === 0 && setting.key !== undefined && typeof setting.key === keyType[mode])
      return setting.key;
    const { units } = this.#behind({ setting, references: () => referencesIn(index) });
    if (units.length > 0) return units;
    const origin = { file: "", start: 0 };
    const value = evaluate(index, this.#scope(origin, setting, forget));
    const key = convert(value, mode === "count" ? numberType : stringType);
    if (key.kind === "number") return key.value.toNumber();
    return key.kind === "string" ? key.value : undefined;
  }

  #evaluate({ origin, expression }: Placed, setting: Setting, frame?: Frame): Value {
    return evaluate(expression, this.#scope(origin, setting, reportIn(setting, this.#input.report)), frame);
  }

  /** The attributes of a block are evaluated one after the other, all in one scope. */
  #scope(origin: Origin, setting: Setting, report: Report): Scope {
    const last = this.#last;
    if (last?.setting === setting && last.scope.origin === origin && last.scope.report === report)
      return last.scope;
    const scope: Scope = {
      origin,
      functions,
      budget: this.#budget,
      files: this.#input.files,
      report,
      secret: this.#secret,
      resolve: (path, tell, index) => this.#resolver.resolve(path, { setting, origin, report: tell, index }),
    };
    this.#last = { setting, scope };
    return scope;
  }

  /** The units that one needs the values of and that have none yet, whatever branch would be taken. */
  #behind(unit: Pick<Unit, "setting" | "references" | "parts">): Behind {
    const units: Unit[] = [];
    let isPartial = false;
    for (const reference of unit.references()) {
      if (this.#isThere(reference, unit.setting)) continue;
      const followed = this.follow(reference, unit.setting);
      if (followed.first.length > 0) isPartial = true;
      for (const first of followed.first) this.#addOpen(first, units);
      for (const through of followed.units) this.#addOpen(through, units);
      if (followed.whole) this.#addOpen(followed.whole, units);
      else for (const node of followed.nodes) this.#addAttributes(node, followed.member, units);
    }
    for (const part of unit.parts?.() ?? none) this.#addOpen(part, units);
    return units.length > 0 || isPartial ? { units, isPartial } : nothing;
  }

  /** Whether all that a reference needs surely has a value: what most of them lead to, told without making anything. */
  #isThere({ path: [root, name] }: Reference, { module }: Setting): boolean {
    switch (root?.name) {
      case "var":
        return !module.call;
      case "local":
        return name !== undefined && this.#units.has(`${module.prefix}local.${name.name}`);
      default:
        return false;
    }
  }

  #addOpen(unit: Unit, units: Unit[]): void {
    if (!this.#units.has(unit.name)) units.push(unit);
  }

  #addAttributes(node: NodeInstance, member: string | undefined, units: Unit[]): void {
    const names =
      member === undefined
        ? (node.module.folder.shapes.get(node.block)?.attributes.keys() ?? none)
        : attributesBehind(node.block, member);
    for (const name of names) {
      if (this.#units.has(`${node.address}.${name}`)) continue;
      const unit = this.#attributeUnit(node, name);
      if (unit) units.push(unit);
    }
  }

  /** Undefined while the block's count or for_each has no value. */
  #instancesNow(block: NodeDeclaration, module: ModuleInstance): Instances<NodeInstance> | undefined {
    const known = module.nodes.get(block);
    if (known) return known;
    if (!block.repeat) {
      const only = { list: [nodeInstance(module, block)], byKey: noKeys, isKnown: true };
      module.nodes.set(block, only);
      return only;
    }
    const made = this.#expand(block, module, (key, value) => nodeInstance(module, block, key, value));
    if (made) module.nodes.set(block, made);
    return made;
  }

  /** Undefined while the block's count or for_each has no value. */
  #modulesNow(block: ModuleDeclaration, module: ModuleInstance): Instances<ModuleInstance> | undefined {
    const known = module.modules.get(block);
    if (known) return known;
    const folder = module.folder.modules.get(block);
    const made = !folder
      ? unusable
      : block.repeat
        ? this.#expand(block, module, (key, value) => moduleInstance(module, block, folder, key, value))
        : this.#once(block, moduleInstance(module, block, folder), module);
    if (made) module.modules.set(block, made);
    return made;
  }

  #once(
    block: ModuleDeclaration,
    instance: ModuleInstance,
    module: ModuleInstance,
  ): Instances<ModuleInstance> {
    this.#count(module.owner ?? block.address, 1);
    if (this.#made <= maxInstances) return { list: [instance], byKey: new Map(), isKnown: true };
    const message = `With this module the stack has more than ${maxInstances} instances`;
    this.#input.report(diagnostic("invalid-module", message, { span: block.span }));
    this.#isCrowded = true;
    return unusable;
  }

  #count(owner: string, made: number): void {
    this.#made += made;
    this.#madeBy.set(owner, (this.#madeBy.get(owner) ?? 0) + made);
  }

  #expand<T>(
    block: Repeated,
    module: ModuleInstance,
    make: (key?: InstanceKey, value?: Value) => T,
  ): Instances<T> | undefined {
    const value = this.#units.get(this.#repeatName(block, module));
    if (!value) return undefined;
    const { isExcused } = this.#input;
    const report = reportIn({ module }, this.#input.report);
    const room = maxInstances - this.#made;
    const runtime = () => this.#runtimeBehind(block, module);
    const crowded = () => {
      this.#isCrowded = true;
    };
    const owner = module.owner ?? block.address;
    const made = this.#input.owners.run(owner, () =>
      expand({ block, module, value, report, runtime, isExcused, room, crowded }, make),
    );
    this.#count(owner, made.list.length);
    return made;
  }

  /** A run-time value that a block's count or for_each comes from. */
  #runtimeBehind({ repeat }: Repeated, module: ModuleInstance): RuntimeReference | undefined {
    // A block may ask for its own instances: that circle has been reported.
    if (this.#isSearching) return undefined;
    this.#isSearching = true;
    const found = this.#runtimeIn(repeat ? referencesIn(repeat.expression) : none, module);
    this.#isSearching = false;
    return found;
  }

  #runtimeIn(references: readonly Reference[], module: ModuleInstance): RuntimeReference | undefined {
    for (const reference of references) {
      const { nodes, units, member } = this.follow(reference, { module });
      const values = [
        ...nodes.flatMap((node) => (member === undefined ? [] : (this.#resolver.member(node, member) ?? []))),
        ...units.flatMap((unit) => this.#units.get(unit.name) ?? []),
      ];
      const found = values.map(runtimeIn).find((r) => r !== undefined);
      if (found) return found;
    }
    return undefined;
  }

  #repeatName(block: Repeated, module: ModuleInstance): string {
    return `${module.prefix}${block.address}.${block.repeat?.mode ?? ""}`;
  }

  #repeatUnit(block: Repeated, module: ModuleInstance): Unit {
    const { repeat } = block;
    if (!repeat) throw new Error(`${block.address} is there once`);
    return {
      name: this.#repeatName(block, module),
      span: repeat.span,
      place: "repeat",
      owner: module.owner ?? block.address,
      setting: { module },
      references: () => referencesIn(repeat.expression),
      compute: () => this.#evaluate(repeat, { module }),
    };
  }

  #localUnit(module: ModuleInstance, name: string): Unit | undefined {
    const declaration = module.stack.locals.get(name);
    if (!declaration) return undefined;
    const unit = `${module.prefix}local.${name}`;
    return {
      name: unit,
      span: declaration.span,
      place: "local",
      owner: module.owner ?? unit,
      setting: { module },
      references: () => referencesIn(declaration.expression),
      compute: () => this.#evaluate(declaration, { module }),
    };
  }

  #variableUnit(module: ModuleInstance, call: ModuleCall, name: string): Unit | undefined {
    const variable = module.folder.variables.get(name);
    if (!variable) return undefined;
    const at = call.block.arguments.get(name);
    return {
      name: `${module.prefix}var.${name}`,
      span: at?.span ?? variable.declaration.span,
      place: "local",
      ...(module.owner !== undefined && { owner: module.owner }),
      setting: call,
      references: () => (at ? referencesIn(at.expression) : none),
      compute: () => {
        // One that nobody gives has been reported at the module block.
        if (!at && !variable.default) return broken;
        const given = at && { value: this.#evaluate(at, call), at };
        return variableValue(variable, given, reportIn({ module }, this.#input.report));
      },
    };
  }

  #outputUnit(module: ModuleInstance, name: string): Unit | undefined {
    const output = module.folder.outputs.get(name);
    const value = output?.value;
    if (!value) return undefined;
    const unit = `${module.prefix}output.${name}`;
    return {
      name: unit,
      span: output.declaration.span,
      place: "local",
      owner: module.owner ?? unit,
      setting: { module },
      references: () => referencesIn(value.expression),
      compute: () => markIf(output.sensitive, this.#evaluate(value, { module })),
    };
  }

  #wholeModuleUnit(
    block: ModuleDeclaration,
    module: ModuleInstance,
    instances: readonly ModuleInstance[],
  ): Unit {
    return {
      name: `${module.prefix}${block.address}`,
      span: block.span,
      place: "local",
      setting: { module },
      references: () => none,
      parts: () =>
        instances.flatMap((one) =>
          [...one.folder.outputs.keys()].flatMap((name) => this.#outputUnit(one, name) ?? []),
        ),
      // Who needs the value puts it together; this says that all of it is there.
      compute: () => broken,
    };
  }

  #wholeUnit(block: NodeDeclaration, module: ModuleInstance, nodes: readonly NodeInstance[]): Unit {
    return {
      name: `${module.prefix}${block.address}`,
      span: block.span,
      place: "resource",
      setting: { module },
      references: () => none,
      parts: () => {
        const units: Unit[] = [];
        for (const node of nodes) this.#addAttributes(node, undefined, units);
        return units;
      },
      // Who needs the value puts it together; this says that all of it is there.
      compute: () => broken,
    };
  }

  #attributeUnit(node: NodeInstance, name: string): Unit | undefined {
    const source = node.module.folder.shapes.get(node.block)?.attributes.get(name);
    const schema = node.block.kind.attributes.find((a) => a.name === name);
    if (!source || !schema) return undefined;
    const { origin } = node.block;
    const setting: NodeInstance = schema.check ? { ...node, isAfter: true } : node;
    return {
      name: `${node.address}.${name}`,
      span: source.span,
      place: schema.check ? "check" : "resource",
      owner: node.module.owner ?? node.block.address,
      setting,
      references: () => referencesOf(source),
      compute: () => {
        const evaluate = (expression: Expression, frame?: Frame) =>
          this.#evaluate({ origin, expression }, setting, frame);
        return attributeValue(
          { origin, evaluate, report: reportIn(node, this.#input.report) },
          source,
          schema,
        );
      },
    };
  }
}

const keyType = { count: "number", for_each: "string" } as const;

const through = (unit: Unit | undefined): Followed =>
  unit ? { first: none, units: [unit], nodes: none } : nowhere;

/** A run-time value somewhere inside a value. */
function runtimeIn(value: Value): RuntimeReference | undefined {
  const inner = value.kind === "unknown" ? value.parts?.filter((p) => typeof p === "object") : undefined;
  if (inner) return inner[0];
  const parts = "items" in value ? value.items : "fields" in value ? [...value.fields.values()] : [];
  for (const part of parts) {
    const found = runtimeIn(part);
    if (found) return found;
  }
  return undefined;
}

/** The attributes that `KIND.NAME.member` may read. */
function attributesBehind(block: NodeDeclaration, member: string): string[] {
  const output = block.kind.outputs.find((o) => o.name === member);
  const schema = block.kind.attributes.find((a) => a.name === member || a.aliases?.includes(member));
  return [...(output?.needs === undefined ? [] : [output.needs]), ...(schema ? [schema.name] : [])];
}
