import {
  type CodeAction,
  CodeActionKind,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range,
  type TextEdit,
  type Diagnostic as Wire,
} from "vscode-languageserver";
import { type Code, type CodeEntry, codes } from "../diagnostics/codes.ts";
import type { Diagnostic, Fix, Severity } from "../diagnostics/diagnostic.ts";
import { absolute, type Span } from "../diagnostics/span.ts";
import type { Lines } from "./source-lines.ts";

/**
 * Between our records, which count in offsets, and the protocol's, which count in lines and columns. Nothing else in the
 * server makes a line of an offset.
 */

/** What a converter must know of a stack's files, by their names in spans. */
export interface Files {
  /** The lines of the text that the spans were made from. */
  lines(file: string): Lines;
  uri(file: string): string;
  /** The address of a code's documentation. */
  page(code: Code): string;
}

const severities: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A range as the protocol has it, in a file. */
export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export interface LocatedDiagnostic {
  readonly uri: string;
  readonly diagnostic: Wire;
}

/**
 * Converts the diagnostics of one analysis; each file's lines are found once.
 *
 * @param fallback the file that gets the problems without a place, at its first character
 */
export function toDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: Files,
  fallback: string,
): readonly LocatedDiagnostic[] {
  const locate = locator(files);
  return diagnostics.map((d) => {
    const { uri, range } = d.span ? locate(d.span) : { uri: files.uri(fallback), range: start };
    const tags = tagsOf(d.code);
    const related = (d.related ?? []).map(({ span, message }) => ({ location: locate(span), message }));
    return {
      uri,
      diagnostic: {
        range,
        severity: severities[d.severity],
        code: d.code,
        codeDescription: { href: files.page(d.code) },
        source: "clockwork",
        message: d.hint === undefined ? d.message : `${d.message}\n${d.hint}`,
        ...(tags.length > 0 && { tags }),
        ...(related.length > 0 && { relatedInformation: related }),
        ...(d.fix && { data: toQuickFix(d.fix, locate) }),
      },
    };
  });
}

/** What nothing uses is shown faded. */
function tagsOf(code: Code): DiagnosticTag[] {
  const { unnecessary }: CodeEntry = codes[code];
  return unnecessary ? [DiagnosticTag.Unnecessary] : [];
}

/** A certain repair as it travels inside a diagnostic: the client hands it back when it asks what can be done. */
interface QuickFix {
  readonly title: string;
  readonly changes: { readonly [uri: string]: TextEdit[] };
}

function toQuickFix(fix: Fix, locate: (span: Span) => Location): QuickFix {
  const changes: { [uri: string]: TextEdit[] } = {};
  for (const { span, text } of fix.edits) {
    const { uri, range } = locate(span);
    changes[uri] = [...(changes[uri] ?? []), { range, newText: text }];
  }
  return { title: fix.title, changes };
}

/** What mends the problems that a client asks about; those without a certain repair give nothing. */
export function toCodeActions(problems: readonly Wire[]): CodeAction[] {
  return problems.flatMap((problem) => {
    const fix = problem.data as QuickFix | undefined;
    if (problem.source !== "clockwork" || fix === undefined) return [];
    const { title, changes } = fix;
    return [
      { title, kind: CodeActionKind.QuickFix, diagnostics: [problem], isPreferred: true, edit: { changes } },
    ];
  });
}

const start: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function locator(files: Files): (span: Span) => Location {
  const found = new Map<string, Lines>();
  return (span) => {
    const { file, start: from, end: to } = absolute(span);
    const lines = found.get(file) ?? files.lines(file);
    found.set(file, lines);
    return { uri: files.uri(file), range: toRange(lines, from, to) };
  };
}

export function toRange(lines: Lines, from: number, to: number): Range {
  return { start: toPosition(lines, from), end: toPosition(lines, to) };
}

function toPosition(lines: Lines, offset: number): Range["start"] {
  const { line, column } = lines.positionAt(offset);
  return { line, character: column };
}
