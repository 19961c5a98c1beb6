import type { Expression, TemplatePart } from "./ast.ts";
import { type Reading, report, spanOf } from "./reading.ts";
import type { Piece, SequencePiece } from "./template.ts";

/** A directive that has begun and not ended, or the template itself. */
interface Frame {
  readonly opener?: SequencePiece & { kind: "if" | "for" };
  readonly parts: TemplatePart[];
  /** The `%{ else }` and what stands behind it. */
  otherwise?: { readonly start: number; readonly end: number; readonly parts: TemplatePart[] };
}

/**
 * Makes `%{if}…%{endif}` and `%{for}…%{endfor}` of the row of pieces, joins literals that meet. Empty ones are dropped, except that
 * one that `~` emptied still makes a string of what stands beside it.
 */
export function nestDirectives(r: Reading, pieces: readonly Piece[]): TemplatePart[] {
  const root: Frame = { parts: [] };
  const frames: Frame[] = [root];
  for (const piece of pieces) {
    const frame = frames[frames.length - 1] ?? root;
    const target = frame.otherwise?.parts ?? frame.parts;
    switch (piece.kind) {
      case "literal":
        append(target, piece.value, piece.start, piece.end);
        break;
      case "interpolation": {
        const { expression, start, end } = piece;
        target.push({ type: "interpolation", expression, start, end });
        break;
      }
      case "if":
      case "for":
        frames.push({ opener: piece, parts: [] });
        break;
      case "else":
        beginElse(r, frame, piece);
        break;
      case "endif":
      case "endfor":
        endDirective(r, frames, piece);
        break;
    }
  }
  while (frames.length > 1) {
    const frame = frames.pop();
    if (!frame?.opener) continue;
    const { kind } = frame.opener;
    report(r, "syntax-error", `%{ ${kind} } has no %{ end${kind} }`, frame.opener, {
      hint: `Add %{ end${kind} } where it ends.`,
    });
    close(frames, frame, frame.opener.end);
  }
  return root.parts;
}

function append(parts: TemplatePart[], value: string, start: number, end: number): void {
  if (value === "" && parts.length > 0 && parts.at(-1)?.type === "literal") return;
  const last = parts[parts.length - 1];
  if (last?.type === "literal") {
    parts[parts.length - 1] = { type: "literal", value: last.value + value, start: last.start, end };
  } else {
    parts.push({ type: "literal", value, start, end });
  }
}

function beginElse(r: Reading, frame: Frame, piece: SequencePiece): void {
  if (frame.opener?.kind !== "if") {
    report(r, "syntax-error", "%{ else } has no %{ if } before it", piece);
  } else if (frame.otherwise) {
    const { start, end } = frame.otherwise;
    report(r, "syntax-error", "A second %{ else } for one %{ if }", piece, {
      related: [{ span: spanOf(r, { start, end }), message: "The first one" }],
    });
  } else {
    frame.otherwise = { start: piece.start, end: piece.end, parts: [] };
  }
}

function endDirective(
  r: Reading,
  frames: Frame[],
  piece: SequencePiece & { kind: "else" | "endif" | "endfor" },
): void {
  const wanted = piece.kind === "endif" ? "if" : "for";
  const frame = frames[frames.length - 1];
  if (frame?.opener?.kind === wanted) {
    frames.pop();
    close(frames, frame, piece.end);
    return;
  }
  const opener = frame?.opener;
  report(r, "syntax-error", `%{ ${piece.kind} } has no %{ ${wanted} } before it`, piece, {
    ...(opener && {
      related: [{ span: spanOf(r, opener), message: `This %{ ${opener.kind} } is still open` }],
    }),
  });
}

/** Puts a finished directive into the frame around it. */
function close(frames: readonly Frame[], frame: Frame, end: number): void {
  const outer = frames[frames.length - 1];
  if (!outer || !frame.opener) return;
  const target = outer.otherwise?.parts ?? outer.parts;
  const { opener, parts } = frame;
  if (opener.kind === "if") {
    const condition: Expression = opener.condition;
    target.push({
      type: "if",
      condition,
      then: parts,
      otherwise: frame.otherwise?.parts ?? [],
      start: opener.start,
      end,
    });
    return;
  }
  const { value, collection, key, start } = opener;
  target.push({ type: "for", ...(key && { key }), value, collection, body: parts, start, end });
}
