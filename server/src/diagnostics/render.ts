/**
 * Diagnostics as people read them in a terminal, and as records for programs. The only place besides the language server
 * that turns offsets into lines and columns. It knows neither files nor terminal: the caller hands in texts and says
 * whether there are colours.
 */
import type { DiagnosticRecord, Position } from "../protocol.ts";
import { type CodeEntry, codes } from "./codes.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import type { LineIndex } from "./line-index.ts";
import { type Mark, picture, type Source, sourceOf } from "./picture.ts";
import { printable, printableLine } from "./printable.ts";
import { type AbsoluteSpan, absolute, type Span } from "./span.ts";
import { type Paint, painter, type Style } from "./style.ts";

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; 120 when absent. Longer source lines are clipped around what is marked. */
  readonly width?: number;
  /** False leaves the line with their number out. */
  readonly sum?: boolean;
}

/** A file's text by its path in spans; undefined when the file cannot be read (any more). */
export interface SourceText {
  (file: string): string | undefined;
  /** The folder of the files as people are to see it, such as `infra/`: it stands before each name. Records have the bare names. */
  readonly shownIn?: string;
}

const defaultWidth = 120;
const order: readonly Severity[] = ["error", "warning", "info", "hint"];
const styles: Readonly<Record<Severity, Style>> = {
  error: "bold-red",
  warning: "bold-yellow",
  info: "bold-cyan",
  hint: "bold-cyan",
};

/**
 * All problems with the source they are about, by file and place, each once, then a line with their number. Empty for no
 * diagnostics; otherwise it ends with a line break.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sourceText: SourceText,
  options: RenderOptions,
): string {
  if (diagnostics.length === 0) return "";
  const canvas: Canvas = {
    sources: new Sources(blotting(diagnostics, sourceText)),
    folder: sourceText.shownIn ?? "",
    paint: painter(options.color),
    width: options.width ?? defaultWidth,
  };
  const sorted = inOrder(diagnostics);
  const blocks = sorted.map((d) => renderOne(d, canvas));
  const sum = options.sum === false ? [] : [summary(sorted, canvas.paint)];
  return `${[...blocks, ...sum].join("\n\n")}\n`;
}

/** Sorted by file, place, severity and code, without doubles; those without a place come last. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyed = diagnostics.map((d) => ({ d, place: d.span && absolute(d.span) }));
  keyed.sort(
    (a, b) =>
      comparePlaces(a.place, b.place) ||
      order.indexOf(a.d.severity) - order.indexOf(b.d.severity) ||
      compareText(a.d.code, b.d.code) ||
      compareText(a.d.message, b.d.message),
  );
  const seen = new Set<string>();
  return keyed.flatMap(({ d, place }) => {
    const key = JSON.stringify([place, d.code, d.message]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [d];
  });
}

/** A diagnostic as `--json` and the event stream carry it; `text` is the file its span is in. */
export function toRecord(diagnostic: Diagnostic, text: string | undefined): DiagnosticRecord {
  return record(diagnostic, text === undefined ? undefined : sourceOf(text));
}

/** All diagnostics as records, in the order in which `renderDiagnostics` prints them. */
export function toRecords(diagnostics: readonly Diagnostic[], sourceText: SourceText): DiagnosticRecord[] {
  const sources = new Sources(sourceText);
  return inOrder(diagnostics).map((d) => record(d, d.span && sources.get(d.span.origin.file)));
}

/** What stays the same while one list is printed. */
interface Canvas {
  readonly sources: Sources;
  /** Before the names of files. */
  readonly folder: string;
  readonly paint: Paint;
  readonly width: number;
}

/** Texts and their lines, each asked for and split once. */
class Sources {
  private readonly known = new Map<string, Source | undefined>();

  constructor(private readonly textOf: SourceText) {}

  get(file: string): Source | undefined {
    if (!this.known.has(file)) {
      const text = this.textOf(file);
      this.known.set(file, text === undefined ? undefined : sourceOf(text));
    }
    return this.known.get(file);
  }
}

/** The files' texts with asterisks for what no log should repeat, which may stand on the line of another problem. */
function blotting(diagnostics: readonly Diagnostic[], sourceText: SourceText): SourceText {
  const secret = diagnostics.flatMap(({ code, span }) => {
    const { hidden }: CodeEntry = codes[code];
    return hidden && span ? [absolute(span)] : [];
  });
  if (secret.length === 0) return sourceText;
  return (file) => secret.filter((s) => s.file === file).reduce(blotted, sourceText(file));
}

function blotted(text: string | undefined, { start, end }: AbsoluteSpan): string | undefined {
  return text && text.slice(0, start) + text.slice(start, end).replace(/[^\s"]/g, "*") + text.slice(end);
}

function record(d: Diagnostic, source: Source | undefined): DiagnosticRecord {
  const place = d.span && absolute(d.span);
  return {
    code: d.code,
    severity: d.severity,
    message: d.message,
    ...(d.hint !== undefined && { hint: d.hint }),
    ...(place && { file: place.file }),
    ...(place &&
      source && {
        range: {
          start: position(source.lines, place.start),
          end: position(source.lines, place.end),
        },
      }),
  };
}

function position(lines: LineIndex, offset: number): Position {
  const { line, column } = lines.positionAt(offset);
  return { line: line + 1, column: column + 1 };
}

function renderOne(d: Diagnostic, canvas: Canvas): string {
  const { paint } = canvas;
  const parts = pictures(d, canvas);
  const gutter = Math.max(1, ...parts.map((p) => String(p.lastLine).length));
  const margin = " ".repeat(gutter);
  const bar = paint("bold-blue", `${margin} |`);
  const [first = "", ...more] = printable(d.message).split("\n");
  const lines = [`${paint(styles[d.severity], `${d.severity}[${d.code}]`)}${paint("bold", `: ${first}`)}`];
  lines.push(...more.map((line) => `${margin}   ${line}`.trimEnd()));
  for (const [index, part] of parts.entries()) {
    const arrow = index === 0 && d.span ? "-->" : ":::";
    lines.push(`${margin}${paint("bold-blue", arrow)} ${part.title}`);
    if (part.draw) lines.push(bar, ...part.draw(gutter));
  }
  const notes = [
    ...(d.hint === undefined ? [] : [note("help", d.hint, canvas, margin)]),
    ...(d.fix ? [note("fix", d.fix.title, canvas, margin)] : []),
  ];
  if (notes.length > 0 && parts.some((p) => p.draw)) lines.push(bar);
  return [...lines, ...notes].join("\n");
}

function note(label: string, text: string, { paint }: Canvas, margin: string): string {
  const indent = `\n${margin}   ${" ".repeat(label.length + 2)}`;
  const body = printable(text).trimEnd().replaceAll("\n", indent);
  return `${margin} ${paint("bold-blue", "=")} ${paint("bold", `${label}:`)} ${body}`;
}

/** The places of one file that a diagnostic speaks of. */
interface Part {
  /** `main.cw:12:11`. */
  readonly title: string;
  /** From 1; decides how wide the line numbers are. */
  readonly lastLine: number;
  /** Absent when the file's text is not to be had. */
  readonly draw?: (gutter: number) => readonly string[];
}

/** The file of the problem first, then the files of related places in the order in which they are named. */
function pictures(d: Diagnostic, canvas: Canvas): readonly Part[] {
  const files = new Map<string, Mark[]>();
  const add = (span: Span, mark: Pick<Mark, "message" | "primary">) => {
    const { file, start, end } = absolute(span);
    const marks = files.get(file) ?? [];
    files.set(file, marks);
    // A reference that stands twice in a circle is marked once.
    if (!marks.some((m) => m.start === start && m.end === end && m.message === mark.message)) {
      marks.push({ start, end, ...mark });
    }
  };
  if (d.span) add(d.span, { primary: true });
  for (const related of d.related ?? []) add(related.span, { primary: false, message: related.message });
  return [...files].map(([file, marks]) => part(file, marks, styles[d.severity], canvas));
}

function part(file: string, given: readonly Mark[], markStyle: Style, canvas: Canvas): Part {
  const source = canvas.sources.get(file);
  const name = printableLine(`${canvas.folder}${file}`);
  if (!source) return { title: [name, ...messages(given)].join(": "), lastLine: 1 };
  const marks = given.map((mark) => trimmed(mark, source.text));
  const first = marks.find((m) => m.primary) ?? marks[0];
  const { line, column } = position(source.lines, first?.start ?? 0);
  const lastLine = 1 + Math.max(...marks.map((m) => source.lines.lineAt(m.primary ? m.end : m.start)));
  const { paint, width } = canvas;
  return {
    title: `${name}:${line}:${column}`,
    lastLine,
    draw: (gutter) => picture(source, marks, { paint, markStyle, width, gutter }),
  };
}

/** Blank space around a range is not what it is about. */
function trimmed(mark: Mark, text: string): Mark {
  const inside = text.slice(Math.max(0, mark.start), Math.max(0, mark.end));
  const start = mark.start + inside.length - inside.trimStart().length;
  return inside.trim() === "" ? mark : { ...mark, start, end: mark.start + inside.trimEnd().length };
}

/** What is said beside marks that cannot be drawn. */
function messages(marks: readonly Mark[]): readonly string[] {
  return marks.flatMap(({ message }) => (message === undefined ? [] : [printableLine(message)]));
}

const plurals: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  info: ["note", "notes"],
  hint: ["hint", "hints"],
};

/** `2 errors, 1 warning`. */
function summary(diagnostics: readonly Diagnostic[], paint: Paint): string {
  return order
    .map((severity) => ({ severity, count: diagnostics.filter((d) => d.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) =>
      paint(styles[severity], `${count} ${plurals[severity][count === 1 ? 0 : 1]}`),
    )
    .join(", ");
}

function comparePlaces(a: AbsoluteSpan | undefined, b: AbsoluteSpan | undefined): number {
  if (!a || !b) return Number(!a) - Number(!b);
  return compareText(a.file, b.file) || a.start - b.start || a.end - b.end;
}

/** By code units: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
