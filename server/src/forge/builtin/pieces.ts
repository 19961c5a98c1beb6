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

/**
 * Characters that a script shows only as an escape: they are invisible, turn the reading direction, or end a line where an
 * editor shows none. The bundle check refuses them in the open (SAFETY rows 24, 25, 27). Tab and newline are none.
 */
export function isHidden(character: string): boolean {
  return character !== "\n" && character !== "\t" && hidden.test(character);
}

// Spelled out rather than \p{…}: classes grow with Unicode, and every Node must generate the same bytes.
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{1d173}-\u{1d17a}\u{e0000}-\u{10ffff}]/u;

export function hasHidden(text: string): boolean {
  return [...text].some(isHidden);
}
