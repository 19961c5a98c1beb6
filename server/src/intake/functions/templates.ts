/**
 * Templates that stand elsewhere: in a file, or in a string. They see the variables they are given and nothing else. What is
 * wrong inside of a file is told at its place in that file.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { diagnostic } from "../../diagnostics/diagnostic.ts";
import { lineIndex } from "../../diagnostics/line-index.ts";
import { absolute } from "../../diagnostics/span.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import type { Call } from "../../syntax/ast.ts";
import type { TemplateFile } from "../../syntax/template-file.ts";
import type { Context } from "../context.ts";
import { evaluateWithin } from "../evaluate.ts";
import type { PathStep, Report, Resolved, Scope } from "../scope.ts";
import { dynamicType, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { containsSensitive, isMapping, type Mapping, markIf, unknownOf } from "../values.ts";
import { failure, fn, parameter, text } from "./arguments.ts";
import { fileAt, isContent, notText, textOf } from "./files.ts";
import type {
  FunctionEntry,
  FunctionFailure,
  FunctionSpec,
  FunctionTable,
  RefusedFunction,
  Reported,
} from "./function.ts";
import { clean } from "./path.ts";

const vars = parameter("vars", dynamicType, "an object: what the template's names mean");

const templateFile: FunctionSpec["implementation"] = (args, _, context) => {
  const [path, given] = args;
  const content = fileAt(args.slice(0, 1), context, dynamicType);
  if (!isContent(content)) return content;
  const variables = variablesOf(given);
  if (!isVariables(variables)) return variables;
  const read = textOf(content);
  const { files } = context.scope;
  if (read === undefined || !files) return notText(path);
  const parsed = content.once("template", () =>
    files.template(clean(text(path)), read.replace(/^\uFEFF/, "")),
  );
  if (!context.muted) for (const d of parsed.diagnostics) context.scope.report(d);
  if (!parsed.template) return { kind: "reported" };
  return finished(args, render(parsed, variables, context, context.scope.report));
};

const templateString: FunctionSpec["implementation"] = (args, _, context) => {
  const [template, given] = args;
  const variables = variablesOf(given);
  if (template?.kind === "unknown") return unknownOf(dynamicType);
  if (!isVariables(variables)) return variables;
  const parsed = context.scope.files?.parse(text(template));
  if (!parsed) return failure("there are no templates here: this is evaluated outside of a stack", 0);
  const problems = [...parsed.diagnostics];
  const result = parsed.template
    ? render(parsed, variables, context, (d) => void problems.push(d))
    : ({ kind: "reported" } as const);
  const [problem] = problems;
  return problem ? failure(`in the template, ${told(problem, parsed)}`, 0) : finished(args, result);
};

/** A string has no file whose line could be shown. */
function told({ span, message }: Diagnostic, { source }: TemplateFile): string {
  if (!span) return message;
  return `line ${lineIndex(source.text).lineAt(absolute(span).start) + 1}: ${message}`;
}

function finished(args: readonly Value[], result: Value | Reported): Value | Reported | FunctionFailure {
  if (result.kind === "reported") return result;
  if (result.kind === "null") return failure("the result of the template is null", 0);
  return markIf(args.some(containsSensitive), result);
}

const isVariables = (given: Value | FunctionFailure): given is Mapping => "fields" in given;

/** The mapping; else what the call comes to instead. */
function variablesOf(given: Value | undefined): Value | FunctionFailure {
  if (!given || given.kind === "unknown") return unknownOf(dynamicType);
  if (!isMapping(given)) return failure("the variables must be an object or a map", 1);
  const bad = [...given.fields.keys()].find((name) => !/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name));
  if (bad === undefined) return given;
  return failure(`${JSON.stringify(bad)} is no name that a template could use for a variable`, 1);
}

function render(
  parsed: TemplateFile,
  variables: Mapping,
  context: Context,
  report: Report,
): Value | Reported {
  if (!parsed.template) return { kind: "reported" };
  const scope: Scope = {
    origin: parsed.origin,
    functions: functionsInside(context.scope.functions),
    budget: context.scope.budget,
    files: context.scope.files,
    // A name that a template is not given is no reference to what does not exist: try may do without.
    report: context.muted ? () => undefined : report,
    resolve: (path, tell) => resolve(path, tell, parsed, variables),
  };
  const { value, failed } = evaluateWithin(parsed.template, scope, context.muted);
  return failed ? { kind: "reported" } : value;
}

function resolve(
  [root]: readonly PathStep[],
  tell: Report,
  { origin }: TemplateFile,
  { fields, sensitive }: Mapping,
): Resolved | undefined {
  if (!root) throw new Error("an empty path");
  const value = fields.get(root.name);
  if (value) return { value: markIf(sensitive, value), consumed: 1 };
  tell(
    diagnostic("unknown-reference", `The template is given no "${root.name}"`, {
      span: { origin, start: root.start, end: root.end },
      hint:
        didYouMean(root.name, [...fields.keys()]) ??
        "A template sees only the variables of its call: add it to the second argument.",
    }),
  );
  return undefined;
}

const nested: RefusedFunction = {
  refused: "not-supported",
  description: "a template cannot render another one",
  hint: "Render the other one where this one is called, and hand the result over as a variable.",
};

/** A memo, not a state: tables are made once. */
const insides = new WeakMap<FunctionTable, FunctionTable>();

function functionsInside(functions: FunctionTable): FunctionTable {
  const known = insides.get(functions);
  if (known) return known;
  const inside = new Map(functions).set("templatefile", nested).set("templatestring", nested);
  insides.set(functions, inside);
  return inside;
}

/** As in Terraform: a template that stands right there is written as a string. */
function checkReference({ args: [template] }: Call): FunctionFailure | undefined {
  switch (template?.type) {
    case undefined:
    case "variable":
    case "get-attribute":
    case "index":
    case "splat":
      return undefined;
    case "template":
      return failure("the template stands right here; write the string itself, without a function", 0);
    default:
      return failure("the template must be a reference, such as local.page", 0);
  }
}

export const templateFunctions: Readonly<Record<string, FunctionEntry>> = {
  templatefile: fn(
    "The text of a file as a template, with the variables that it is given.",
    [parameter("path", stringType, "from the stack's folder; path.module is the module's own"), vars],
    dynamicType,
    templateFile,
    { accepts: "unknown", marks: true },
  ),
  templatestring: fn(
    "A string from elsewhere as a template, with the variables that it is given.",
    [parameter("template", stringType, "a reference to the string"), vars],
    dynamicType,
    templateString,
    { accepts: "unknown", marks: true, checkCall: checkReference },
  ),
};
