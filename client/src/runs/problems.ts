import * as vscode from "vscode";
import type { DiagnosticRecord } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { editTouches, type LineRange, moved } from "./line-range.ts";
import type { Run } from "./run.ts";
import type { Runs } from "./runs.ts";

/** What a run said of a file, while it lasts. */
interface Problem {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly diagnostic: vscode.Diagnostic;
  /** Of the block that it is about: an edit there takes the problem away. */
  readonly block: LineRange;
}

/**
 * Problems of runs, where they come from: at the block whose step failed, until it is edited or the stack runs again. What
 * is wrong with the text itself the language server says, so that a run's errors before its first step are left to it.
 */
export function registerRunProblems(ctx: Ctx, runs: Runs): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("clockwork run");
  const problems = new Map<string, readonly Problem[]>();
  /** How many problems of a run that is going on are shown, by its key. */
  const told = new Map<number, number>();
  const show = (uri: string, list: readonly Problem[]) => {
    if (list.length === 0) problems.delete(uri);
    else problems.set(uri, list);
    collection.set(
      vscode.Uri.parse(uri, true),
      list.map(({ diagnostic }) => diagnostic),
    );
  };
  const clear = (folder: string) => {
    for (const [uri, list] of [...problems])
      show(
        uri,
        list.filter((problem) => problem.folder !== folder),
      );
  };
  const add = async (run: Run, record: DiagnosticRecord) => {
    const { file, range } = record;
    if (file === undefined || range === undefined) return;
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(run.folder, true), file);
    const diagnostic = toDiagnostic(ctx.extensionUri, record, toRange(range));
    const block = await blockAround(uri, diagnostic.range);
    if (runs.of(vscode.Uri.parse(run.folder, true))?.key !== run.key) return;
    show(uri.toString(), [
      ...(problems.get(uri.toString()) ?? []),
      { folder: run.folder, diagnostic, block },
    ]);
  };
  return vscode.Disposable.from(
    collection,
    runs.onDidChange((run) => {
      const before = told.get(run.key);
      if (before === undefined) clear(run.folder);
      if (run.outcome === undefined) told.set(run.key, run.diagnostics.length);
      else told.delete(run.key);
      const news = run.diagnostics.slice(before ?? 0).filter((record) => isOfStep(run, record));
      for (const record of news) void add(run, record);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const uri = document.uri.toString();
      const list = problems.get(uri);
      if (list && contentChanges.length > 0) show(uri, contentChanges.reduce(edited, list));
    }),
  );
}

/** The server knows nothing of steps: everything else it says itself, and better, since it follows the text. */
const isOfStep = (run: Run, { severity }: DiagnosticRecord): boolean =>
  severity === "error" && run.steps.some(({ status }) => status !== "waiting");

function edited(
  list: readonly Problem[],
  { range, text }: vscode.TextDocumentContentChangeEvent,
): readonly Problem[] {
  const edit = { start: range.start.line, end: range.end.line };
  const lines = text.split("\n").length - 1 - (edit.end - edit.start);
  return list
    .filter(({ block }) => !editTouches(block, edit))
    .map((problem) => (lines === 0 || problem.block.start < edit.end ? problem : shifted(problem, lines)));
}

function shifted(problem: Problem, lines: number): Problem {
  const { range, message, severity, source, code } = problem.diagnostic;
  const by = { lineDelta: lines };
  const next = new vscode.Diagnostic(
    new vscode.Range(range.start.translate(by), range.end.translate(by)),
    message,
    severity,
  );
  if (source !== undefined) next.source = source;
  if (code !== undefined) next.code = code;
  return { ...problem, diagnostic: next, block: moved(problem.block, lines) };
}

function toDiagnostic(
  extensionUri: vscode.Uri,
  { code, severity, message, hint }: DiagnosticRecord,
  range: vscode.Range,
): vscode.Diagnostic {
  const text = hint === undefined ? message : `${message}\n${hint}`;
  const diagnostic = new vscode.Diagnostic(range, text, severities[severity]);
  diagnostic.source = "clockwork run";
  const target = vscode.Uri.joinPath(extensionUri, "docs", "diagnostics", `${code}.md`);
  diagnostic.code = { value: code, target };
  return diagnostic;
}

const severities: Readonly<Record<DiagnosticRecord["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

function toRange({ start, end }: NonNullable<DiagnosticRecord["range"]>): vscode.Range {
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

/** The lines of the top-level block in which a range lies, or those of the range itself. */
async function blockAround(uri: vscode.Uri, range: vscode.Range): Promise<LineRange> {
  const symbols = await vscode.commands.executeCommand<readonly vscode.DocumentSymbol[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    uri,
  );
  const block = symbols?.find((symbol) => symbol.range.contains(range))?.range ?? range;
  return { start: block.start.line, end: block.end.line };
}
