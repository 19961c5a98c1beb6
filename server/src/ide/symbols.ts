/** What a file consists of, as a tree, and everything that a stack declares. */
import type { Origin } from "../diagnostics/span.ts";
import type { Block, BodyItem, Expression, ObjectExpression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import type { Index } from "./index.ts";
import { referenceTo } from "./names.ts";
import { type FileRange, locate, type Range } from "./snapshot.ts";

export type SymbolKind =
  | "resource"
  | "verify"
  | "variable"
  | "output"
  | "module"
  | "kind"
  | "locals"
  | "block"
  | "attribute"
  | "object"
  | "list";

export interface DocumentSymbol {
  /** Never empty. */
  readonly name: string;
  /** What stands beside the name, less loudly. */
  readonly detail?: string;
  readonly kind: SymbolKind;
  readonly whole: Range;
  /** The name, or what comes nearest. */
  readonly at: Range;
  readonly children: readonly DocumentSymbol[];
}

export function documentSymbols({ chunks }: SourceFile): readonly DocumentSymbol[] {
  return chunks.flatMap(({ origin, items }) => items.flatMap((item) => symbolOf(item, origin, true)));
}

function symbolOf(item: BodyItem, origin: Origin, isTop = false): readonly DocumentSymbol[] {
  if (item.type === "block") return [blockSymbol(item, origin, isTop)];
  const { name, value } = item;
  if (name.name === "") return [];
  return [
    {
      name: name.name,
      kind: kindOfValue(value),
      whole: moved(item, origin),
      at: moved(name, origin),
      children: value.type === "object" ? itemsOf(value, origin) : [],
    },
  ];
}

function blockSymbol(block: Block, origin: Origin, isTop: boolean): DocumentSymbol {
  const { keyword, labels, body } = block;
  const last = labels.at(-1);
  const words = [keyword.name, ...labels.slice(0, -1).map((l) => l.value)].filter((w) => w !== "");
  const hasName = last !== undefined && last.value !== "";
  return {
    name: hasName ? last.value : keyword.name || "block",
    ...(hasName && words.length > 0 && { detail: words.join(" ") }),
    kind: isTop ? (topKinds.get(keyword.name) ?? "block") : "block",
    whole: moved(block, origin),
    at: moved(last ?? keyword, origin),
    children: body.items.flatMap((item) => symbolOf(item, origin)),
  };
}

const topKinds: ReadonlyMap<string, SymbolKind> = new Map(
  (["resource", "verify", "variable", "output", "module", "kind", "locals"] as const).map((k) => [k, k]),
);

function itemsOf({ items }: ObjectExpression, origin: Origin): readonly DocumentSymbol[] {
  return items.flatMap((item) => {
    const name = keyText(item.key);
    if (name === undefined || name === "") return [];
    const { value } = item;
    return {
      name,
      kind: kindOfValue(value),
      whole: moved(item, origin),
      at: moved(item.key, origin),
      children: value.type === "object" ? itemsOf(value, origin) : [],
    };
  });
}

function keyText(key: Expression): string | undefined {
  if (key.type === "variable") return key.name;
  const [part] = key.type === "template" ? key.parts : [];
  return part?.type === "literal" ? part.value : undefined;
}

function kindOfValue({ type }: Expression): SymbolKind {
  if (type === "object" || type === "for-object") return "object";
  return type === "tuple" || type === "for-tuple" ? "list" : "attribute";
}

const moved = ({ start, end }: Range, origin: Origin): Range => ({
  start: origin.start + start,
  end: origin.start + end,
});

export interface WorkspaceSymbol {
  /** As others speak of it: `var.image`, `service.web`. */
  readonly name: string;
  readonly kind: SymbolKind | "local";
  readonly at: FileRange;
  /** The folder, unless it is the stack's own. */
  readonly folder?: string;
}

/** Declarations whose names hold the letters of a query in their order, whatever their case; all for an empty one. */
export function workspaceSymbols(index: Index, query: string): readonly WorkspaceSymbol[] {
  const wanted = query.toLowerCase();
  return index.declarations().flatMap(({ name, at }) => {
    const text = shownName(name);
    if (!holds(text.toLowerCase(), wanted)) return [];
    const folder = locate(index.snapshot, at.file)?.folder.path;
    const kind = symbolKinds[name.kind];
    return kind ? { name: text, kind, at, ...(folder !== undefined && folder !== "." && { folder }) } : [];
  });
}

const symbolKinds: Readonly<Partial<Record<string, WorkspaceSymbol["kind"]>>> = {
  variable: "variable",
  local: "local",
  output: "output",
  module: "module",
  resource: "resource",
  verify: "verify",
  kind: "kind",
};

function shownName(name: Parameters<typeof referenceTo>[0]): string {
  return name.kind === "kind" ? `kind ${name.name}` : referenceTo(name);
}

function holds(text: string, letters: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
