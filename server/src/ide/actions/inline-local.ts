import type { Folder } from "../../intake/folder.ts";
import type { LocalDeclaration } from "../../intake/stack.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Chunk, SourceFile } from "../../syntax/chunk.ts";
import { childrenOf, pathAt, type Syntax } from "../at.ts";
import type { Located } from "../snapshot.ts";
import type { Action, ActionPlace, FileEdit } from "./action.ts";

/** Writes a local value where it is used, everywhere, and removes it. */
export function inlineLocal({ selection }: ActionPlace, { source, folder }: Located): Action[] {
  const name = nameAt(source, selection.start);
  const local = name === undefined ? undefined : folder.stack.locals.get(name);
  // A heredoc needs lines of its own.
  if (!local || (local.expression.type === "template" && local.expression.heredoc)) return [];
  const uses = folder.files.flatMap((file) => usesIn(file, local.name));
  const value = textOf(folder, local);
  if (value === undefined || uses.length === 0) return [];
  const edits = uses.map(({ file, start, end, isInside }): FileEdit => {
    return { file, start, end, text: isInside && needsParentheses(local.expression) ? `(${value})` : value };
  });
  return [
    {
      title: `Inline local.${local.name}${uses.length > 1 ? ` (${uses.length} uses)` : ""}`,
      kind: "refactor.inline",
      edits: [...edits, removal(folder, local)].flatMap((e) => e ?? []),
    },
  ];
}

/** Of the reference `local.NAME` or of the declaration at a place. */
function nameAt(source: SourceFile, offset: number): string | undefined {
  const nodes = pathAt(source, offset)?.nodes ?? [];
  const reference = nodes.find((n) => n.kind === "expression" && isLocal(n.node));
  if (reference?.kind === "expression" && reference.node.type === "get-attribute")
    return reference.node.name.name;
  const [block, , attribute, name] = nodes;
  const isDeclared = block?.kind === "block" && block.node.keyword.name === "locals" && name?.kind === "name";
  return isDeclared && attribute?.kind === "attribute" ? attribute.node.name.name : undefined;
}

const isLocal = (e: Expression): boolean =>
  e.type === "get-attribute" && e.object.type === "variable" && e.object.name === "local";

interface Use {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** It is a part of an expression that could bind its parts more strongly. */
  readonly isInside: boolean;
}

function usesIn({ file, chunks }: SourceFile, name: string): Use[] {
  return chunks.flatMap((chunk) => {
    const uses: Use[] = [];
    const visit = (syntax: Syntax, parent: Syntax | undefined): void => {
      if (syntax.kind === "expression" && isLocal(syntax.node)) {
        if (syntax.node.type === "get-attribute" && syntax.node.name.name === name)
          uses.push({ file, ...placeOf(chunk, syntax.node), isInside: isOperand(parent) });
        return;
      }
      for (const child of childrenOf(syntax)) visit(child, syntax);
    };
    for (const item of chunk.items)
      visit(
        item.type === "block" ? { kind: "block", node: item } : { kind: "attribute", node: item },
        undefined,
      );
    return uses;
  });
}

const placeOf = ({ origin }: Chunk, { start, end }: Expression) => ({
  start: origin.start + start,
  end: origin.start + end,
});

function isOperand(parent: Syntax | undefined): boolean {
  return (
    parent?.kind === "expression" &&
    ["get-attribute", "index", "splat", "unary", "binary", "conditional"].includes(parent.node.type)
  );
}

const needsParentheses = ({ type }: Expression): boolean =>
  type === "binary" || type === "conditional" || type === "unary";

function textOf({ files }: Folder, { origin, expression }: LocalDeclaration): string | undefined {
  const source = files.find((f) => f.file === origin.file);
  return source?.text.slice(origin.start + expression.start, origin.start + expression.end);
}

/** Of the declaration's line; of the whole block where it is the only one. */
function removal({ files }: Folder, { origin, name }: LocalDeclaration): FileEdit | undefined {
  const source = files.find((f) => f.file === origin.file);
  const chunk = source?.chunks.find((c) => c.origin === origin);
  const block = chunk?.items.find(
    (i) => i.type === "block" && i.body.items.some((a) => a.type === "attribute" && a.name.name === name),
  );
  if (!source || block?.type !== "block") return undefined;
  const item = block.body.items.find((a) => a.type === "attribute" && a.name.name === name);
  const removed = block.body.items.length === 1 ? block : item;
  if (!removed) return undefined;
  const { text, file } = source;
  const lineStart = text.lastIndexOf("\n", origin.start + removed.start - 1) + 1;
  const lineEnd = text.indexOf("\n", origin.start + removed.end);
  const end = lineEnd < 0 ? text.length : lineEnd + 1;
  // A blank line on both sides would be left.
  const isWhole = removed === block && text.charAt(end) === "\n";
  return { file, start: lineStart, end: isWhole ? end + 1 : end, text: "" };
}
