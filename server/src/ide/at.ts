/** The syntax around a place, from the top-level item down to the smallest node, also in text that is half typed. */
import type { Origin } from "../diagnostics/span.ts";
import type {
  Attribute,
  Block,
  Body,
  Expression,
  Identifier,
  Label,
  ObjectItem,
  TemplatePart,
} from "../syntax/ast.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";

/** A node with what it is; its offsets are its chunk's. */
export type Syntax =
  | { readonly kind: "block"; readonly node: Block }
  | { readonly kind: "attribute"; readonly node: Attribute }
  | { readonly kind: "body"; readonly node: Body }
  | { readonly kind: "name"; readonly node: Identifier }
  | { readonly kind: "label"; readonly node: Label }
  | { readonly kind: "expression"; readonly node: Expression }
  | { readonly kind: "object-item"; readonly node: ObjectItem }
  | { readonly kind: "part"; readonly node: TemplatePart };

/** The nodes that contain a place, the outermost first. */
export interface Path {
  readonly origin: Origin;
  readonly nodes: readonly Syntax[];
}

/** The chunk that a place is in: the one that begins there, or the last one if the place is at the file's end. */
export function chunkAt({ chunks }: SourceFile, offset: number): Chunk | undefined {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.origin.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return chunks[low];
}

/**
 * A place right behind a node counts as in it, as an editor's cursor does; where two nodes meet, the second one is meant
 * unless only the first one is a name.
 */
export function pathAt(source: SourceFile, offset: number): Path | undefined {
  const chunk = chunkAt(source, offset);
  if (!chunk) return undefined;
  const at = offset - chunk.origin.start;
  const nodes: Syntax[] = [];
  let level: readonly Syntax[] = chunk.items.map(syntaxOf);
  for (;;) {
    const touching = level.filter(({ node }) => node.start <= at && at <= node.end);
    const found = touching.find(({ node }) => at < node.end) ?? touching.at(-1);
    const named = touching.find(({ kind, node }) => kind === "name" && node.end === at);
    const next = found?.kind === "name" ? found : (named ?? found);
    if (!next) return { origin: chunk.origin, nodes };
    nodes.push(next);
    level = childrenOf(next);
  }
}

const syntaxOf = (item: Attribute | Block): Syntax =>
  item.type === "block" ? { kind: "block", node: item } : { kind: "attribute", node: item };

const name = (node: Identifier): Syntax => ({ kind: "name", node });
const expression = (node: Expression): Syntax => ({ kind: "expression", node });
const part = (node: TemplatePart): Syntax => ({ kind: "part", node });

/** In the order of the text, as far as the text is whole. */
export function childrenOf({ kind, node }: Syntax): readonly Syntax[] {
  switch (kind) {
    case "block":
      return [
        name(node.keyword),
        ...node.labels.map((label): Syntax => ({ kind: "label", node: label })),
        { kind: "body", node: node.body },
      ];
    case "body":
      return node.items.map(syntaxOf);
    case "attribute":
      return [name(node.name), expression(node.value)];
    case "object-item":
      return [expression(node.key), expression(node.value)];
    case "name":
    case "label":
      return [];
    case "part":
      return partsOf(node);
    case "expression":
      return insideOf(node);
  }
}

function partsOf(node: TemplatePart): readonly Syntax[] {
  switch (node.type) {
    case "literal":
      return [];
    case "interpolation":
      return [expression(node.expression)];
    case "if":
      return [expression(node.condition), ...node.then.map(part), ...node.otherwise.map(part)];
    case "for":
      return [...bound(node), expression(node.collection), ...node.body.map(part)];
  }
}

const bound = ({ key, value }: { readonly key?: Identifier; readonly value: Identifier }): Syntax[] =>
  key ? [name(key), name(value)] : [name(value)];

function insideOf(node: Expression): readonly Syntax[] {
  switch (node.type) {
    case "number":
    case "bool":
    case "null":
    case "variable":
      return [];
    case "missing":
      return node.partial ? [expression(node.partial)] : [];
    case "template":
      return node.parts.map(part);
    case "tuple":
      return node.items.map(expression);
    case "object":
      return node.items.map((item): Syntax => ({ kind: "object-item", node: item }));
    case "get-attribute":
      return [expression(node.object), name(node.name)];
    case "index":
      return [expression(node.collection), expression(node.key)];
    case "splat":
      return [expression(node.source), expression(node.each)];
    case "call":
      return [name(node.name), ...node.args.map(expression)];
    case "unary":
      return [expression(node.operand)];
    case "binary":
      return [expression(node.left), expression(node.right)];
    case "conditional":
      return [expression(node.condition), expression(node.then), expression(node.otherwise)];
    case "for-tuple":
      return [...bound(node), ...[node.collection, node.result, ...optional(node.condition)].map(expression)];
    case "for-object": {
      const results = [node.resultKey, node.resultValue, ...optional(node.condition)];
      return [...bound(node), ...[node.collection, ...results].map(expression)];
    }
    case "parentheses":
      return [expression(node.inner)];
  }
}

const optional = (e: Expression | undefined): readonly Expression[] => (e ? [e] : []);
