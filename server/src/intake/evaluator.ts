/**
 * Values of a stack's declarations, on demand and once each: variables, locals, attributes of resources and the traversals
 * between them. With `outputs` it is the same stack at the moment a step is about to run: run-time values that are known by
 * then take the place of unknown ones.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import { convert, describeProblem } from "./convert.ts";
import { type Dependencies, expressionsOf } from "./dependencies.ts";
import { evaluate } from "./evaluate.ts";
import { functions } from "./functions/table.ts";
import type { RuntimeOutputs } from "./ir.ts";
import { locate } from "./locate.ts";
import { nameMissing, unknownMember, unknownName, unknownResource, unknownRoot } from "./missing-names.ts";
import { NearestNames } from "./nearest-names.ts";
import type { AttributeSchema, OutputSchema } from "./schema/schema.ts";
import {
  type Budget,
  broken,
  createBudget,
  type PathStep,
  type Report,
  type Resolved,
  type Scope,
} from "./scope.ts";
import type { AttributeSource, NestedBlock, Shape } from "./shape.ts";
import { type NodeDeclaration, type Placed, type Stack, spanOf } from "./stack.ts";
import { numberType, stringType, type Type } from "./type.ts";
import type { Value } from "./value.ts";
import { listValue, nullOf, objectValue, stringValue } from "./values.ts";

export interface EvaluatorInput {
  readonly stack: Stack;
  readonly shapes: ReadonlyMap<NodeDeclaration, Shape>;
  readonly dependencies: Dependencies;
  /** Values of the declared variables. */
  readonly variables: ReadonlyMap<string, Value>;
  readonly outputs: RuntimeOutputs;
  readonly report: Report;
}

/** Something that has a value of its own: a local value or an attribute. */
interface Unit {
  /** As references name it: `local.x`, `file.page.content`. */
  readonly name: string;
  readonly span: Span;
  readonly origin: Origin;
  readonly expressions: readonly Expression[];
  readonly place: "local" | "resource" | "check";
  readonly compute: () => Value;
}

export class Evaluator {
  readonly #input: EvaluatorInput;
  readonly #budget: Budget = createBudget();
  /** Those without a value yet that something has asked for. */
  readonly #units = new Map<string, Unit>();
  /** By the names of units. */
  readonly #values = new Map<string, Value>();
  readonly #scopes = new WeakMap<Origin, Scope>();
  readonly #near = new NearestNames();

  constructor(input: EvaluatorInput) {
    this.#input = input;
  }

  expression(placed: Placed): Value {
    for (const unit of this.#unitsBehind(placed.expression)) this.#settle(unit);
    return this.#evaluate(placed);
  }

  local(name: string): Value {
    const known = this.#values.get(`local.${name}`);
    if (known) return known;
    const unit = this.#localUnit(name);
    if (!unit) throw new Error(`no local ${name}`);
    return this.#settle(unit);
  }

  /** The attribute's value in the schema's type; undefined when the block does not set it. */
  attribute(node: NodeDeclaration, name: string): Value | undefined {
    const known = this.#values.get(`${node.address}.${name}`);
    if (known) return known;
    const unit = this.#attributeUnit(node, name);
    return unit && this.#settle(unit);
  }

  #evaluate(placed: Placed): Value {
    return evaluate(placed.expression, this.#scope(placed.origin));
  }

  /**
   * A unit's value, after those of all units behind it. Without recursion, because a chain of references may be longer than
   * the call stack; what closes a circle has no value.
   */
  #settle(start: Unit): Value {
    const path = [this.#visit(start)];
    const open = new Map([[start.name, 0]]);
    for (let top = path[0]; top; top = path.at(-1)) {
      const next = this.#values.has(top.unit.name) ? undefined : top.behind[top.at++];
      if (!next) {
        this.#compute(top.unit);
        open.delete(top.unit.name);
        path.pop();
        continue;
      }
      if (this.#values.has(next.name)) continue;
      const closes = open.get(next.name);
      if (closes === undefined) {
        open.set(next.name, path.length);
        path.push(this.#visit(next));
        continue;
      }
      this.#circle(path.slice(closes).map((p) => p.unit));
      this.#values.set(next.name, broken);
    }
    return this.#values.get(start.name) ?? broken;
  }

  #visit(unit: Unit): { readonly unit: Unit; readonly behind: readonly Unit[]; at: number } {
    const behind = this.#values.has(unit.name) ? [] : unit.expressions.flatMap((e) => this.#unitsBehind(e));
    return { unit, behind, at: 0 };
  }

  #compute(unit: Unit): void {
    if (!this.#values.has(unit.name)) this.#values.set(unit.name, unit.compute());
    this.#units.delete(unit.name);
  }

  #circle(found: readonly Unit[]): void {
    // A circle through resources is found in their graph, and reported whole; what a check needs is no edge of its service.
    const places = new Set(found.map((u) => u.place));
    if (places.has("resource") && !places.has("check")) return;
    // Wherever the search began, a circle is told from its first name on.
    const names = found.map((u) => u.name);
    const first = names.indexOf([...names].sort()[0] ?? "");
    const [start, ...others] = [...found.slice(first), ...found.slice(0, first)];
    if (!start) return;
    const loop = [start, ...others, start].map((u) => u.name).join(" → ");
    this.#input.report(
      diagnostic("cycle", `These depend on each other in a circle: ${loop}`, {
        span: start.span,
        related: others.map((u) => ({ span: u.span, message: `${u.name} is part of it` })),
        hint: "Remove one of these references.",
      }),
    );
  }

  /** The units that an expression needs the values of and that have none yet, whatever branch would be taken. */
  #unitsBehind(expression: Expression): Unit[] {
    return this.#input.dependencies.paths(expression).flatMap((path) => this.#unitsAt(path));
  }

  #unitsAt([root, name, member]: readonly PathStep[]): Unit[] {
    if (!root || !name) return [];
    if (root.name === "local") {
      const unit = this.#values.has(`local.${name.name}`) ? undefined : this.#localUnit(name.name);
      return unit ? [unit] : [];
    }
    const node = this.#input.stack.resources.get(`${root.name}.${name.name}`);
    if (!node) return [];
    const attributes = this.#input.shapes.get(node)?.attributes.keys() ?? [];
    const names = member ? attributesBehind(node, member.name) : [...attributes];
    const open = names.filter((attribute) => !this.#values.has(`${node.address}.${attribute}`));
    return open.flatMap((attribute) => this.#attributeUnit(node, attribute) ?? []);
  }

  #localUnit(name: string): Unit | undefined {
    const declaration = this.#input.stack.locals.get(name);
    if (!declaration) return undefined;
    return this.#unit(`local.${name}`, () => ({
      name: `local.${name}`,
      span: declaration.span,
      origin: declaration.origin,
      expressions: [declaration.expression],
      place: "local",
      compute: () => this.#evaluate(declaration),
    }));
  }

  #attributeUnit(node: NodeDeclaration, name: string): Unit | undefined {
    const source = this.#input.shapes.get(node)?.attributes.get(name);
    const schema = node.kind.attributes.find((a) => a.name === name);
    if (!source || !schema) return undefined;
    const key = `${node.address}.${name}`;
    return this.#unit(key, () => ({
      name: key,
      span: source.span,
      origin: node.origin,
      expressions: expressionsOf(source),
      place: schema.check ? "check" : "resource",
      compute: () => this.#fromSource(source, schema, node.origin),
    }));
  }

  #unit(name: string, make: () => Unit): Unit {
    const known = this.#units.get(name);
    if (known) return known;
    const unit = make();
    this.#units.set(name, unit);
    return unit;
  }

  #scope(origin: Origin): Scope {
    const known = this.#scopes.get(origin);
    if (known) return known;
    const scope: Scope = {
      origin,
      functions,
      budget: this.#budget,
      report: this.#input.report,
      resolve: (path, report) => this.#resolve(path, origin, report),
    };
    this.#scopes.set(origin, scope);
    return scope;
  }

  #fromSource(source: AttributeSource, schema: AttributeSchema, origin: Origin): Value {
    switch (source.form) {
      case "value":
        return this.#typed(source, origin, schema);
      case "port": {
        const port = this.#converted(source, origin, numberType, "port");
        if (port.kind === "null") return nullOf(schema.type);
        const fields = new Map<string, Value>([
          ["external", port],
          ["internal", port],
        ]);
        return this.#convertValue(
          listValue(elementOf(schema.type), [objectValue(fields)]),
          schema.type,
          "port",
          source.span,
        );
      }
      case "blocks": {
        const objects = source.blocks.map((block) => this.#nested(block, schema, origin));
        const [first = broken] = objects;
        const value =
          schema.block?.cardinality === "one" ? first : { kind: "tuple" as const, items: objects };
        return this.#convertValue(value, schema.type, schema.name, source.span);
      }
    }
  }

  #typed(
    source: Extract<AttributeSource, { form: "value" }>,
    origin: Origin,
    schema: AttributeSchema,
  ): Value {
    const { expression } = source;
    const isListOfStrings = schema.type.kind === "list" && schema.type.element.kind === "string";
    if (isListOfStrings && expression.type === "template") {
      const value = this.#evaluate({ origin, expression });
      const words =
        value.kind === "string" && schema.name === "command" ? value.value.trim().split(/\s+/) : undefined;
      const span = spanOf(origin, expression);
      const simple = words?.every((w) => /^[\w@%+=:,./-]+$/.test(w)) ? words : undefined;
      const list = simple ? `[${simple.map((w) => JSON.stringify(w)).join(", ")}]` : undefined;
      this.#input.report(
        diagnostic("wrong-type", `${schema.name}: a list of strings is required, this is one string`, {
          span,
          hint: list ? `Write ${schema.name} = ${list}` : `Write ${schema.name} = ["…", "…"]`,
          fix: list ? { title: "Split it into a list", edits: [{ span, text: list }] } : undefined,
        }),
      );
      return broken;
    }
    return this.#converted(source, origin, schema.type, schema.name);
  }

  #nested(block: NestedBlock, schema: AttributeSchema, origin: Origin): Value {
    const fields = new Map<string, Value>();
    for (const inner of schema.block?.attributes ?? []) {
      const source = block.attributes.get(inner.name);
      if (source) fields.set(inner.name, this.#fromSource(source, inner, origin));
    }
    // A missing required attribute has been reported; the object must convert all the same.
    for (const inner of schema.block?.attributes ?? []) {
      if (inner.required && !fields.has(inner.name)) fields.set(inner.name, broken);
    }
    return objectValue(fields);
  }

  #converted(
    source: { readonly expression: Placed["expression"]; readonly span: Span },
    origin: Origin,
    type: Type,
    path: string,
  ): Value {
    const value = this.#evaluate({ origin, expression: source.expression });
    const result = convert(value, type);
    if (result.kind !== "problem") return result;
    const span = spanOf(origin, locate(source.expression, result.path));
    this.#input.report(diagnostic("wrong-type", describeProblem(result, path), { span }));
    return broken;
  }

  #convertValue(value: Value, type: Type, path: string, span: Span): Value {
    const result = convert(value, type);
    if (result.kind !== "problem") return result;
    this.#input.report(diagnostic("wrong-type", describeProblem(result, path), { span }));
    return broken;
  }

  #resolve(path: readonly PathStep[], origin: Origin, report: Report): Resolved | undefined {
    const root = path[0];
    if (!root) throw new Error("an empty path");
    switch (root.name) {
      case "var":
        return this.#resolveVariable(path, origin, report);
      case "local":
        return this.#resolveLocal(path, origin, report);
      case "path":
        return this.#resolvePath(path, origin, report);
      default:
        if (this.#input.stack.kinds.resources.has(root.name))
          return this.#resolveResource(path, origin, report);
        if (this.#input.stack.kinds.invalid.has(root.name)) return undefined;
        if (path[1] && this.#input.stack.misfits.has(`${root.name}.${path[1].name}`)) return undefined;
        return report(unknownRoot(root, path, origin, this.#input.stack)) as undefined;
    }
  }

  #resolveVariable(path: readonly PathStep[], origin: Origin, report: Report): Resolved | undefined {
    const step = path[1];
    if (!step) return report(nameMissing(path, origin, "var", "NAME")) as undefined;
    const value = this.#input.variables.get(step.name);
    if (value) return { value, consumed: 2 };
    const span = { origin, start: step.start, end: step.end };
    const near = this.#near.find("var", step.name, () => this.#input.stack.variables.keys());
    return report(unknownName("unknown-variable", step.name, span, near)) as undefined;
  }

  #resolveLocal(path: readonly PathStep[], origin: Origin, report: Report): Resolved | undefined {
    const step = path[1];
    if (!step) return report(nameMissing(path, origin, "local", "NAME")) as undefined;
    if (this.#input.stack.locals.has(step.name)) return { value: this.local(step.name), consumed: 2 };
    const span = { origin, start: step.start, end: step.end };
    const near = this.#near.find("local", step.name, () => this.#input.stack.locals.keys());
    return report(unknownName("unknown-local", step.name, span, near)) as undefined;
  }

  #resolvePath(path: readonly PathStep[], origin: Origin, report: Report): Resolved | undefined {
    const step = path[1];
    // The stack is one module, and paths are relative to its folder, wherever that is.
    if (step?.name === "root" || step?.name === "module") return { value: stringValue("."), consumed: 2 };
    const at = step ?? path[0];
    const span = at && { origin, start: at.start, end: at.end };
    return report(
      diagnostic("unknown-reference", `path has "root" and "module"${step ? `, not "${step.name}"` : ""}`, {
        span,
      }),
    ) as undefined;
  }

  #resolveResource(path: readonly PathStep[], origin: Origin, report: Report): Resolved | undefined {
    const [root, label, attribute] = path;
    if (!root) throw new Error("an empty path");
    if (!label) return report(this.#kindAlone(root, path, origin)) as undefined;
    const { stack } = this.#input;
    const address = `${root.name}.${label.name}`;
    const node = stack.resources.get(address);
    if (!node) {
      if (stack.misfits.has(address)) return undefined;
      const names = () =>
        [...stack.resources.values()].filter((r) => r.kind.name === root.name).map((r) => r.name);
      const near = this.#near.find(root.name, label.name, names);
      return report(unknownResource(root, label, origin, stack, near)) as undefined;
    }
    if (!attribute) return { value: this.#whole(node), consumed: 2 };
    const value = this.#member(node, attribute.name);
    if (value) return { value, consumed: 3 };
    return report(unknownMember(node, attribute, origin)) as undefined;
  }

  /** A kind's name alone may have been meant as the variable or local value of that name. */
  #kindAlone(root: PathStep, path: readonly PathStep[], origin: Origin): Diagnostic {
    const { stack } = this.#input;
    const isOther = stack.variables.has(root.name) || stack.locals.has(root.name);
    return isOther ? unknownRoot(root, path, origin, stack) : nameMissing(path, origin, root.name, "NAME");
  }

  /** An output or attribute of a resource. */
  #member(node: NodeDeclaration, name: string): Value | undefined {
    const output = node.kind.outputs.find((o) => o.name === name);
    if (output && this.#hasOutput(node, output)) return this.#output(node, output);
    const schema = node.kind.attributes.find((a) => a.name === name || a.aliases?.includes(name));
    if (!schema) return undefined;
    const value = this.attribute(node, schema.name);
    if (value && value.kind !== "null") return value;
    if (schema.emitted === "label") return stringValue(node.name);
    return schema.emitted ?? nullOf(schema.type);
  }

  #hasOutput(node: NodeDeclaration, output: OutputSchema): boolean {
    return output.needs === undefined || isThere(this.attribute(node, output.needs));
  }

  #output(node: NodeDeclaration, output: OutputSchema): Value {
    const reference = { address: node.address, output: output.name };
    const type = output.type ?? stringType;
    const known = this.#input.outputs(reference);
    if (known === undefined) return { kind: "unknown", type, parts: [reference] };
    const converted = convert(stringValue(known), type);
    return converted.kind === "problem" ? stringValue(known) : converted;
  }

  #whole(node: NodeDeclaration): Value {
    const names = [...node.kind.attributes.map((a) => a.name), ...node.kind.outputs.map((o) => o.name)];
    const fields = new Map<string, Value>();
    for (const name of names) {
      const value = this.#member(node, name);
      if (value) fields.set(name, value);
    }
    return objectValue(fields);
  }
}

function elementOf(type: Type): Type {
  return type.kind === "list" ? type.element : type;
}

/** Whether an attribute with this value has what an output `needs`; one that is not known yet is taken to have it. */
export function isThere(value: Value | undefined): boolean {
  if (!value || value.kind === "null") return false;
  return !("items" in value) || value.items.length > 0;
}

/** The attributes that `KIND.NAME.member` may read. */
function attributesBehind(node: NodeDeclaration, member: string): string[] {
  const output = node.kind.outputs.find((o) => o.name === member);
  const schema = node.kind.attributes.find((a) => a.name === member || a.aliases?.includes(member));
  return [...(output?.needs === undefined ? [] : [output.needs]), ...(schema ? [schema.name] : [])];
}
