/** Values of the stack's variables: from defaults, .cwvars files, the environment and the command line, later ones winning. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Attribute } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { constantValue } from "./constant.ts";
import { broken, type Report } from "./scope.ts";
import { spanOf } from "./stack.ts";
import type { Value } from "./value.ts";
import { stringValue } from "./values.ts";
import { type GivenValue, type Variable, variableValue } from "./variable.ts";

/** A value given as text: `--var NAME=TEXT` or CLOCKWORK_VAR_NAME. */
export interface VariableText {
  readonly name: string;
  readonly text: string;
  /** As the user knows it: `--var image`, `CLOCKWORK_VAR_image`. */
  readonly from: string;
  /** From the command line: a name that no variable has is an error. The environment may hold values for other stacks. */
  readonly mustExist: boolean;
  /** The text parsed as `value = TEXT`; read only where the variable's type is no primitive. */
  readonly parsed: () => SourceFile;
}

/** In order of precedence: files, texts from elsewhere, overrides, texts of the command line. Within each, later ones win. */
export interface VariableValues {
  /** The stack's own .cwvars files. */
  readonly files: readonly SourceFile[];
  readonly texts: readonly VariableText[];
  /** Files of `--var-file`. */
  readonly overrides?: readonly SourceFile[];
}

/** The stack's variables with their values. */
export interface Variables {
  readonly values: ReadonlyMap<string, Value>;
  /** What was given for them, by name. */
  readonly given: ReadonlyMap<string, GivenValue>;
  /** Of those that are sensitive. */
  readonly sensitive: ReadonlyMap<string, Value>;
}

export function variableValues(
  declared: ReadonlyMap<string, Variable>,
  given: VariableValues,
  report: Report,
): Variables {
  const found = new Map<string, GivenValue>();
  for (const file of given.files) fromFile(file, declared, found, report);
  for (const text of given.texts) if (!text.mustExist) fromText(text, declared, found, report);
  for (const file of given.overrides ?? []) fromFile(file, declared, found, report);
  for (const text of given.texts) if (text.mustExist) fromText(text, declared, found, report);
  const values = new Map<string, Value>();
  for (const [name, variable] of declared) values.set(name, variableValue(variable, found.get(name), report));
  return {
    values,
    given: found,
    sensitive: new Map([...values].filter(([name]) => declared.get(name)?.sensitive)),
  };
}

function fromFile(
  file: SourceFile,
  declared: ReadonlyMap<string, Variable>,
  values: Map<string, GivenValue>,
  report: Report,
): void {
  const seen = new Map<string, Span>();
  for (const chunk of file.chunks) {
    for (const item of chunk.items) {
      const name = item.type === "block" ? item.keyword : item.name;
      const span = spanOf(chunk.origin, name);
      const first = seen.get(name.name);
      if (item.type === "block") {
        const message = "A .cwvars file holds values only, no blocks";
        report(diagnostic("unexpected-block", message, { span, hint: "Write NAME = VALUE lines." }));
      } else if (first) report(twice(name.name, span, first));
      else {
        seen.set(name.name, span);
        if (!declared.has(name.name)) {
          report(undeclared(name.name, declared, span));
          continue;
        }
        const at = { origin: chunk.origin, expression: item.value };
        const value = constantValue(at, `The value of variable "${name.name}"`, noReferences, report);
        values.set(name.name, { value, at, from: chunk.origin.file });
      }
    }
  }
}

function twice(name: string, span: Span, first: Span): Diagnostic {
  return diagnostic("duplicate-attribute", `"${name}" is set twice`, {
    span,
    related: [{ span: first, message: "the first time is here" }],
    hint: "Remove one of them.",
  });
}

function undeclared(
  name: string,
  declared: ReadonlyMap<string, Variable>,
  span: Span | undefined,
  from?: string,
): Diagnostic {
  const near = nearest(name, declared.keys());
  return diagnostic(
    "undeclared-variable",
    `${from ? `${from}: there` : "There"} is no variable called "${name}"`,
    {
      span,
      hint: near ? `Did you mean "${near}"?` : `Declare it: variable "${name}" { … }`,
      fix: near && span ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
    },
  );
}

function fromText(
  given: VariableText,
  declared: ReadonlyMap<string, Variable>,
  values: Map<string, GivenValue>,
  report: Report,
): void {
  const { name, text, from } = given;
  const variable = declared.get(name);
  if (variable) {
    const value = variable.textIs === "value" ? stringValue(text) : parsedValue(given, variable, report);
    values.set(name, { value, from });
  } else if (given.mustExist) report(undeclared(name, declared, undefined, from));
}

/** A list, map or object given as text is an HCL expression without references. */
function parsedValue(given: VariableText, { sensitive }: Variable, report: Report): Value {
  const chunks = given.parsed().chunks.filter((c) => c.items.length > 0 || c.diagnostics.length > 0);
  const [chunk] = chunks;
  const item = chunk?.items.find((i): i is Attribute => i.type === "attribute");
  const unread = chunks.flatMap((c) => c.diagnostics)[0];
  const problems: Diagnostic[] = [];
  const isOne = !unread && chunks.flatMap((c) => c.items).length === 1;
  const at = isOne && chunk && item && { origin: chunk.origin, expression: item.value };
  const value =
    at && constantValue(at, "The value of a variable", noReferences, (d) => void problems.push(d));
  const problem = unread ?? problems[0];
  if (value && !problem) return value;
  // What is wrong with a text may quote it.
  const message = problem && !sensitive ? problem.message : "the text is no expression";
  const hint = problem?.hint !== undefined && !unread && !sensitive ? problem.hint : example;
  report(diagnostic("invalid-variable", `${given.from}: ${message}`, { hint }));
  return broken;
}

const noReferences = "Write the value itself.";
const example = 'Write lists and maps as in a .cw file, such as ["a", "b"] or {a = 1}.';
