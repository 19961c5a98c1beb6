/**
 * Intake's main file: parsed files and values of variables become the IR. Every problem becomes a diagnostic and none stops
 * the others. Pure and synchronous; knows nothing of state, plans or the machine.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Expression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { compareAddresses, parseAddress } from "./address.ts";
import { checkValue } from "./checks.ts";
import { convert } from "./convert.ts";
import { parseDuration } from "./duration.ts";
import { Evaluator } from "./evaluator.ts";
import { healthCheck } from "./health-check.ts";
import type { Edge, Ir, OutputIr, ResourceIr, RuntimeOutputs } from "./ir.ts";
import { referencedPaths, staticPath } from "./references.ts";
import { runtimeName } from "./runtime-names.ts";
import { metaAttributes, resourceKind } from "./schema/kinds.ts";
import { isHijackingName } from "./schema/vars.ts";
import type { PathStep, Report } from "./scope.ts";
import { type AttributeSource, type Shape, shapeOf, spanAt } from "./shape.ts";
import {
  type BlockDeclaration,
  collect,
  type NodeDeclaration,
  type Placed,
  type Stack,
  spanOf,
} from "./stack.ts";
import type { Value } from "./value.ts";
import { containsSensitive, isWhollyKnown } from "./values.ts";
import { type VariableValues, variableValues } from "./variables.ts";

/** A stack's files and what was given for its variables. */
export interface Sources extends VariableValues {
  readonly stack: readonly SourceFile[];
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
  const collected = collect(sources.stack);
  const stack = collected.value;
  const diagnostics: Diagnostic[] = [
    ...[...sources.stack, ...sources.files].flatMap((f) => f.chunks.flatMap((c) => c.diagnostics)),
    ...collected.diagnostics,
  ];
  const report: Report = (d) => void diagnostics.push(d);
  const variables = variableValues(stack, sources);
  diagnostics.push(...variables.diagnostics);
  const shapes = new Map<NodeDeclaration, Shape>();
  for (const node of [...stack.resources.values(), ...stack.verifies.values()]) {
    const shape = shapeOf(node);
    shapes.set(node, shape.value);
    diagnostics.push(...shape.diagnostics);
  }
  const evaluatorFor = (outputs: RuntimeOutputs, to: Report) =>
    new Evaluator({ stack, shapes, variables: variables.value, outputs, report: to });
  const lowering = new Lowering(stack, shapes, evaluatorFor(nothingKnown, report), report, evaluatorFor);
  const ir = lowering.run();
  return {
    value: {
      ir,
      evaluate: (placed, outputs) => {
        const found: Diagnostic[] = [];
        const value = evaluatorFor(outputs, (d) => void found.push(d)).expression(placed);
        return { value, diagnostics: found };
      },
    },
    diagnostics,
  };
}

class Lowering {
  readonly #stack: Stack;
  readonly #shapes: ReadonlyMap<NodeDeclaration, Shape>;
  readonly #evaluator: Evaluator;
  readonly #report: Report;
  readonly #evaluatorFor: (outputs: RuntimeOutputs, report: Report) => Evaluator;
  readonly #localReferences = new Map<string, readonly string[]>();

  constructor(
    stack: Stack,
    shapes: ReadonlyMap<NodeDeclaration, Shape>,
    evaluator: Evaluator,
    report: Report,
    evaluatorFor: (outputs: RuntimeOutputs, report: Report) => Evaluator,
  ) {
    this.#stack = stack;
    this.#shapes = shapes;
    this.#evaluator = evaluator;
    this.#report = report;
    this.#evaluatorFor = evaluatorFor;
  }

  run(): Ir {
    // Every local is evaluated, used or not: a mistake in it must be seen.
    for (const name of this.#stack.locals.keys()) this.#evaluator.local(name);
    const resources = sorted([...this.#stack.resources.values()].map((node) => this.#node(node)));
    const checks = [...this.#stack.verifies.values()].map((node) => this.#node(node));
    const health = resources.flatMap((r) => healthCheck(r, this.#report) ?? []);
    const everything: readonly Edge[] = resources.map((r) => ({ address: r.address, span: r.span }));
    const verifies = sorted([
      ...checks.map((v) =>
        v.dependsOn.length > 0 ? v : { ...v, dependsOn: everything.map((e) => ({ ...e, span: v.span })) },
      ),
      ...health,
    ]);
    this.#checkRuntimeNames(resources);
    const outputs = [...this.#stack.outputs.values()]
      .map((o) => this.#output(o))
      .filter((o) => o !== undefined);
    return { resources, verifies, outputs: outputs.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  #node(node: NodeDeclaration): ResourceIr {
    const shape = this.#shapes.get(node);
    if (!shape) throw new Error(`${node.address} has no shape`);
    const attributes = new Map<string, Value>();
    const attributeSpans = new Map<string, Span>();
    const edges = new Map<string, Edge>();
    for (const schema of node.kind.attributes) {
      const source = shape.attributes.get(schema.name);
      const value = source && this.#evaluator.attribute(node, schema.name);
      if (!source || !value) continue;
      this.#references(source, node, schema.name, edges);
      attributeSpans.set(schema.name, source.span);
      if (containsSensitive(value)) {
        this.#report(
          diagnostic(
            "not-supported",
            `This version of Clockwork cannot keep the sensitive value of "${schema.name}" out of plans and state yet`,
            {
              span: source.span,
            },
          ),
        );
        continue;
      }
      const at = (path: readonly (string | number)[]) => spanAt(source, node.origin, path);
      for (const problem of checkValue(value, schema, at)) this.#report(problem);
      if (value.kind !== "null") attributes.set(schema.name, value);
      else if (schema.required) {
        this.#report(
          diagnostic("missing-attribute", `"${schema.name}" is required and must not be null`, {
            span: source.span,
          }),
        );
      }
    }
    for (const schema of node.kind.attributes) {
      if (schema.emitted && !attributes.has(schema.name)) {
        const value = schema.emitted === "label" ? node.name : String(schema.default);
        const converted = convert({ kind: "string", value }, schema.type);
        if (converted.kind !== "problem") attributes.set(schema.name, converted);
      }
    }
    this.#dependsOn(node, shape, edges);
    const timeoutMs = this.#duration(node, shape);
    const retries = this.#retries(node, shape);
    return {
      address: node.address,
      kind: node.kind.name,
      name: node.name,
      attributes,
      attributeSpans,
      dependsOn: [...edges.values()].sort((a, b) => compareAddresses(a.address, b.address)),
      span: node.span,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(retries !== undefined && { retries }),
      evaluate: (attribute, outputs) => {
        const found: Diagnostic[] = [];
        const value = this.#evaluatorFor(outputs, (d) => void found.push(d)).attribute(node, attribute);
        return { ...(value && isWhollyKnown(value) && { value }), diagnostics: found };
      },
    };
  }

  /** Edges to what an attribute's expressions refer to, through local values too. */
  #references(
    source: AttributeSource,
    node: NodeDeclaration,
    attribute: string,
    edges: Map<string, Edge>,
  ): void {
    if (source.form === "blocks") {
      for (const block of source.blocks) {
        for (const inner of block.attributes.values()) this.#references(inner, node, attribute, edges);
      }
      return;
    }
    for (const path of referencedPaths(source.expression)) {
      const [root, last] = [path[0], path[2] ?? path[1] ?? path[0]];
      if (!root || !last) continue;
      const span: Span = { origin: node.origin, start: root.start, end: last.end };
      for (const address of this.#targets(path)) {
        if (!edges.has(address)) edges.set(address, { address, span, attribute });
      }
    }
  }

  /** The resources behind a path. */
  #targets(path: readonly PathStep[]): readonly string[] {
    const [root, name] = path;
    if (!root || !name) return [];
    if (root.name === "local") return this.#behindLocal(name.name);
    const address = `${root.name}.${name.name}`;
    return this.#stack.resources.has(address) ? [address] : [];
  }

  #behindLocal(name: string): readonly string[] {
    const known = this.#localReferences.get(name);
    if (known) return known;
    const local = this.#stack.locals.get(name);
    if (!local) return [];
    // A circle of locals is reported by the evaluator; here it just ends.
    this.#localReferences.set(name, []);
    const found = [...new Set(referencedPaths(local.expression).flatMap((path) => this.#targets(path)))];
    this.#localReferences.set(name, found);
    return found;
  }

  #dependsOn(node: NodeDeclaration, shape: Shape, edges: Map<string, Edge>): void {
    const source = shape.meta.get("depends_on");
    if (source?.form !== "value") return;
    if (source.expression.type === "missing") return;
    if (source.expression.type !== "tuple") {
      this.#report(
        diagnostic("wrong-type", "depends_on: a list of addresses is required", {
          span: spanOf(node.origin, source.expression),
          hint: "Such as depends_on = [service.db, file.config]",
        }),
      );
      return;
    }
    for (const item of source.expression.items) this.#dependency(node, item, edges);
  }

  #dependency(node: NodeDeclaration, item: Expression, edges: Map<string, Edge>): void {
    if (item.type === "missing") return;
    const span = spanOf(node.origin, item);
    const address =
      item.type === "template"
        ? this.#quotedAddress(item, span)
        : staticPath(item)
            ?.map((p) => p.name)
            .join(".");
    if (address === undefined) {
      this.#report(
        diagnostic("wrong-type", "depends_on: this is no address", {
          span,
          hint: "Such as depends_on = [service.db, file.config]",
        }),
      );
      return;
    }
    if (this.#stack.resources.has(address) || this.#stack.verifies.has(address)) {
      if (!edges.has(address)) edges.set(address, { address, span });
      return;
    }
    if (this.#stack.misfits.has(address)) return;
    const known = [...this.#stack.resources.keys(), ...this.#stack.verifies.keys()];
    this.#report(
      diagnostic("unknown-resource", `There is no ${address} in the stack`, {
        span,
        hint: didYouMean(address, known) ?? "An entry is KIND.NAME of a resource, or verify.KIND.NAME.",
      }),
    );
  }

  #quotedAddress(item: Extract<Expression, { type: "template" }>, span: Span): string | undefined {
    const [part] = item.parts;
    if (item.parts.length !== 1 || part?.type !== "literal") return undefined;
    this.#report(
      diagnostic("deprecated-form", "Addresses in depends_on need no quotes", {
        span,
        fix: { title: "Remove the quotes", edits: [{ span, text: part.value }] },
      }),
    );
    return part.value;
  }

  #duration(node: NodeDeclaration, shape: Shape): number | undefined {
    const value = this.#meta(node, shape, "timeout");
    return value?.kind === "string" ? parseDuration(value.value) : undefined;
  }

  #retries(node: NodeDeclaration, shape: Shape): number | undefined {
    const value = this.#meta(node, shape, "retries");
    return value?.kind === "number" ? value.value.toNumber() : undefined;
  }

  #meta(node: NodeDeclaration, shape: Shape, name: string): Value | undefined {
    const source = shape.meta.get(name);
    const schema = metaAttributes.find((m) => m.name === name);
    if (source?.form !== "value" || !schema) return undefined;
    const value = this.#evaluator.expression({ origin: node.origin, expression: source.expression });
    const span = spanOf(node.origin, source.expression);
    if (!isWhollyKnown(value) && source.expression.type !== "missing") {
      const [path] = referencedPaths(source.expression);
      if (path && this.#targets(path).length > 0) {
        this.#report(diagnostic("not-known-yet", `${name} must be known while planning`, { span }));
      }
      return undefined;
    }
    const converted = convert(value, schema.type);
    if (converted.kind === "problem") {
      this.#report(diagnostic("wrong-type", `${name}: ${converted.message}`, { span }));
      return undefined;
    }
    const problems = checkValue(converted, schema, () => span);
    for (const problem of problems) this.#report(problem);
    return problems.length === 0 ? converted : undefined;
  }

  #output(declaration: BlockDeclaration): OutputIr | undefined {
    let source: Placed | undefined;
    let description: string | undefined;
    const known = ["value", "description"];
    for (const item of declaration.block.body.items) {
      const name = item.type === "block" ? item.keyword : item.name;
      const span = spanOf(declaration.origin, name);
      if (item.type === "attribute" && name.name === "value" && !source) {
        source = { origin: declaration.origin, expression: item.value };
      } else if (item.type === "attribute" && name.name === "description") {
        const value = this.#evaluator.expression({ origin: declaration.origin, expression: item.value });
        if (value.kind === "string") description = value.value;
      } else if (["sensitive", "depends_on", "precondition", "ephemeral"].includes(name.name)) {
        this.#report(
          diagnostic(
            "not-supported",
            `This version of Clockwork does not evaluate "${name.name}" of outputs yet`,
            { span },
          ),
        );
      } else if (name.name === "value") {
        this.#report(
          diagnostic("duplicate-attribute", '"value" is set twice', { span, hint: "Remove one of them." }),
        );
      } else {
        this.#report(
          diagnostic(
            item.type === "block" ? "unexpected-block" : "unknown-attribute",
            `An output block has no "${name.name}"`,
            {
              span,
              hint: didYouMean(name.name, known) ?? `It has: ${known.join(", ")}.`,
            },
          ),
        );
      }
    }
    if (!source) {
      this.#report(diagnostic("missing-attribute", 'This output needs "value"', { span: declaration.span }));
      return undefined;
    }
    const placed = source;
    const value = this.#evaluator.expression(placed);
    if (containsSensitive(value)) {
      const span = spanOf(placed.origin, placed.expression);
      this.#report(
        diagnostic("not-supported", "This version of Clockwork does not keep sensitive outputs yet", {
          span,
        }),
      );
      return undefined;
    }
    return {
      name: declaration.name,
      value,
      sensitive: false,
      ...(description !== undefined && { description }),
      span: declaration.span,
      evaluate: (outputs) => {
        const found: Diagnostic[] = [];
        const known = this.#evaluatorFor(outputs, (d) => void found.push(d)).expression(placed);
        return { ...(isWhollyKnown(known) && { value: known }), diagnostics: found };
      },
    };
  }

  /** Two run-time values of one environment name, or one with a name that is taken, cannot both reach a step. */
  #checkRuntimeNames(resources: readonly ResourceIr[]): void {
    const owners = new Map<string, { readonly what: string; readonly span: Span }>();
    for (const resource of resources) {
      for (const output of resourceKind.get(resource.kind)?.outputs ?? []) {
        const kind = resourceKind.get(resource.kind);
        if (!kind || (output.needs !== undefined && !resource.attributes.has(output.needs))) continue;
        const name = runtimeName(resource.address, kind, output.name);
        const what = `${resource.address}.${output.name}`;
        const first = owners.get(name);
        if (isHijackingName(name)) {
          this.#report(
            diagnostic(
              "name-collision",
              `${what} would be carried as ${name}, a name that programs give a meaning of their own`,
              {
                span: resource.span,
                hint: `Rename the ${parseAddress(resource.address).kind}.`,
              },
            ),
          );
        } else if (first) {
          this.#report(
            diagnostic("name-collision", `${what} and ${first.what} would both be carried as ${name}`, {
              span: resource.span,
              related: [{ span: first.span, message: `${first.what} is made here` }],
              hint: "Rename one of the two.",
            }),
          );
        } else owners.set(name, { what, span: resource.span });
      }
    }
  }
}

function sorted<T extends { readonly address: string }>(nodes: readonly T[]): T[] {
  return [...nodes].sort((a, b) => compareAddresses(a.address, b.address));
}
