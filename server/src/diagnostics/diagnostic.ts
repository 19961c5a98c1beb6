import { type Code, codes } from "./codes.ts";
import type { Span } from "./span.ts";

export type Severity = "error" | "warning" | "info" | "hint";

/** Another place that explains a problem: the first of two duplicates, an edge of a cycle. */
export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** A certain repair: replacing each span's text solves the problem. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** One problem, for terminal and editor alike. Something the user can mend; our own faults are thrown Errors. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence that names the thing, without a full stop. */
  readonly message: string;
  /** Absent when the problem has no place in a file: the machine, a flag, a reply. */
  readonly span?: Span;
  readonly related?: readonly Related[];
  /** The way out, as a sentence: `Did you mean "image"?` */
  readonly hint?: string;
  readonly fix?: Fix;
}

export type DiagnosticDetail = Pick<Diagnostic, "span" | "related" | "hint" | "fix">;

/** Makes a diagnostic with the severity that the codes table gives. */
export function diagnostic(
  code: Code,
  message: string,
  detail: { [K in keyof DiagnosticDetail]?: DiagnosticDetail[K] | undefined } = {},
): Diagnostic {
  const { span, related, hint, fix } = detail;
  return {
    code,
    severity: codes[code].severity,
    message,
    ...(span && { span }),
    ...(related && { related }),
    ...(hint !== undefined && { hint }),
    ...(fix && { fix }),
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}
