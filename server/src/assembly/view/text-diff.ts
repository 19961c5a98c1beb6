/** One line of a comparison of two texts; a `gap` stands for equal lines that are left out. */
export type DiffLine =
  | { readonly kind: "same" | "added" | "removed"; readonly text: string }
  | { readonly kind: "gap"; readonly count: number };

/** Source of the number: `diff -U`'s habit, one less, because a plan shows many of them. */
const context = 2;
/** Above this many pairs of lines the changed part is shown as removed and added whole. */
const mostPairs = 1_000_000;

/** Line by line, with a little of what is equal around each difference. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  return withGaps(compareLines(split(before), split(after)));
}

export type Plain = Exclude<DiffLine, { kind: "gap" }>;

function split(text: string): readonly string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export function compareLines(before: readonly string[], after: readonly string[]): readonly Plain[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]) => lines.map((text): Plain => ({ kind: "same", text }));
  return [
    ...same(before.slice(0, head)),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly Plain[] {
  const removed = (text: string): Plain => ({ kind: "removed", text });
  const added = (text: string): Plain => ({ kind: "added", text });
  if (before.length * after.length > mostPairs) return [...before.map(removed), ...after.map(added)];
  const longest = commonLengths(before, after);
  const lines: Plain[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const fresh = after[j];
    if (old !== undefined && old === fresh) {
      lines.push({ kind: "same", text: old });
      i++;
      j++;
    } else if (old !== undefined && longest(i + 1, j) >= longest(i, j + 1)) {
      lines.push(removed(old));
      i++;
    } else if (fresh !== undefined) {
      lines.push(added(fresh));
      j++;
    } else if (old !== undefined) {
      lines.push(removed(old));
      i++;
    }
  }
  return lines;
}

/** How many lines the rests of both texts have in common, by where the rests begin. */
function commonLengths(
  before: readonly string[],
  after: readonly string[],
): (i: number, j: number) => number {
  const width = after.length + 1;
  const table = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      table[i * width + j] =
        before[i] === after[j]
          ? 1 + (table[(i + 1) * width + j + 1] ?? 0)
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  return (i, j) => (i > before.length || j > after.length ? -1 : (table[i * width + j] ?? 0));
}

function withGaps(lines: readonly Plain[]): readonly DiffLine[] {
  const near = new Set<number>();
  for (const [i, line] of lines.entries()) {
    if (line.kind === "same") continue;
    for (let at = i - context; at <= i + context; at++) near.add(at);
  }
  const shown: DiffLine[] = [];
  let skipped = 0;
  const flush = () => {
    if (skipped > 0) shown.push({ kind: "gap", count: skipped });
    skipped = 0;
  };
  for (const [i, line] of lines.entries()) {
    if (near.has(i)) {
      flush();
      shown.push(line);
    } else skipped++;
  }
  flush();
  return shown;
}
