/** A resource's `lifecycle` block: what protects it, what is left alone, what replaces it. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { correction, nearest } from "../diagnostics/suggest.ts";
import type { Attribute, Block, Expression, Tuple } from "../syntax/ast.ts";
import { constant } from "./constant.ts";
import { readFields } from "./fields.ts";
import type { AttributePath, Lifecycle } from "./ir.ts";
import { staticPath } from "./references.ts";
import { metaAttributes } from "./schema/kinds.ts";
import type { AttributeSchema, KindSchema } from "./schema/schema.ts";
import type { Report } from "./scope.ts";
import { type NodeDeclaration, spanOf } from "./stack.ts";
import { type ChainStep, literalText, staticChain } from "./static-address.ts";
import { boolType } from "./type.ts";

const names = {
  attributes: ["prevent_destroy", "ignore_changes", "replace_triggered_by", "create_before_destroy"],
  blocks: ["precondition", "postcondition"],
};

/** What a block says, whatever its instances are. */
export interface LifecycleDeclaration extends Omit<Lifecycle, "replaceTriggeredBy"> {
  readonly triggers?: readonly TriggerDeclaration[];
}

export interface TriggerDeclaration {
  /** Of a block of the same module, without a key. */
  readonly address: string;
  /** `own` is the key of the instance that is to be replaced: `[each.key]`, `[count.index]`. */
  readonly key?: "own" | { readonly value: string | number };
  readonly path: AttributePath;
  readonly span: Span;
}

export function readLifecycle(node: NodeDeclaration, block: Block, report: Report): LifecycleDeclaration {
  const { origin } = node;
  const { attributes, blocks } = readFields(block.body, origin, names, "A lifecycle block", report);
  const prevent = attributes.get("prevent_destroy");
  const protects =
    prevent && constant({ origin, expression: prevent.value }, boolType, "prevent_destroy", report);
  const ignored = attributes.get("ignore_changes");
  const ignoreChanges = ignored && readIgnored(ignored, node.kind, origin, report);
  const triggers = attributes.get("replace_triggered_by");
  const declared = triggers && readTriggers(triggers, origin, report);
  const order = attributes.get("create_before_destroy");
  if (order) report(createBeforeDestroy(spanOf(origin, order.name)));
  for (const [name, condition] of blocks) report(noCondition(name, spanOf(origin, condition.keyword)));
  return {
    ...(prevent &&
      protects?.kind === "bool" &&
      protects.value && { preventDestroy: spanOf(origin, prevent) }),
    ...(ignoreChanges && { ignoreChanges }),
    ...(declared && { triggers: declared }),
  };
}

function createBeforeDestroy(span: Span) {
  return diagnostic("not-supported", "Clockwork always removes before it makes anew", {
    span,
    hint: "A port, path or name can be held only once, so the new thing would find it taken: remove create_before_destroy.",
  });
}

function noCondition(name: string, span: Span) {
  return diagnostic("not-supported", `There are no "${name}" blocks`, {
    span,
    hint:
      name === "precondition"
        ? "Check what is given with a validation block of the variable."
        : 'Check what was made with a verify block, such as verify "http" "up" { … }',
  });
}

function readIgnored(
  attribute: Attribute,
  kind: KindSchema,
  origin: Origin,
  report: Report,
): "all" | readonly AttributePath[] | undefined {
  const { value } = attribute;
  if (value.type === "variable" && value.name === "all") return "all";
  const list = listOf(
    value,
    "ignore_changes",
    "Such as ignore_changes = [env, ports[0]], or all.",
    origin,
    report,
  );
  return list?.items.flatMap((item) => {
    const path = readIgnoredPath(item, kind, origin, report);
    return path ? [path] : [];
  });
}

function listOf(
  value: Expression,
  name: string,
  hint: string,
  origin: Origin,
  report: Report,
): Tuple | undefined {
  if (value.type === "tuple") return value;
  if (value.type !== "missing")
    report(
      diagnostic("wrong-type", `${name}: a list written out is required`, {
        span: spanOf(origin, value),
        hint,
      }),
    );
  return undefined;
}

function readIgnoredPath(
  item: Expression,
  kind: KindSchema,
  origin: Origin,
  report: Report,
): AttributePath | undefined {
  if (item.type === "missing") return undefined;
  const span = spanOf(origin, item);
  const quoted = item.type === "template" ? literalText(item) : undefined;
  const chain = quoted === undefined ? staticChain(item) : chainOfText(quoted, span);
  const [root, ...rest] = chain ?? [];
  if (!root || !("name" in root)) {
    const hint = "Such as env, env.MODE or ports[0].external.";
    report(diagnostic("wrong-type", "ignore_changes: this is no attribute or part of one", { span, hint }));
    return undefined;
  }
  if (quoted !== undefined) {
    const fix = { title: "Remove the quotes", edits: [{ span, text: quoted }] };
    report(diagnostic("deprecated-form", "Attributes in ignore_changes need no quotes", { span, fix }));
  }
  const schema = kind.attributes.find((a) => matches(a, root.name));
  if (!schema) {
    report(
      unknownIgnored(root, kind, quoted === undefined ? { origin, start: root.start, end: root.end } : span),
    );
    return undefined;
  }
  if (schema.check) {
    const hint = "It is a check of its own, and every change of a check is one: remove it from the list.";
    report(diagnostic("invalid-value", `A change of ${root.name} cannot be ignored`, { span, hint }));
    return undefined;
  }
  const wrong = unknownPart(schema, rest);
  if (wrong) {
    report(
      unknownInner(
        wrong,
        schema,
        quoted === undefined ? { origin, start: wrong.start, end: wrong.end } : span,
      ),
    );
    return undefined;
  }
  return [
    schema.name,
    ...rest.flatMap((step) => ("name" in step ? step.name : "key" in step ? step.key : [])),
  ];
}

/** A path in quotes, as Terraform 0.11 had it: names and indexes between dots. */
function chainOfText(text: string, at: Span): ChainStep[] | undefined {
  if (!/^[\p{ID_Start}_][\p{ID_Continue}-]*(?:\.[\p{ID_Continue}-]+)*$/u.test(text)) return undefined;
  return text.split(".").map((part) => {
    const { start, end } = at;
    return /^\d+$/.test(part) ? { key: Number(part), start, end } : { name: part, start, end };
  });
}

function matches(schema: AttributeSchema, name: string): boolean {
  return schema.name === name || schema.block?.name === name || schema.aliases?.includes(name) === true;
}

function unknownIgnored(root: ChainStep & { readonly name: string }, kind: KindSchema, span: Span) {
  const { name } = root;
  const known = kind.attributes.filter((a) => !a.check).map((a) => a.name);
  if (name === "all" || name === "*") {
    return diagnostic("unknown-attribute", `A ${kind.name} has no attribute "${name}"`, {
      span,
      hint: "To ignore every change, write ignore_changes = all, without brackets.",
    });
  }
  if (metaAttributes.some((m) => m.name === name)) {
    return diagnostic("invalid-value", `A change of ${name} is never a change of the resource`, {
      span,
      hint: "Remove it from the list.",
    });
  }
  const near = nearest(name, known);
  return diagnostic("unknown-attribute", `A ${kind.name} has no attribute "${name}"`, {
    span,
    ...correction(near, span, `It has: ${known.join(", ")}.`),
  });
}

/** The first name inside nested blocks that they do not have. */
function unknownPart(schema: AttributeSchema, rest: readonly ChainStep[]): NamedStep | undefined {
  const inner = schema.block?.cardinality === "many" ? rest[1] : rest[0];
  if (!schema.block || !inner || !("name" in inner)) return undefined;
  return schema.block.attributes.some((a) => a.name === inner.name) ? undefined : inner;
}

type NamedStep = ChainStep & { readonly name: string };

function unknownInner({ name }: NamedStep, schema: AttributeSchema, span: Span) {
  const known = (schema.block?.attributes ?? []).map((a) => a.name);
  const near = nearest(name, known);
  return diagnostic("unknown-attribute", `${schema.name} has no "${name}"`, {
    span,
    ...correction(near, span, `It has: ${known.join(", ")}.`),
  });
}

function readTriggers(
  attribute: Attribute,
  origin: Origin,
  report: Report,
): readonly TriggerDeclaration[] | undefined {
  const hint = "Such as replace_triggered_by = [image.app, file.config.content].";
  const list = listOf(attribute.value, "replace_triggered_by", hint, origin, report);
  return list?.items.flatMap((item): TriggerDeclaration[] => {
    if (item.type === "missing") return [];
    const span = spanOf(origin, item);
    const chain = staticChain(item, isOwnKey);
    const reference = chain && referenceOf(chain);
    if (reference) return [{ ...reference, span }];
    const text = item.type === "template" ? literalText(item) : undefined;
    const fix = text === undefined ? undefined : { title: "Remove the quotes", edits: [{ span, text }] };
    const message = "replace_triggered_by: a resource, or an attribute of one, is required";
    report(diagnostic("wrong-type", message, { span, hint, fix }));
    return [];
  });
}

/** Source: Terraform, which allows these two in replace_triggered_by and no other computed key. */
function isOwnKey(key: Expression): boolean {
  const names = staticPath(key)?.map((p) => p.name);
  return names?.join(".") === "each.key" || names?.join(".") === "count.index";
}

/** `service.web["eu"].env.MODE`: block, key, and the rest as a path. */
function referenceOf(chain: readonly ChainStep[]): Omit<TriggerDeclaration, "span"> | undefined {
  const [kind, name, third] = chain;
  if (!kind || !name || !("name" in kind) || !("name" in name) || notResources.has(kind.name))
    return undefined;
  const isKeyed = third !== undefined && !("name" in third);
  const rest = chain.slice(isKeyed ? 3 : 2);
  const path = rest.flatMap((step) => ("name" in step ? [step.name] : "key" in step ? [step.key] : []));
  if (path.length < rest.length) return undefined;
  const key = isKeyed ? ("key" in third ? { value: third.key } : ("own" as const)) : undefined;
  return { address: `${kind.name}.${name.name}`, path, ...(key !== undefined && { key }) };
}

/** Roots of references that are no resources. Source: Terraform's own rule for replace_triggered_by. */
const notResources: ReadonlySet<string> = new Set([
  "module",
  "var",
  "local",
  "path",
  "verify",
  "each",
  "count",
  "self",
  "facts",
]);
