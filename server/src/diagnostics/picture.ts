import { type LineIndex, lineIndex } from "./line-index.ts";
import { type Cell, cellsOf, printableLine } from "./printable.ts";
import type { Paint, Style } from "./style.ts";

/** A range of one file to point at, with what to say beside it. Offsets are absolute. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly message?: string;
  /** The problem itself (`^^^`), as against what explains it (`---`). */
  readonly primary: boolean;
}

export interface Source {
  readonly text: string;
  readonly lines: LineIndex;
  /** A line's characters, made out once: hundreds of problems may stand on one long line. */
  cells(line: number): LineCells;
}

interface LineCells {
  readonly cells: readonly Cell[];
  /** The column of each cell, and the one behind the last. */
  readonly columns: readonly number[];
}

export function sourceOf(text: string): Source {
  const lines = lineIndex(text);
  const known = new Map<number, LineCells>();
  const cells = (line: number): LineCells => {
    const made = known.get(line) ?? lineCells(text.slice(lines.startOf(line), lines.endOf(line)));
    known.set(line, made);
    return made;
  };
  return { text, lines, cells };
}

function lineCells(line: string): LineCells {
  const cells = cellsOf(line);
  const columns = [0];
  for (const { width } of cells) columns.push((columns[columns.length - 1] ?? 0) + width);
  return { cells, columns };
}

/** One printed line: what stands left of the bar, and right of it. No number means a line of marks. */
interface Row {
  readonly number?: number;
  readonly body: string;
  /** `...` in place of the number: lines were left out. */
  readonly gap?: true;
}

/** A mark on one line, in display columns, half-open, at least one column wide. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly message?: string;
  readonly primary: boolean;
}

/** The lines a range covers; a range that ends right behind a line break ends on the line before. */
interface Extent {
  readonly mark: Mark;
  readonly first: number;
  readonly last: number;
}

interface Canvas {
  readonly source: Source;
  readonly paint: Paint;
  readonly markStyle: Style;
  /** Display columns for source text. */
  readonly room: number;
}

export interface PictureOptions {
  readonly paint: Paint;
  /** Style of the primary marks. */
  readonly markStyle: Style;
  /** Columns of the whole picture. */
  readonly width: number;
  /** Columns for line numbers. */
  readonly gutter: number;
}

/** More lines of one range than this are shown as its first and last ones. */
const longestRange = 6;

/** Source lines with marks under them. `marks` are of one file; the first primary one may span lines. */
export function picture(source: Source, marks: readonly Mark[], options: PictureOptions): string[] {
  const extents = marks.map((mark) => extentOf(source.lines, mark));
  const tall = extents.find((e) => e.mark.primary && e.last > e.first);
  const room = Math.max(20, options.width - options.gutter - 3 - (tall ? 2 : 0));
  const canvas: Canvas = { source, paint: options.paint, markStyle: options.markStyle, room };
  const rows: Row[] = [];
  let previous: number | undefined;
  for (const line of linesToShow(source, extents, tall)) {
    if (previous !== undefined && line > previous + 1) {
      rows.push(...between(canvas, previous, line, inside(tall, previous + 1)));
    }
    rows.push(...lineRows(canvas, line, extents, tall));
    previous = line;
  }
  return rows.map((row) => withGutter(row, options));
}

function extentOf(lines: LineIndex, mark: Mark): Extent {
  const first = lines.lineAt(mark.start);
  const end = lines.lineAt(mark.end);
  const last = end > first && lines.startOf(end) === mark.end ? end - 1 : Math.max(first, end);
  return { mark, first, last };
}

function linesToShow(
  source: Source,
  extents: readonly Extent[],
  tall: Extent | undefined,
): readonly number[] {
  const shown = new Set(extents.flatMap((e) => [lineWithText(source, e.first), e.first]));
  if (tall) {
    const short = tall.last - tall.first < longestRange;
    const head = short ? tall.last : tall.first + 2;
    for (let line = tall.first; line <= head; line++) shown.add(line);
    shown.add(tall.last);
  }
  return [...shown].sort((a, b) => a - b);
}

/** The line itself, or the nearest one before it that is not blank: what an empty line at a file's end belongs to. */
function lineWithText({ text, lines }: Source, line: number): number {
  for (let at = line; at >= 0; at--) {
    if (text.slice(lines.startOf(at), lines.endOf(at)).trim() !== "") return at;
  }
  return line;
}

const inside = (tall: Extent | undefined, line: number) =>
  tall !== undefined && line > tall.first && line <= tall.last;

/** What stands for lines that are left out: a single one is shown instead. */
function between(canvas: Canvas, previous: number, next: number, within: boolean): readonly Row[] {
  const bar = within ? canvas.paint(canvas.markStyle, "| ") : "";
  if (next > previous + 2) return [{ gap: true, body: bar }];
  const line = previous + 1;
  return [{ number: line + 1, body: bar + layOut(canvas, line, []).text }];
}

function lineRows(
  canvas: Canvas,
  line: number,
  extents: readonly Extent[],
  tall: Extent | undefined,
): readonly Row[] {
  const here = extents.filter((e) => e !== tall && e.first === line).map((e) => e.mark);
  const ends = tall && (line === tall.first || line === tall.last) ? [tall.mark] : [];
  const drawn = layOut(canvas, line, [...here, ...ends]);
  const bracket = (text: string) => (tall ? canvas.paint(canvas.markStyle, text) : "");
  const opensAtMargin = tall?.first === line && drawn.blankBefore(tall.mark.start);
  const side = opensAtMargin ? "/ " : inside(tall, line) ? "| " : "  ";
  const rows: Row[] = [{ number: line + 1, body: bracket(side) + drawn.text }];
  const below = inside(tall, line) || opensAtMargin ? "| " : "  ";
  for (const text of markRows(canvas, drawn.segments(here))) rows.push({ body: bracket(below) + text });
  if (tall?.first === line && !opensAtMargin) {
    rows.push({ body: bracket(` _${"_".repeat(drawn.columnOf(tall.mark.start))}^`) });
  }
  if (tall?.last === line) {
    const column = Math.max(0, drawn.columnOf(tall.mark.end) - 1);
    const message = tall.mark.message ? ` ${printableLine(tall.mark.message)}` : "";
    rows.push({ body: bracket(`|_${"_".repeat(column)}^${message}`) });
  }
  return rows;
}

/** A source line as it is printed: clipped to the room there is, around what is marked on it. */
interface DrawnLine {
  readonly text: string;
  columnOf(offset: number): number;
  blankBefore(offset: number): boolean;
  segments(marks: readonly Mark[]): readonly Segment[];
}

const cut = "...";

function layOut(canvas: Canvas, line: number, marks: readonly Mark[]): DrawnLine {
  const { lines, text } = canvas.source;
  const start = lines.startOf(line);
  const raw = text.slice(start, lines.endOf(line));
  const drawn = canvas.source.cells(line);
  const view = clip(
    drawn,
    canvas.room,
    marks.map((m) => columnIn(drawn, m.start - start)),
  );
  const columnOf = (offset: number) => view.place(columnIn(drawn, offset - start));
  return {
    text: view.text,
    columnOf,
    blankBefore: (offset) => raw.slice(0, offset - start).trim() === "",
    segments: (wanted) =>
      wanted.map((mark) => {
        const from = columnOf(mark.start);
        const end = Math.min(Math.max(mark.end, mark.start), start + raw.length);
        const to = Math.max(from + 1, view.place(columnEnd(drawn, end - start)));
        return { from, to, primary: mark.primary, ...(mark.message && { message: mark.message }) };
      }),
  };
}

/** Columns before the character at an offset; behind the last one for offsets past it. */
function columnIn({ cells, columns }: LineCells, offset: number): number {
  return columns[firstWhere(cells.length, (i) => offset < (cells[i]?.end ?? 0))] ?? 0;
}

/** Like `columnIn`, but a range that ends inside a character covers all of it. */
function columnEnd({ cells, columns }: LineCells, offset: number): number {
  return columns[firstWhere(cells.length, (i) => offset <= (cells[i]?.start ?? 0))] ?? 0;
}

/** The first index from which on something holds; `count` when it never does. */
function firstWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface View {
  readonly text: string;
  /** Printed column of a column of the whole line. */
  place(column: number): number;
}

/** Cuts a line that is longer than the room, keeping the first marked column in sight with some text before it. */
function clip({ cells, columns }: LineCells, room: number, marked: readonly number[]): View {
  const total = columns[cells.length] ?? 0;
  const join = (part: readonly Cell[]) => part.map((cell) => cell.shown).join("");
  if (total <= room) return { text: join(cells).trimEnd(), place: (column) => column };
  const target = marked.length === 0 ? 0 : Math.min(...marked);
  const space = room - 2 * cut.length;
  const from = target < space ? 0 : Math.min(target - Math.floor(space / 3), Math.max(0, total - space));
  const first = firstWhere(cells.length, (i) => (columns[i] ?? 0) >= from);
  const begin = columns[first] ?? 0;
  const behind = Math.max(
    first,
    firstWhere(cells.length, (i) => (columns[i + 1] ?? 0) - begin > space),
  );
  const width = (columns[behind] ?? 0) - begin;
  const head = begin > 0 ? cut : "";
  const tail = begin + width < total ? cut : "";
  const last = head.length + width + tail.length;
  return {
    text: head + join(cells.slice(first, behind)) + tail,
    place: (c) => Math.min(Math.max(c - begin + head.length, 0), last),
  };
}

/** The lines under a source line: markers first, with the last one's message, then a line for each other message. */
function markRows(canvas: Canvas, segments: readonly Segment[]): readonly string[] {
  if (segments.length === 0) return [];
  const style = (s: Segment): Style => (s.primary ? canvas.markStyle : "bold-blue");
  const inOrder = [...segments].sort((a, b) => a.from - b.from || a.to - b.to);
  const last = inOrder.at(-1);
  const inline = last?.message && inOrder.every((s) => s === last || s.to <= last.from) ? last : undefined;
  const marks = new Brush(canvas.paint);
  // The problem itself is drawn last, over what explains it.
  for (const s of [...inOrder].sort((a, b) => Number(a.primary) - Number(b.primary))) {
    marks.write(s.from, (s.primary ? "^" : "-").repeat(s.to - s.from), style(s));
  }
  if (inline?.message) marks.write(inline.to + 1, printableLine(inline.message), style(inline));
  const rows = [marks.text()];
  const waiting = inOrder.filter((s) => s.message && s !== inline);
  if (waiting.length > 0) rows.push(connectors(canvas, waiting, style).text());
  for (let i = waiting.length - 1; i >= 0; i--) {
    const s = waiting[i];
    if (!s?.message) continue;
    const row = connectors(canvas, waiting.slice(0, i), style);
    row.write(s.from, printableLine(s.message), style(s));
    rows.push(row.text());
  }
  return rows;
}

function connectors(canvas: Canvas, segments: readonly Segment[], style: (s: Segment) => Style): Brush {
  const row = new Brush(canvas.paint);
  for (const s of segments) row.write(s.from, "|", style(s));
  return row;
}

/** One line that is written in pieces at columns; later pieces cover earlier ones. */
class Brush {
  private readonly columns: { text: string; style?: Style }[] = [];

  constructor(private readonly paint: Paint) {}

  write(column: number, text: string, style: Style): void {
    while (this.columns.length < column) this.columns.push({ text: " " });
    Array.from(text).forEach((character, i) => {
      this.columns[column + i] = { text: character, style };
    });
  }

  text(): string {
    let result = "";
    for (let i = 0; i < this.columns.length; ) {
      const style = this.columns[i]?.style;
      let run = "";
      for (; i < this.columns.length && this.columns[i]?.style === style; i++)
        run += this.columns[i]?.text ?? " ";
      result += style ? this.paint(style, run) : run;
    }
    return result;
  }
}

function withGutter(row: Row, { paint, gutter }: PictureOptions): string {
  if (row.gap)
    return `${paint("bold-blue", cut)}${row.body === "" ? "" : " ".repeat(gutter)}${row.body}`.trimEnd();
  const number = row.number === undefined ? "" : String(row.number);
  const bar = paint("bold-blue", `${number.padStart(gutter)} |`);
  return row.body === "" ? bar : `${bar} ${row.body}`.trimEnd();
}
