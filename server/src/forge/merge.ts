import { diff3Merge } from "node-diff3";

/** What becomes of an artifact's text when the compiler has a new one. */
export type Merge =
  /** The disk has it already. */
  | { readonly kind: "same" }
  /** Nobody edited the file, or it is gone: the new text takes its place. */
  | { readonly kind: "replace"; readonly text: string }
  /** Edited, and the compiler says nothing new. */
  | { readonly kind: "keep" }
  /** Both changes, which do not touch. */
  | { readonly kind: "merged"; readonly text: string }
  /** Both changed the same lines. The texts have every other change of both; where they differ, `mine` is the person's. */
  | { readonly kind: "conflict"; readonly mine: string; readonly theirs: string };

/**
 * Merges by lines. `base` is what the compiler wrote last (undefined when it is not known), `yours` the file on disk (undefined
 * when there is none), `theirs` what the compiler writes now. Nothing in `yours` that is not in `base` is ever lost.
 */
export function merge(base: string | undefined, yours: string | undefined, theirs: string): Merge {
  if (yours === theirs) return { kind: "same" };
  if (yours === undefined || yours === base) return { kind: "replace", text: theirs };
  if (base === theirs) return { kind: "keep" };
  if (base === undefined) return { kind: "conflict", mine: yours, theirs };
  const regions = mergeLines(lines(base), lines(yours), lines(theirs));
  if (regions.some((r) => r.conflict !== undefined)) {
    return { kind: "conflict", mine: decided(regions, "a"), theirs: decided(regions, "b") };
  }
  const text = regions.flatMap((r) => r.ok ?? []).join("\n");
  return text === yours ? { kind: "keep" } : { kind: "merged", text };
}

/** Without the lines that all three begin and end with: most edits are small, and comparing costs. */
function mergeLines(base: string[], yours: string[], theirs: string[]): readonly Region[] {
  const shortest = Math.min(base.length, yours.length, theirs.length);
  const equal = (i: number): boolean => base.at(i) === yours.at(i) && base.at(i) === theirs.at(i);
  let head = 0;
  while (head < shortest && equal(head)) head++;
  let tail = 0;
  while (tail < shortest - head && equal(-1 - tail)) tail++;
  const middle = (all: string[]): string[] => all.slice(head, all.length - tail);
  const [o, a, b] = [middle(base), middle(yours), middle(theirs)];
  const merged =
    isCostly(o, a) || isCostly(o, b) ? [whole(a, b)] : diff3Merge(a, o, b, { excludeFalseConflicts: true });
  return [{ ok: base.slice(0, head) }, ...merged, { ok: tail === 0 ? [] : base.slice(-tail) }];
}

interface Region {
  readonly ok?: readonly string[];
  readonly conflict?: { readonly a: readonly string[]; readonly b: readonly string[] };
}

function whole(a: readonly string[], b: readonly string[]): Region {
  return { conflict: { a, b } };
}

/** The text with every conflict decided for one side. */
function decided(regions: readonly Region[], side: "a" | "b"): string {
  return regions.flatMap((r) => r.conflict?.[side] ?? r.ok ?? []).join("\n");
}

function lines(text: string): string[] {
  return text.split("\n");
}

/**
 * Matching line pairs above which the comparison would take seconds: it searches all of them, and more than once (measured:
 * 1,000 equal lines, a million pairs, 1.7 s). Such a file, if both sides changed it, counts as a conflict.
 */
const maxPairs = 200_000;

function isCostly(a: readonly string[], b: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  let pairs = 0;
  for (const line of b) pairs += counts.get(line) ?? 0;
  return pairs > maxPairs;
}
