/**
 * A string argument of a step, taken apart: text that is known, and run-time values that stand in the environment when
 * the step runs. In an argument `${NAME}` is the variable NAME and `$${` a literal `${` (LANGUAGE.md, Run-time values).
 */
export type Piece = string | { readonly env: string };

/** Neighbouring texts are joined and empty ones left out; an empty string has no pieces. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  const add = (piece: string): void => {
    const last = found.at(-1);
    if (piece === "") return;
    if (typeof last === "string") found[found.length - 1] = last + piece;
    else found.push(piece);
  };
  let end = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{([A-Z][A-Z0-9_]*)\}/g)) {
    add(text.slice(end, match.index));
    if (match[1] === undefined) add("${");
    else found.push({ env: match[1] });
    end = match.index + match[0].length;
  }
  add(text.slice(end));
  return found;
}

/** The text, where nothing of it waits for run time. */
export function knownText(parts: readonly Piece[]): string | undefined {
  return parts.every((p) => typeof p === "string") ? parts.join("") : undefined;
}

/** The text with its run-time values in place; undefined while one of them is not known. */
export function expandText(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let expanded = "";
  for (const piece of pieces(text)) {
    const value = typeof piece === "string" ? piece : values.get(piece.env);
    if (value === undefined) return undefined;
    expanded += value;
  }
  return expanded;
}
