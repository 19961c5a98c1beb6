import type { DiagnosticDetail } from "./diagnostic.ts";
import type { Span } from "./span.ts";

/** Nobody mistypes longer names, and comparing two takes as many steps as the product of their lengths. */
const longest = 200;

/** The known name nearest to a mistyped one (Damerau–Levenshtein, at most two fifths of its length), or undefined. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.round(name.length * 0.4)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** `Did you mean "x"?` for the nearest known name, or undefined. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/** What a problem says about a name that nearly is a known one, and what it says when there is none near. */
export function correction(
  near: string | undefined,
  span: Span,
  otherwise?: string,
): Pick<DiagnosticDetail, "hint" | "fix"> {
  if (near === undefined) return otherwise === undefined ? {} : { hint: otherwise };
  return {
    hint: `Did you mean "${near}"?`,
    fix: { title: `Change it to "${near}"`, edits: [{ span, text: near }] },
  };
}

function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const previous = rows[i - 1] ?? [];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      }
      row.push(d);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
