import type { Exchange } from "../agent/editor.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { renderDiagnostics, type SourceText, toRecords } from "../diagnostics/render.ts";
import type { LookAtScript } from "../forge/check/scripts.ts";
import type { Host, LineEditor, LineEditorSettings, WatchFolder } from "../host/ports.ts";
import type { Grammar } from "../syntax/parser.ts";
import { printDocument, printEvent } from "./views/json.ts";

/** What a command did, for the process that ran it and for whoever called that. */
export const exitCodes = {
  done: 0,
  error: 1,
  changes: 2,
  stepFailed: 3,
  stale: 4,
  locked: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The terminal and the machine, as the commands see them. */
export interface CliContext {
  readonly host: Host;
  readonly version: string;
  /** Folder of the bundles and .wasm files. */
  readonly distDir: string;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person sits there: both ends are terminals. */
  readonly interactive: boolean;
  /** Colours on stdout and on stderr. */
  readonly color: { readonly out: boolean; readonly err: boolean };
  readonly unicode: boolean;
  readonly width: () => number;
  /** Asks on the terminal and resolves with the line that was typed. */
  readonly ask: (question: string) => Promise<string>;
  readonly readStdin: () => Promise<string>;
  /** Stdin's lines as they come, without their ends. */
  readonly readLines: () => AsyncIterable<string>;
  /** Only where `interactive`. */
  readonly editLines: (settings: LineEditorSettings) => LineEditor;
  /** The first Ctrl-C, and the second. */
  readonly interrupt: { readonly signal: AbortSignal; readonly kill: AbortSignal };
  /** `folder`: the stack that is about to be read, where there is one. */
  readonly grammar: (folder?: string) => Promise<Grammar>;
  /** Runs the language server over stdin and stdout until its client goes. */
  readonly serve: () => Promise<ExitCode>;
  readonly randomId: () => string;
  /** A bundle of its own, read when an agent is asked. */
  readonly loadAnthropic: () => typeof import("../agent/anthropic.ts");
  /** Comes with parsers, in a bundle of its own. */
  readonly lookAtScript: LookAtScript;
  /** Speaks with the editor whose terminal this is. */
  readonly exchange: Exchange;
  /** Texts that may stand in nothing that is printed or kept; they become known while a command runs. */
  readonly secrets: Set<string>;
  /** Of this process. */
  readonly pid: number;
  /** Milliseconds since the machine started: a clock that nobody can set. */
  readonly uptimeMs: () => number;
  readonly watchFolder: WatchFolder;
}

export interface OutputFlags {
  readonly json?: boolean;
  /** The command prints events, one a line, in place of one document. */
  readonly asEvents?: boolean;
}

/**
 * Says why a command does not do what it was asked: to people on stderr, and with `--json` to programs on stdout, as
 * `{"diagnostics": […]}` or as the events that end a run.
 */
export function refuse(
  context: CliContext,
  { json, asEvents }: OutputFlags,
  diagnostics: readonly Diagnostic[],
  sourceText: SourceText,
): ExitCode {
  tell(context, diagnostics, sourceText);
  if (!json) return exitCodes.error;
  const records = toRecords(diagnostics, sourceText);
  if (!asEvents) context.out(printDocument({ diagnostics: records }));
  else {
    for (const record of records) context.out(printEvent({ type: "diagnostic", diagnostic: record }));
    context.out(printEvent({ type: "done", exitCode: exitCodes.error, outputs: {} }));
  }
  return exitCodes.error;
}

/** Prints problems to stderr; returns whether there was an error. Hints are for editing: only `validate` prints them. */
export function tell(
  context: CliContext,
  diagnostics: readonly Diagnostic[],
  sourceText: SourceText,
  withHints = false,
): boolean {
  const shown = withHints ? diagnostics : diagnostics.filter((d) => d.severity !== "hint");
  if (shown.length > 0) {
    context.err(renderDiagnostics(shown, sourceText, { color: context.color.err, width: context.width() }));
  }
  return diagnostics.some((d) => d.severity === "error");
}
