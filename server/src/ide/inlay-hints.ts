/** Inlay hints: short values behind the references that stand for them. */
import { absolute } from "../diagnostics/span.ts";
import type { Folder } from "../intake/folder.ts";
import type { LookAt } from "../intake/look.ts";
import { type Reference, referencesIn } from "../intake/references.ts";
import { spanOf } from "../intake/stack.ts";
import type { Value } from "../intake/value.ts";
import type { Block, Body, Expression } from "../syntax/ast.ts";
import type { Chunk } from "../syntax/chunk.ts";
import { placedChain } from "./chain-expression.ts";
import type { ChainStep } from "./cursor.ts";
import { shownValue } from "./shown-value.ts";
import { locate, type Range, type Snapshot } from "./snapshot.ts";

export interface HintSettings {
  /** Values of references. */
  readonly references: boolean;
  /** Values of variables, where they are not their defaults. */
  readonly variables: boolean;
}

export interface InlayHint {
  readonly offset: number;
  /** `= 8080` */
  readonly label: string;
  /** The whole value, where the label shows a part of it. */
  readonly more?: () => string | undefined;
}

/** Longest value that is shown in a line, in characters. */
const longest = 40;

/** Hints of a range of a file whose text is `text`; none while the snapshot is of another text. */
export function inlayHints(
  snapshot: Snapshot,
  file: string,
  text: string,
  range: Range,
  settings: HintSettings,
): readonly InlayHint[] {
  const located = locate(snapshot, file);
  if (!located || located.source.text !== text || file.endsWith(".cwvars")) return [];
  const { source, folder } = located;
  return source.chunks
    .filter((c) => c.origin.start < range.end && range.start < c.origin.start + c.length)
    .flatMap((chunk) => chunkHints(snapshot, folder, chunk, settings))
    .filter((hint) => range.start <= hint.offset && hint.offset <= range.end);
}

function chunkHints(snapshot: Snapshot, folder: Folder, chunk: Chunk, settings: HintSettings): InlayHint[] {
  const hints: InlayHint[] = [];
  for (const item of chunk.items) {
    if (item.type !== "block") continue;
    if (item.keyword.name === "variable" && settings.variables)
      hints.push(...variableHints(snapshot, folder, item, chunk));
    if (settings.references && hasValues(item)) {
      const at = { folder: folder.path, ...blockOf(folder, item) };
      hints.push(...expressionsIn(item.body).flatMap((e) => referenceHints(snapshot, at, e, chunk)));
    }
  }
  return hints;
}

/** Types and addresses are no values. */
const hasValues = ({ keyword: { name } }: Block): boolean =>
  !["variable", "moved", "removed", "kind", "clockwork"].includes(name);

/** Instances differ, so that only a block that is there once has values of its own. */
function blockOf({ stack }: Folder, block: Block): Pick<LookAt, "block"> {
  const [first, second] = block.labels.map((l) => l.value);
  const node =
    block.keyword.name === "resource"
      ? stack.resources.get(`${first}.${second}`)
      : block.keyword.name === "verify"
        ? stack.verifies.get(`verify.${first}.${second}`)
        : undefined;
  return node && !node.repeat ? { block: node } : {};
}

function expressionsIn(body: Body): Expression[] {
  return body.items.flatMap((item): Expression[] => {
    if (item.type === "attribute") return item.name.name === "depends_on" ? [] : [item.value];
    return item.keyword.name === "lifecycle" || item.keyword.name === "dynamic"
      ? []
      : expressionsIn(item.body);
  });
}

function referenceHints(
  snapshot: Snapshot,
  at: LookAt,
  expression: Expression,
  { origin }: Chunk,
): InlayHint[] {
  return referencesIn(expression).flatMap((reference): InlayHint[] => {
    const steps = chainOf(reference);
    const end = steps?.at(-1)?.end;
    const placed = steps && end !== undefined && steps.length > 1 && hasHint(reference) && placedChain(steps);
    const value = placed && snapshot.look(placed, at);
    return value ? hintOf(value, origin.start + end) : [];
  });
}

/** What is the same everywhere, or different in each instance, says nothing. */
const hasHint = ({ path: [root] }: Reference): boolean =>
  root !== undefined && !["path", "each", "count", "self", "facts"].includes(root.name);

function chainOf({ path, index, after }: Reference): ChainStep[] | undefined {
  const steps = path.map((step): ChainStep => ({ kind: "name", ...step }));
  if (!index) return steps;
  const key = literalKey(index);
  // The brackets themselves have no place of their own here: what follows them has.
  if (key === undefined || !after || after.length === 0) return undefined;
  const names = after.map((step): ChainStep => ({ kind: "name", ...step }));
  return [...steps, { kind: "index", key, start: index.start, end: index.end }, ...names];
}

function literalKey(index: Expression): string | number | undefined {
  if (index.type === "number") return Number(index.text);
  if (index.type !== "template") return undefined;
  const [part, ...more] = index.parts;
  return part?.type === "literal" && more.length === 0 ? part.value : undefined;
}

function variableHints(
  snapshot: Snapshot,
  { path, variables }: Folder,
  block: Block,
  chunk: Chunk,
): InlayHint[] {
  const variable = variables.get(block.labels[0]?.value ?? "");
  if (!variable || variable.declaration.block !== block) return [];
  const name = { kind: "name", start: 0, end: 0 } as const;
  const placed = placedChain([
    { ...name, name: "var" },
    { ...name, name: variable.name },
  ]);
  const value = placed && snapshot.look(placed, { folder: path });
  if (!value || value.sensitive) return [];
  const { default: fallback } = variable;
  const text = shownValue(value, longest);
  if (fallback && text === shownValue(fallback.value, longest)) return [];
  const end = fallback
    ? absolute(spanOf(fallback.origin, fallback.expression)).end
    : chunk.origin.start + (block.labels[0]?.end ?? block.keyword.end);
  return hintOf(value, end);
}

function hintOf(value: Value, offset: number): InlayHint[] {
  if (value.sensitive) return [{ offset, label: "= (sensitive)" }];
  if (!isShort(value)) return [];
  const text = shownValue(value, longest);
  if (text === undefined || text.includes("\n")) return [];
  return [
    { offset, label: `= ${text}`, ...(text.endsWith("…") && { more: () => shownValue(value, 2_000) }) },
  ];
}

/** Lists and objects take more room than a line has. */
const isShort = ({ kind }: Value): boolean => kind === "string" || kind === "number" || kind === "bool";
