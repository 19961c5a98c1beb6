/** Half-open, in UTF-16 code units of the file. */
export interface ChunkRange {
  readonly start: number;
  readonly end: number;
  /** The item, or a comment in it, never closes: where it ends was guessed, and depends on all text behind it. */
  readonly cut: boolean;
  /** Inside of brackets that are open it would leave them as they are: it closes nothing that it has not opened. */
  readonly balanced: boolean;
}

/** A top-level line that opens a block, or sets an attribute, at the very start of a line. */
const header = /[\p{L}_][\p{L}\p{N}_-]*(?:[ \t]+(?:"[^"\n]*"|[\p{L}_][\p{L}\p{N}_-]*))*[ \t]*\{/uy;
const attribute = /[\p{L}_][\p{L}\p{N}_-]*[ \t]*=[^=>]/uy;
const heredoc = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;

/** After so many items that never close, borders are looked for at every block header, to stay linear. */
export const patience = 8;

/**
 * Cuts a file into its top-level items, each with the blank lines and comments before it. The ranges follow each other
 * without gaps and cover the text. Where an item's brackets, strings or heredocs never close, it ends before the next
 * block header that stands at the start of a line, so that broken text stays one item's problem.
 */
export function splitChunks(text: string): ChunkRange[] {
  const ranges: ChunkRange[] = [];
  let failures = 0;
  for (let start = 0; start < text.length; ) {
    const range = nextChunk(text, start, failures);
    ranges.push(range);
    if (range.cut) failures++;
    start = range.end;
  }
  return ranges;
}

/**
 * The chunk that starts at `start`; `failures` counts the cut ones before it. From the line at `restAt` on there are balanced
 * chunks alone: what is open there is open at the end too, without a look at all the text between.
 */
export function nextChunk(text: string, start: number, failures: number, restAt = text.length): ChunkRange {
  const seen: Seen = { openComment: false, closesOthers: false };
  const end = failures < patience ? scanItem(text, start, restAt, seen) : -1;
  if (end < 0) return { start, end: scanItem(text, start, "resync", seen), cut: true, balanced: false };
  return { start, end, cut: seen.openComment, balanced: !seen.openComment && !seen.closesOthers };
}

/** What a scan has come across. */
interface Seen {
  /** A `/*` that is no comment yet: what closes it may be typed anywhere behind. */
  openComment: boolean;
  /** A bracket, or the end of a line, that would do something else inside of open brackets. */
  closesOthers: boolean;
}

const Open = { brace: 0, other: 1, sequence: 2, quoted: 3, heredoc: 4 } as const;
type Open = (typeof Open)[keyof typeof Open];

/**
 * The end of the item that starts at or after `start`, behind its newline. With `resync`, it ends at the first line that can
 * only start another; else it is -1 when the item is still open at the end of the text, or in brackets at `how`.
 */
function scanItem(text: string, start: number, how: number | "resync", found: Seen): number {
  const resync = how === "resync";
  const length = text.length;
  const open: Open[] = [];
  const markers: string[] = [];
  let top: Open | undefined;
  let seen = false;
  let isAttribute = false;
  let hadBrace = false;
  let i = start;
  const pop = (): void => {
    open.pop();
    top = open[open.length - 1];
  };
  const push = (context: Open): void => {
    open.push(context);
    top = context;
  };
  while (i < length) {
    if (top === Open.quoted || top === Open.heredoc) {
      const c = text.charCodeAt(i);
      if (c === 36 || c === 37) {
        const run = marks(text, i);
        const opens = text.charCodeAt(i + run) === 123;
        i += opens ? run + 1 : run;
        if (opens && run === 1) push(Open.sequence);
      } else if (top === Open.quoted) {
        if (c === 92 && text.charCodeAt(i + 1) !== 10) i += 2;
        else if (c === 34) {
          pop();
          i++;
        } else if (c === 10) {
          pop();
          // A label without its closing quote has taken the block's brace with it.
          if (open.length === 0 && !isAttribute && text.charCodeAt(i - 1) === 123) {
            found.closesOthers = true;
            push(Open.brace);
          }
        } else i++;
      } else {
        i++;
        if (c !== 10) continue;
        if (resync && startsItem(text, i, isAttribute)) return i;
        const marker = markers[markers.length - 1] ?? "";
        const after = closesHeredoc(text, i, marker);
        if (after < 0) continue;
        markers.pop();
        pop();
        i = after;
      }
      continue;
    }
    const first = text.charCodeAt(i);
    if (isPlain(first)) {
      seen = true;
      do i++;
      while (isPlain(text.charCodeAt(i)));
      continue;
    }
    switch (first) {
      case 10:
        i++;
        if (open.length === 0) {
          if (seen && (isAttribute || hadBrace || !braceFollows(text, i))) return i;
        } else if (i === how) return -1;
        else if (resync && startsItem(text, i, isAttribute)) return i;
        continue;
      case 32:
      case 9:
      case 13:
        i++;
        continue;
      case 35:
        i = lineEnd(text, i);
        continue;
      case 47: {
        const next = text.charCodeAt(i + 1);
        if (next === 47) {
          i = lineEnd(text, i);
          continue;
        }
        if (next === 42) {
          const close = text.indexOf("*/", i + 2);
          if (close >= 0) {
            i = close + 2;
            continue;
          }
          found.openComment = true;
        }
        break;
      }
      case 34:
        push(Open.quoted);
        break;
      case 123:
        hadBrace = true;
        push(Open.brace);
        break;
      case 40:
      case 91:
        push(Open.other);
        break;
      case 125:
        while (top === Open.other) pop();
        if (top === undefined) found.closesOthers = true;
        else pop();
        break;
      case 41:
      case 93:
        if (top === undefined) found.closesOthers = true;
        if (top === Open.other) pop();
        break;
      case 61:
        if (open.length === 0) isAttribute = true;
        break;
      case 60: {
        heredoc.lastIndex = i;
        const match = heredoc.exec(text);
        if (match?.[1] === undefined) break;
        markers.push(match[1]);
        push(Open.heredoc);
        seen = true;
        i += match[0].length;
        const after = closesHeredoc(text, i, match[1]);
        if (after >= 0) {
          markers.pop();
          pop();
          i = after;
        }
        continue;
      }
    }
    seen = true;
    i++;
  }
  if (open.length > 0 && !resync) return -1;
  return length;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** How often the `$` or `%` at `from` is repeated. */
function marks(text: string, from: number): number {
  const mark = text.charCodeAt(from);
  let i = from + 1;
  while (text.charCodeAt(i) === mark) i++;
  return i - from;
}

/** Where the line at `from` is a heredoc's last, the offset behind its marker; else -1. */
function closesHeredoc(text: string, from: number, marker: string): number {
  let i = from;
  while (isBlank(text.charCodeAt(i))) i++;
  if (!text.startsWith(marker, i)) return -1;
  i += marker.length;
  const end = i;
  while (isBlank(text.charCodeAt(i)) || text.charCodeAt(i) === 13) i++;
  return text.charCodeAt(i) === 10 ? end : -1;
}

/** A block's header whose brace stands on the next line is a mistake, but one block. */
function braceFollows(text: string, from: number): boolean {
  let i = from;
  while (isBlank(text.charCodeAt(i)) || text.charCodeAt(i) === 10 || text.charCodeAt(i) === 13) i++;
  return text.charCodeAt(i) === 123;
}

function isBlank(c: number): boolean {
  return c === 32 || c === 9;
}

function startsItem(text: string, at: number, isAttribute: boolean): boolean {
  header.lastIndex = at;
  if (header.test(text)) return true;
  attribute.lastIndex = at;
  return isAttribute && attribute.test(text);
}

/** Characters that open, close and separate nothing. */
const plain = new Uint8Array(128)
  .fill(1, 48, 58)
  .fill(1, 65, 91)
  .fill(1, 97, 123)
  .fill(1, 95, 96)
  .fill(1, 44, 47);

function isPlain(c: number): boolean {
  return plain[c] === 1;
}
