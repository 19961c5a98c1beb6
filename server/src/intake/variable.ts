/**
 * One variable: what its block says, and its value once somebody gives one or nobody does. The stack's own variables get
 * theirs from files, the environment and the command line, a module's from the block that uses it; the rules are the same.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { readContent } from "./block-content.ts";
import { type Condition, conditionHere, type Evaluate, readCondition, unmet } from "./condition.ts";
import { constant, constantValue } from "./constant.ts";
import { convert, describeProblem } from "./convert.ts";
import { locate } from "./locate.ts";
import { referencedPaths } from "./references.ts";
import { broken, type Report } from "./scope.ts";
import { type BlockDeclaration, type Placed, spanOf } from "./stack.ts";
import { boolType, dynamicType, stringType, type Type } from "./type.ts";
import { typeFromExpression } from "./type-expression.ts";
import type { Value } from "./value.ts";
import { markIf, unmark } from "./values.ts";

/** A `variable` block, read. */
export interface Variable {
  readonly name: string;
  readonly declaration: BlockDeclaration;
  readonly type: Type;
  /** Whether a text from outside is the value itself or an expression, as the type asks. */
  readonly textIs: "value" | "expression";
  /** Where the default stands and its value, converted; absent: a value must be given. */
  readonly default?: Placed & { readonly value: Value };
  /** False: null given means the default. */
  readonly nullable: boolean;
  readonly sensitive: boolean;
  readonly description?: string;
  readonly validations: readonly Condition[];
  /** The block is wrong where its default would stand; a missing value is no second problem. */
  readonly isExcused: boolean;
}

/** A value for a variable, not converted yet. */
export interface GivenValue {
  readonly value: Value;
  /** The expression it was made by; absent for a text that stands in no file. */
  readonly at?: Placed;
  /** As the user knows its source: `--var image`, `clockwork.cwvars`. */
  readonly from?: string;
}

const form = {
  what: "A variable block",
  attributes: ["type", "default", "description", "sensitive", "nullable", "ephemeral"],
  blocks: ["validation"],
};

export function readVariable(declaration: BlockDeclaration, report: Report): Variable {
  const { block, origin, name } = declaration;
  const { attributes, blocks, meant } = readContent(block, origin, form, report);
  const typeSource = attributes.get("type")?.expression;
  let isTyped = typeSource !== undefined;
  const type = typeSource
    ? typeFromExpression(typeSource, origin, (d) => {
        isTyped &&= d.severity !== "error";
        report(d);
      })
    : dynamicType;
  const fallback = attributes.get("default");
  const setting = (what: string, kind: Type): Value | undefined => {
    const placed = attributes.get(what);
    return placed && constant(placed, kind, what, report);
  };
  const description = setting("description", stringType);
  const isSet = (what: string): boolean => isTrue(setting(what, boolType));
  const nullable = attributes.has("nullable") ? isSet("nullable") : true;
  // Nothing sensitive is ever stored, which is all that Terraform's ephemeral values ask for.
  const sensitive = [isSet("sensitive"), isSet("ephemeral")].includes(true);
  const validations = blocks.flatMap((b) => readCondition(b, origin, declaration.broken, report) ?? []);
  for (const validation of validations) checkAboutItself(name, validation, report);
  const variable = {
    name,
    declaration,
    type,
    textIs: isTyped && !["string", "number", "bool"].includes(type.kind) ? "expression" : "value",
    nullable,
    sensitive,
    ...(description?.kind === "string" && { description: description.value }),
    validations,
    isExcused: declaration.broken || meant.has("default"),
  } as const;
  if (!fallback) return variable;
  return { ...variable, default: { ...fallback, value: defaultValue(variable, fallback, report) } };
}

const isTrue = (value: Value | undefined): boolean => value?.kind === "bool" && value.value;

function checkAboutItself(name: string, { condition }: Condition, report: Report): void {
  const paths = referencedPaths(condition.expression);
  if (paths.some(([root, step]) => root?.name === "var" && step?.name === name)) return;
  report(
    diagnostic("invalid-condition", `The condition says nothing about var.${name}`, {
      span: spanOf(condition.origin, condition.expression),
      hint: `A validation checks the variable it belongs to: refer to var.${name}.`,
    }),
  );
}

/**
 * The value the variable has: the given one or else the default, converted, with the defaults of its type filled in. What
 * does not fit is reported and `broken`.
 */
export function variableValue(variable: Variable, given: GivenValue | undefined, report: Report): Value {
  const value = given && fitted(variable, given, report);
  const isNull = value?.kind === "null" && !variable.nullable;
  if (value && !isNull) return markIf(variable.sensitive, value);
  if (variable.default) return markIf(variable.sensitive, variable.default.value);
  if (given && isNull) report(notNull(variable, given));
  else if (!variable.isExcused) report(missingVariable(variable));
  return markIf(variable.sensitive, broken);
}

function defaultValue(variable: Variable, placed: Placed, report: Report): Value {
  const hint = "Use a local value for what depends on other values.";
  const value = constantValue(placed, `The default of variable "${variable.name}"`, hint, report);
  const fit = fitted(variable, { value, at: placed }, report, "default");
  if (fit.kind !== "null" || variable.nullable) return fit;
  const span = spanOf(placed.origin, placed.expression);
  const message = `The default of variable "${variable.name}" is null, which nullable = false excludes`;
  report(
    diagnostic("invalid-variable", message, { span, hint: "Without a default, a value must be given." }),
  );
  return broken;
}

function fitted(variable: Variable, given: GivenValue, report: Report, role = "value"): Value {
  const { name, type, sensitive } = variable;
  const value = convert(markIf(sensitive, given.value), type);
  if (value.kind !== "problem") return sensitive ? unmark(value) : value;
  const root = value.path.length > 0 ? name : "";
  const source = given.from === undefined || given.at ? `The ${role} of variable "${name}"` : given.from;
  const text = describeProblem(value, root, type);
  report(
    notFitting(variable, given, `${source}${given.at ? " does not fit its type" : ""}: ${text}`, value.path),
  );
  return broken;
}

/** Where the value stands; of a sensitive one the picture would show it. */
function notFitting(
  { declaration, sensitive }: Variable,
  { at, from }: GivenValue,
  message: string,
  path: readonly (string | number)[] = [],
): Diagnostic {
  if (at && !sensitive) {
    return diagnostic("invalid-variable", message, { span: spanOf(at.origin, locate(at.expression, path)) });
  }
  return diagnostic("invalid-variable", message, {
    related: [{ span: declaration.span, message: "the variable is declared here" }],
    hint: sensitive && at ? `The value is in ${from ?? at.origin.file}.` : undefined,
  });
}

function notNull(variable: Variable, given: GivenValue): Diagnostic {
  const source = given.from === undefined || given.at ? `The variable "${variable.name}"` : given.from;
  return notFitting(variable, given, `${source}: the value must not be null, because of nullable = false`);
}

/** Nobody gave a value that only somebody outside can give. */
function missingVariable({ name, declaration }: Variable): Diagnostic {
  return diagnostic("missing-variable", `The variable "${name}" has no default and was given no value`, {
    span: declaration.span,
    hint: `Give one with --var ${name}=…, with CLOCKWORK_VAR_${name}, in a file of --var-file, or in clockwork.cwvars: ${name} = …`,
  });
}

/** Reports each of the variable's validations that its value does not meet, at the place the value comes from. */
export function validateVariable(
  variable: Variable,
  given: GivenValue | undefined,
  evaluate: Evaluate,
  report: Report,
): void {
  const { name, declaration, sensitive } = variable;
  const at = given ? given.at : variable.default;
  const span = at && !sensitive ? spanOf(at.origin, at.expression) : undefined;
  for (const rule of variable.validations) {
    const sentence = unmet(rule, evaluate, report);
    if (sentence === undefined) continue;
    const source = given?.from === undefined || given.at ? `variable "${name}"` : given.from;
    const declared = { span: declaration.span, message: "the variable is declared here" };
    report(
      diagnostic("validation-failed", `${source}: ${sentence}`, {
        span,
        related: [...(span ? [] : [declared]), conditionHere(rule)],
      }),
    );
  }
}
