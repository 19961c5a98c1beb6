/**
 * Whether two values are built alike, however deep: as `isDeepStrictEqual` for plain objects, arrays, maps and what has
 * the same class and fields, but with a list of its own in place of the call stack.
 */
export function isDeepEqual(first: unknown, second: unknown): boolean {
  const open: [unknown, unknown][] = [[first, second]];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [a, b] = pair;
    if (Object.is(a, b)) continue;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const [left, right] = [fields(a), fields(b)];
    if (left.size !== right.size) return false;
    for (const [key, value] of left) {
      if (!right.has(key)) return false;
      open.push([value, right.get(key)]);
    }
  }
  return true;
}

const fields = (value: object): ReadonlyMap<unknown, unknown> =>
  value instanceof Map ? value : new Map(Object.entries(value));
