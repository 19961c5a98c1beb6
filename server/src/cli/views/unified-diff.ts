import { compareLines, type Plain } from "../../assembly/view/text-diff.ts";

/** Equal lines around each difference. Source of the number: `diff -u`. */
const context = 3;

/** What `diff -u` prints, for `patch -p1` and `git apply`; empty where the texts are equal. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return "";
  const lines = compared(split(before), split(after));
  return `--- old/${name}\n+++ new/${name}\n${hunks(lines).map(printed).join("")}`;
}

/** Each line with its line break. */
function split(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** Formatting keeps the number of lines nearly always, and then each line is compared with what became of it. */
function compared(before: readonly string[], after: readonly string[]): readonly Plain[] {
  if (before.length !== after.length) return compareLines(before, after);
  const lines: Plain[] = [];
  let added: Plain[] = [];
  const flush = (): void => {
    for (const line of added) lines.push(line);
    added = [];
  };
  for (const [i, text] of before.entries()) {
    const now = after[i] ?? "";
    if (text === now) {
      flush();
      lines.push({ kind: "same", text });
    } else {
      lines.push({ kind: "removed", text });
      added.push({ kind: "added", text: now });
    }
  }
  flush();
  return lines;
}

interface Hunk {
  readonly lines: Plain[];
  /** How many lines of both texts come before it. */
  readonly before: number;
  readonly after: number;
}

function hunks(lines: readonly Plain[]): readonly Hunk[] {
  const near = new Uint8Array(lines.length);
  for (const [i, { kind }] of lines.entries()) {
    if (kind !== "same") near.fill(1, Math.max(0, i - context), i + context + 1);
  }
  const found: Hunk[] = [];
  let open: Hunk | undefined;
  let before = 0;
  let after = 0;
  for (const [i, line] of lines.entries()) {
    if (near[i] === 0) open = undefined;
    else if (open) open.lines.push(line);
    else {
      open = { lines: [line], before, after };
      found.push(open);
    }
    if (line.kind !== "added") before++;
    if (line.kind !== "removed") after++;
  }
  return found;
}

const signs = { same: " ", added: "+", removed: "-" } as const;

function printed({ lines, before, after }: Hunk): string {
  const range = (skipped: number, without: Plain["kind"]): string => {
    const count = lines.filter((line) => line.kind !== without).length;
    return `${count === 0 ? skipped : skipped + 1},${count}`;
  };
  const body = lines.map(({ kind, text }) => {
    const unended = text.endsWith("\n") ? "" : "\n\\ No newline at end of file\n";
    return `${signs[kind]}${text}${unended}`;
  });
  return `@@ -${range(before, "added")} +${range(after, "removed")} @@\n${body.join("")}`;
}
