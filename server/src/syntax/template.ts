import type { Expression, Identifier, Template } from "./ast.ts";
import { nestDirectives } from "./directives.ts";
import { identifier, lowerField } from "./expressions.ts";
import { stride } from "./flat.ts";
import { Field, Kind } from "./kinds.ts";
import { after, childAt, endOf, exact, kindOf, type Reading, startOf } from "./reading.ts";
import { decodeMarks, decodeQuoted } from "./strings.ts";

/** One step of a template before its directives are nested. */
export type Piece = LiteralPiece | SequencePiece;

export interface LiteralPiece {
  readonly kind: "literal";
  value: string;
  readonly start: number;
  readonly end: number;
}

export type SequencePiece = {
  readonly start: number;
  readonly end: number;
} & (
  | { readonly kind: "interpolation"; readonly expression: Expression }
  | { readonly kind: "if"; readonly condition: Expression }
  | {
      readonly kind: "for";
      readonly key?: Identifier;
      readonly value: Identifier;
      readonly collection: Expression;
    }
  | { readonly kind: "else" | "endif" | "endfor" }
);

/** What Go's `unicode.IsSpace` is true for: HashiCorp's parser trims by it. */
const leadingSpace = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const trailingSpace = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

/** A quoted template or heredoc. Source of the rules: hclsyntax/spec.md, "Template Sub-language", and its parser. */
export function lowerTemplate(r: Reading, node: number): Template {
  const heredoc = kindOf(r, node) === Kind.heredoc;
  const pieces: Piece[] = [];
  let indented = false;
  let trimNext = false;
  const end = after(r, node);
  for (let child = node + stride; child < end; child = after(r, child)) {
    const kind = kindOf(r, child);
    if (kind === Kind.heredoc_open) {
      indented = r.text.charAt(startOf(r, child) + 2) === "-";
    } else if (kind === Kind.text) {
      const from = pieces.length;
      if (heredoc) pushLines(r, child, pieces);
      else
        pushLiteral(
          pieces,
          decodeQuoted(r, startOf(r, child), endOf(r, child)),
          startOf(r, child),
          endOf(r, child),
        );
      const first = pieces[from];
      if (trimNext && first?.kind === "literal") first.value = first.value.replace(leadingSpace, "");
      trimNext = false;
    } else {
      const piece = lowerSequence(r, child, kind);
      if (!piece) continue;
      const last = pieces[pieces.length - 1];
      if (last?.kind === "literal" && r.text.charAt(piece.start + 2) === "~") {
        last.value = last.value.replace(trailingSpace, "");
      }
      pieces.push(piece);
      trimNext = r.text.charAt(piece.end - 2) === "~";
    }
  }
  if (indented) removeIndentation(pieces);
  return {
    type: "template",
    parts: exact(nestDirectives(r, pieces)),
    heredoc,
    start: startOf(r, node),
    end: endOf(r, node),
  };
}

function pushLiteral(pieces: Piece[], value: string, start: number, end: number): void {
  pieces.push({ kind: "literal", value, start, end });
}

/** A heredoc's text is a row of lines: trimming and indentation work on each of them alone. */
function pushLines(r: Reading, node: number, pieces: Piece[]): void {
  const end = endOf(r, node);
  for (let from = startOf(r, node); from < end; ) {
    const newline = r.text.indexOf("\n", from);
    const to = newline < 0 || newline >= end ? end : newline + 1;
    pushLiteral(pieces, decodeMarks(r.text.slice(from, to)), from, to);
    from = to;
  }
}

function lowerSequence(r: Reading, node: number, kind: number): SequencePiece | undefined {
  const place = { start: startOf(r, node), end: endOf(r, node) };
  switch (kind) {
    case Kind.interpolation:
      return { kind: "interpolation", expression: lowerField(r, node, Field.expression), ...place };
    case Kind.if_directive:
      return { kind: "if", condition: lowerField(r, node, Field.condition), ...place };
    case Kind.else_directive:
      return { kind: "else", ...place };
    case Kind.endif_directive:
      return { kind: "endif", ...place };
    case Kind.endfor_directive:
      return { kind: "endfor", ...place };
    case Kind.for_directive: {
      const key = childAt(r, node, Field.key);
      const value = childAt(r, node, Field.value);
      return {
        kind: "for",
        ...(key >= 0 && { key: identifier(r, key) }),
        value: value < 0 ? { name: "", start: place.end, end: place.end } : identifier(r, value),
        collection: lowerField(r, node, Field.collection),
        ...place,
      };
    }
    default:
      return undefined;
  }
}

/**
 * `<<-`: takes the smallest indentation off every line. A line of white space alone neither counts nor loses any; a
 * line that starts with a sequence counts as not indented; one whose line break `~` has trimmed away goes on with the
 * next. Source: flushHeredocTemplateParts in hclsyntax/parser_template.go.
 */
function removeIndentation(pieces: readonly Piece[]): void {
  let smallest = Number.POSITIVE_INFINITY;
  let lineStart = true;
  const indented: LiteralPiece[] = [];
  for (const piece of pieces) {
    if (piece.kind !== "literal") {
      if (lineStart) smallest = 0;
      lineStart = false;
      continue;
    }
    const spaces = leadingSpace.exec(piece.value)?.[0].length ?? 0;
    const blank = spaces === piece.value.length && piece.value.endsWith("\n");
    if (lineStart && !blank) {
      smallest = Math.min(smallest, spaces);
      indented.push(piece);
    }
    lineStart = piece.value.endsWith("\n");
  }
  for (const piece of indented) piece.value = piece.value.slice(smallest);
}
