/** Values of variables: from defaults, .cwvars files, the environment and the command line, later ones winning. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Attribute, Expression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { convert, describeProblem } from "./convert.ts";
import { evaluate } from "./evaluate.ts";
import { functions } from "./functions/table.ts";
import { broken, createBudget, type Report, type Scope } from "./scope.ts";
import { type BlockDeclaration, type Placed, type Stack, spanOf } from "./stack.ts";
import { dynamicType, type Type } from "./type.ts";
import { typeFromExpression } from "./type-expression.ts";
import type { Value } from "./value.ts";
import { stringValue } from "./values.ts";

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

interface Declared {
  readonly declaration: BlockDeclaration;
  readonly type: Type;
  readonly default?: Placed;
  /** Attributes that mistyped names were probably meant to be. */
  readonly meant: ReadonlySet<string>;
}

const later: ReadonlySet<string> = new Set(["sensitive", "nullable", "validation", "ephemeral"]);
const attributes = ["type", "default", "description"];

export function variableValues(
  stack: Stack,
  given: VariableValues,
): { value: Map<string, Value>; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (d) => void diagnostics.push(d);
  const declared = new Map([...stack.variables].map(([name, d]) => [name, declare(d, report)]));
  const values = new Map<string, Value>();
  for (const [name, variable] of declared) {
    if (variable.default)
      values.set(name, constant(variable.default, variable.type, `default of variable "${name}"`, report));
  }
  for (const file of given.files) fromFile(file, declared, values, report);
  for (const text of given.texts) if (!text.mustExist) fromText(text, declared, values, report);
  for (const file of given.overrides ?? []) fromFile(file, declared, values, report);
  for (const text of given.texts) if (text.mustExist) fromText(text, declared, values, report);
  for (const [name, variable] of declared) {
    if (values.has(name)) continue;
    values.set(name, broken);
    if (variable.declaration.broken || variable.meant.has("default")) continue;
    report(
      diagnostic("missing-variable", `The variable "${name}" has no default and was given no value`, {
        span: variable.declaration.span,
        hint: `Give one with --var ${name}=…, with CLOCKWORK_VAR_${name}, or in clockwork.cwvars: ${name} = …`,
      }),
    );
  }
  return { value: values, diagnostics };
}

function declare(declaration: BlockDeclaration, report: Report): Declared {
  const { origin } = declaration;
  let type: Type = dynamicType;
  let fallback: Placed | undefined;
  const seen = new Map<string, Span>();
  const meant = new Set<string>();
  for (const item of declaration.block.body.items) {
    const name = item.type === "block" ? item.keyword : item.name;
    const span = spanOf(origin, name);
    if (later.has(name.name)) {
      report(
        diagnostic(
          "not-supported",
          `This version of Clockwork does not evaluate "${name.name}" of variables yet`,
          { span },
        ),
      );
      continue;
    }
    if (item.type === "block" || !attributes.includes(name.name)) {
      const near = nearest(name.name, attributes);
      if (near) meant.add(near);
      report(
        diagnostic(
          item.type === "block" ? "unexpected-block" : "unknown-attribute",
          `A variable block has no "${name.name}"`,
          {
            span,
            hint: near ? `Did you mean "${near}"?` : `It has: ${attributes.join(", ")}.`,
          },
        ),
      );
      continue;
    }
    const first = seen.get(name.name);
    if (first) {
      report(
        diagnostic("duplicate-attribute", `"${name.name}" is set twice`, {
          span,
          related: [{ span: first, message: "the first time is here" }],
          hint: "Remove one of them.",
        }),
      );
      continue;
    }
    seen.set(name.name, span);
    if (name.name === "type") type = typeFromExpression(item.value, origin, report);
    if (name.name === "default") fallback = { origin, expression: item.value };
    if (name.name === "description")
      constant({ origin, expression: item.value }, { kind: "string" }, "description", report);
  }
  return { declaration, type, meant, ...(fallback && { default: fallback }) };
}

/** An expression without references. */
function constant(placed: Placed, type: Type, what: string, report: Report): Value {
  const scope: Scope = {
    origin: placed.origin,
    functions,
    budget: createBudget(),
    report,
    resolve: (path, tell) => {
      const step = path[0];
      tell(
        diagnostic(
          "unknown-reference",
          `The ${what} is a constant: it cannot refer to "${path.map((p) => p.name).join(".")}"`,
          {
            span: step && { origin: placed.origin, start: step.start, end: path.at(-1)?.end ?? step.end },
            hint: "Use a local value for what depends on other values.",
          },
        ),
      );
      return undefined;
    },
  };
  const value = evaluate(placed.expression, scope);
  const converted = convert(value, type);
  if (converted.kind !== "problem") return converted;
  report(
    diagnostic("invalid-variable", `The ${what} does not fit its type: ${describeProblem(converted)}`, {
      span: spanOf(placed.origin, placed.expression),
    }),
  );
  return broken;
}

function fromFile(
  file: SourceFile,
  declared: ReadonlyMap<string, Declared>,
  values: Map<string, Value>,
  report: Report,
): void {
  const seen = new Map<string, Span>();
  for (const chunk of file.chunks) {
    for (const item of chunk.items) {
      const name = item.type === "block" ? item.keyword : item.name;
      const span = spanOf(chunk.origin, name);
      if (item.type === "block") {
        report(
          diagnostic("unexpected-block", "A .cwvars file holds values only, no blocks", {
            span,
            hint: "Write NAME = VALUE lines.",
          }),
        );
        continue;
      }
      const first = seen.get(name.name);
      if (first) {
        report(
          diagnostic("duplicate-attribute", `"${name.name}" is set twice`, {
            span,
            related: [{ span: first, message: "the first time is here" }],
            hint: "Remove one of them.",
          }),
        );
        continue;
      }
      seen.set(name.name, span);
      const variable = declared.get(name.name);
      if (!variable) {
        report(undeclared(name.name, declared, span));
        continue;
      }
      const placed = { origin: chunk.origin, expression: item.value };
      values.set(name.name, constant(placed, variable.type, `value of variable "${name.name}"`, report));
    }
  }
}

function undeclared(
  name: string,
  declared: ReadonlyMap<string, Declared>,
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
  declared: ReadonlyMap<string, Declared>,
  values: Map<string, Value>,
  report: Report,
): void {
  const variable = declared.get(given.name);
  if (!variable) {
    if (given.mustExist) report(undeclared(given.name, declared, undefined, given.from));
    return;
  }
  const result = isStructured(variable.type)
    ? structured(given, variable.type, report)
    : convert(stringValue(given.text), variable.type);
  if (!result) return void values.set(given.name, broken);
  if (result.kind !== "problem") return void values.set(given.name, result);
  report(
    diagnostic("invalid-variable", `${given.from}: ${describeProblem(result)}`, {
      related: [{ span: variable.declaration.span, message: "the variable is declared here" }],
    }),
  );
  values.set(given.name, broken);
}

function isStructured(type: Type): boolean {
  return !["string", "number", "bool", "dynamic"].includes(type.kind);
}

/** A list, map or object given as text is an HCL expression without references; undefined when it cannot be read. */
function structured(given: VariableText, type: Type, report: Report): ReturnType<typeof convert> | undefined {
  const chunks = given.parsed().chunks.filter((c) => c.items.length > 0 || c.diagnostics.length > 0);
  const [chunk] = chunks;
  const item = chunk?.items.find((i): i is Attribute => i.type === "attribute");
  const problem = chunks.flatMap((c) => c.diagnostics)[0];
  if (problem || !chunk || !item || chunks.flatMap((c) => c.items).length > 1) {
    report(
      diagnostic("invalid-variable", `${given.from}: ${problem?.message ?? "the text is no expression"}`, {
        hint: 'Write lists and maps as in a .cw file, such as ["a", "b"] or {a = 1}.',
      }),
    );
    return undefined;
  }
  const problems: Diagnostic[] = [];
  const value = constantOf(item.value, chunk.origin, (d) => void problems.push(d));
  const [first] = problems;
  if (first) {
    report(diagnostic("invalid-variable", `${given.from}: ${first.message}`, { hint: first.hint }));
    return undefined;
  }
  return convert(value, type);
}

function constantOf(expression: Expression, origin: Placed["origin"], report: Report): Value {
  return constant({ origin, expression }, dynamicType, "value of a variable", report);
}
