/** What came and went between two lists of objects, which are the same wherever nothing was edited. */
export interface Difference<T> {
  readonly gone: readonly T[];
  readonly come: readonly T[];
}

/** An edit leaves nearly all of a list what it was, at its beginning and at its end. */
export function difference<T extends object>(before: readonly T[], now: readonly T[]): Difference<T> {
  let start = 0;
  while (start < before.length && before[start] === now[start]) start++;
  let [from, to] = [before.length, now.length];
  while (from > start && to > start && before[from - 1] === now[to - 1]) {
    from--;
    to--;
  }
  const gone = new Set(before.slice(start, from));
  const come = now.slice(start, to).filter((item) => !gone.delete(item));
  return { gone: [...gone], come };
}
