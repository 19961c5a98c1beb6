import { type Analysis, analyse } from "../../server/src/analyse.ts";
import { assemble } from "../../server/src/assembly/assemble.ts";
import { evaluateText } from "../../server/src/cli/expression.ts";
import { type Diagnostic, hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { renderDiagnostics, toRecords } from "../../server/src/diagnostics/render.ts";
import { absolute, type Span } from "../../server/src/diagnostics/span.ts";
import { memoryHost } from "../../server/src/host/memory.ts";
import { renderValue } from "../../server/src/intake/render.ts";
import { renderType } from "../../server/src/intake/render-type.ts";
import { typeOf } from "../../server/src/intake/values.ts";
import type { SourceFile } from "../../server/src/syntax/chunk.ts";
import { parse } from "../../server/src/syntax/document.ts";
import { type Edit, editDocument, openDocument } from "../../server/src/syntax/editing.ts";
import { format } from "../../server/src/syntax/format.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { absoluteFile } from "../syntax/grammar.ts";
import { isDeepEqual } from "./equal.ts";
import type { Input } from "./generate.ts";
import { meaning } from "./meaning.ts";

/** What must hold for an input and does not. Findings of one `kind` are likely to have one cause. */
export interface Finding {
  readonly kind: string;
  readonly detail: string;
}

/** What inputs are tried in. */
export interface World {
  /** A sign of life, given before each operation. */
  readonly beat: () => void;
  readonly grammar: Grammar;
  /** The stack that expressions stand in. */
  readonly around: Analysis;
  /** Files beside the one that is tried, by their path in the stack. */
  readonly beside: Readonly<Record<string, string>>;
}

/** Milliseconds that one operation may take with a text of 10 KB. */
const patience = 100;

class Broken extends Error {
  constructor(
    readonly kind: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Tries an input; the first thing that does not hold, or undefined. What seems slow is tried again, alone. */
export async function check(world: World, input: Input): Promise<Finding | undefined> {
  const first = await tryOnce(world, input);
  if (!first?.kind.startsWith("slow")) return first;
  const again = [first];
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    const next = await tryOnce(world, input);
    if (next?.kind !== first.kind) return next?.kind.startsWith("slow") ? undefined : next;
    again.push(next);
  }
  return again[again.length - 1];
}

async function tryOnce(world: World, input: Input): Promise<Finding | undefined> {
  const timed = new Times(world.beat);
  try {
    if (input.kind === "expression") await checkExpression(world, input.text, timed);
    else {
      checkFile(world.grammar, input.text, timed);
      checkEdits(world.grammar, input.text, input.edits, timed);
      checkFormat(world.grammar, input.text, timed);
      await checkStack(world, input.text, timed);
    }
  } catch (error) {
    if (error instanceof Broken) return { kind: error.kind, detail: error.message };
    if (!(error instanceof Error)) throw error;
    const [place = ""] = error.stack?.match(/^ +at \S+/m) ?? [];
    return {
      kind: `throws in ${timed.current}: ${error.name}${place.replace(/ +/g, " ")}`,
      detail: error.stack ?? "",
    };
  }
  return timed.slow;
}

/** Milliseconds. A machine with other work leaves us waiting, and our own collector works on several threads. */
interface Now {
  readonly wall: number;
  readonly cpu: number;
}

function now(): Now {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

/** How long each operation takes. */
class Times {
  current = "";
  slow: Finding | undefined;

  constructor(private readonly beat: () => void) {}

  sync<R>(name: string, work: () => R): R {
    this.begin(name);
    const from = now();
    const result = work();
    this.end(name, from);
    return result;
  }

  async async<R>(name: string, work: () => Promise<R>): Promise<R> {
    this.begin(name);
    const from = now();
    const result = await work();
    this.end(name, from);
    return result;
  }

  private begin(name: string): void {
    this.current = name;
    this.beat();
  }

  private end(name: string, from: Now): void {
    const to = now();
    const ms = Math.min(to.wall - from.wall, to.cpu - from.cpu);
    if (ms > patience && !this.slow) this.slow = { kind: `slow: ${name}`, detail: `${ms.toFixed(0)} ms` };
    this.current = "a check";
  }
}

function hold(holds: boolean, kind: string, detail: () => string): void {
  if (!holds) throw new Broken(kind, detail());
}

/** Chunks cover the text, and what is said about them is inside. */
function checkFile(grammar: Grammar, text: string, timed: Times): void {
  const file = timed.sync("parse", () => parse(grammar, "main.cw", text));
  let at = 0;
  for (const { origin, length } of file.chunks) {
    hold(origin.start === at && length > 0, "chunks have gaps", () => `at ${at}`);
    at += length;
  }
  hold(at === text.length, "chunks do not cover the text", () => `${at} of ${text.length}`);
  checkDiagnostics(diagnosticsOf(file), () => text, timed);
}

const diagnosticsOf = (file: SourceFile): readonly Diagnostic[] => file.chunks.flatMap((c) => c.diagnostics);

function checkDiagnostics(
  diagnostics: readonly Diagnostic[],
  textOf: (file: string) => string | undefined,
  timed: Times,
): void {
  for (const d of diagnostics) {
    const spans = [
      d.span,
      ...(d.related ?? []).map((r) => r.span),
      ...(d.fix?.edits ?? []).map((e) => e.span),
    ];
    for (const span of spans)
      if (span)
        hold(isInside(span, textOf), `a span of ${d.code} is outside`, () =>
          JSON.stringify([absolute(span), d.message]),
        );
  }
  timed.sync("render", () => {
    renderDiagnostics(diagnostics, textOf, { color: false });
    toRecords(diagnostics, textOf);
  });
}

function isInside(span: Span, textOf: (file: string) => string | undefined): boolean {
  const { file, start, end } = absolute(span);
  const length = textOf(file)?.length;
  return length !== undefined && start >= 0 && start <= end && end <= length;
}

/** After each edit a document is what a fresh parse of its text gives. */
function checkEdits(grammar: Grammar, text: string, edits: readonly Edit[], timed: Times): void {
  if (edits.length === 0) return;
  const document = timed.sync("open", () => openDocument(grammar, "main.cw", text));
  for (const edit of edits) {
    const { length } = document.text;
    const start = Math.min(edit.start, length);
    const placed = { ...edit, start, end: Math.min(Math.max(start, edit.end), length) };
    timed.sync("edit", () => editDocument(document, placed));
    const fresh = timed.sync("parse", () => parse(grammar, "main.cw", document.text));
    hold(isDeepEqual(absoluteFile(document), absoluteFile(fresh)), "reparse is not a fresh parse", () =>
      JSON.stringify({ placed, text: document.text }),
    );
  }
}

/** `fmt` leaves broken files alone; the layout of others is final, and means the same. */
function checkFormat(grammar: Grammar, text: string, timed: Times): void {
  const read = (source: string): SourceFile => parse(grammar, "main.cw", source);
  const isBroken = (file: SourceFile): boolean =>
    diagnosticsOf(file).some((d) => d.code !== "invalid-expression");
  const before = read(text);
  if (isBroken(before)) return;
  const once = timed.sync("format", () => format(text));
  const after = read(once);
  hold(!isBroken(after), "fmt breaks a file", () => once);
  hold(
    meaning(before) === meaning(after),
    "fmt changes the meaning",
    () => `${meaning(before)}\n${meaning(after)}`,
  );
  const twice = format(once);
  hold(twice === once || hasWrapped(after), "fmt twice is not fmt once", () => `${once}\n------\n${twice}`);
}

/** `"${"${x}"}"` loses one wrapping each time, as with `terraform fmt`. */
const hasWrapped = (file: SourceFile): boolean =>
  /"type":"template","parts":\[\{"type":"interpolation"/.test(JSON.stringify(file.chunks));

async function checkStack(world: World, text: string, timed: Times): Promise<void> {
  const host = memoryHost({ ...world.beside, "/stack/main.cw": text });
  const analysis = await timed.async("analyse", () => analyse(host.files, world.grammar, "/stack"));
  const texts = new Map(analysis.files.map((f) => [f.file, f.text]));
  checkDiagnostics(analysis.diagnostics, (file) => texts.get(file), timed);
  if (hasErrors(analysis.diagnostics)) return;
  const planned = timed.sync("assemble", () =>
    assemble({
      ir: analysis.ir,
      seal: (plain) => plain,
      state: undefined,
      sources: new Map(),
      observations: new Map(),
      artifacts: new Map(),
      destroy: false,
      targets: [],
      force: false,
      decidedBy: null,
    }),
  );
  checkDiagnostics(planned.diagnostics, (file) => texts.get(file), timed);
}

async function checkExpression(world: World, text: string, timed: Times): Promise<void> {
  const around = { evaluate: world.around.evaluate, outputs: () => undefined };
  const { value, diagnostics } = await timed.async("evaluate", () =>
    evaluateText(world.grammar, text, around),
  );
  const texts = new Map(world.around.files.map((f) => [f.file, f.text]));
  texts.set("expression", text);
  // The newline that ends the attribute is not the text's.
  checkDiagnostics(diagnostics, (file) => (file === "expression" ? `${text}\n` : texts.get(file)), timed);
  if (!value) return;
  timed.sync("show", () => {
    renderValue(value);
    renderType(typeOf(value));
  });
}
