import { type Analysis, analyse } from "../../analyse.ts";
import { recordedOutputs } from "../../assembly/changes.ts";
import type { Code } from "../../diagnostics/codes.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { type SourceText, toRecords } from "../../diagnostics/render.ts";
import { absolute } from "../../diagnostics/span.ts";
import type { RuntimeOutputs } from "../../intake/ir.ts";
import { type Lowered, lower } from "../../intake/lower.ts";
import { renderValue, valueToJson } from "../../intake/to-json.ts";
import type { Value } from "../../intake/value.ts";
import { isWhollyKnown } from "../../intake/values.ts";
import { localStateStore } from "../../state/store.ts";
import { parse } from "../../syntax/document.ts";
import type { Grammar } from "../../syntax/parser.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { type CommonFlags, stackDir, textsOf, UsageError, variableInputs } from "../options.ts";

export interface EvalFlags extends CommonFlags {
  /** Evaluate inside this stack. */
  readonly stack?: string;
}

/** Makes an attribute of an expression; what is reported is placed in the expression alone. */
const prefix = "value = ";
/** What the places of problems call the expression's text. */
const textName = "expression";

/** `eval EXPR`, and with `-` one expression per line from stdin. */
export async function evalCommand(
  context: CliContext,
  expression: string,
  flags: EvalFlags,
): Promise<ExitCode> {
  const grammar = await context.grammar();
  const around = await surroundings(context, grammar, flags);
  const { analysis } = around;
  const lines = (expression === "-" ? (await context.readStdin()).split("\n") : [expression])
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0 && expression !== "-") throw new UsageError("There is no expression");
  if (analysis && hasErrors(analysis.diagnostics)) {
    const texts = textsOf(analysis.files);
    const line = `${JSON.stringify({ ok: false, diagnostics: toRecords(analysis.diagnostics, texts) })}\n`;
    if (flags.json) context.out(line.repeat(lines.length));
    else tell(context, analysis.diagnostics, texts);
    return exitCodes.error;
  }
  let code: ExitCode = exitCodes.done;
  for (const line of lines) {
    const { value, diagnostics } = known(evaluateText(grammar, line, around), flags);
    const ok = value !== undefined && !hasErrors(diagnostics);
    if (!ok) code = exitCodes.error;
    if (flags.json)
      context.out(`${JSON.stringify(answer(ok ? value : undefined, diagnostics, () => line))}\n`);
    else {
      tell(context, diagnostics, () => line);
      if (ok) context.out(`${renderValue(value)}\n`);
    }
  }
  return code;
}

function answer(value: Value | undefined, diagnostics: readonly Diagnostic[], text: SourceText) {
  return value
    ? { ok: true, value: valueToJson(value) }
    : { ok: false, diagnostics: toRecords(diagnostics, text) };
}

interface Evaluated {
  readonly value?: Value;
  readonly diagnostics: readonly Diagnostic[];
}

/** With a way out where there is none in the language: a value that only a run knows, a name that only a stack has. */
function known(evaluated: Evaluated, flags: EvalFlags): Evaluated {
  const { value, diagnostics } = evaluated;
  if (value && !hasErrors(diagnostics) && flags.json && !isWhollyKnown(value)) {
    const message = "The value, or a part of it, is known only when the stack has been applied";
    return { diagnostics: [...diagnostics, diagnostic("not-known-yet", message)] };
  }
  if (flags.stack !== undefined) return evaluated;
  const hint = "To evaluate it inside the stack of this folder: clockwork eval --stack . EXPR";
  return {
    ...evaluated,
    diagnostics: diagnostics.map((d) => (ofStacks.has(d.code) ? { ...d, hint } : d)),
  };
}

/** Problems that a stack would not have. */
const ofStacks: ReadonlySet<Code> = new Set(["unknown-variable", "unknown-local", "unknown-resource"]);

interface Surroundings {
  readonly analysis?: Analysis;
  readonly evaluate: Lowered["evaluate"];
  readonly outputs: RuntimeOutputs;
}

async function surroundings(context: CliContext, grammar: Grammar, flags: EvalFlags): Promise<Surroundings> {
  if (flags.stack === undefined) {
    const empty = lower({ stack: [], files: [], texts: [] }).value;
    return { evaluate: empty.evaluate, outputs: () => undefined };
  }
  const folder = await stackDir(context, flags, flags.stack);
  const analysis = await analyse(context.host.files, grammar, folder, variableInputs(context, flags));
  const { value: state } = await localStateStore(context.host.files, folder).read();
  return { analysis, evaluate: analysis.evaluate, outputs: recordedOutputs(state) };
}

function evaluateText(grammar: Grammar, text: string, around: Surroundings): Evaluated {
  const chunks = parse(grammar, textName, `${prefix}${text}\n`).chunks.filter(
    (c) => c.items.length + c.diagnostics.length > 0,
  );
  for (const { origin } of chunks) origin.start -= prefix.length;
  const problems = chunks.flatMap((c) => c.diagnostics);
  const [chunk] = chunks;
  const [item] = chunk?.items ?? [];
  // A problem before the text is one of the attribute that only we see.
  const ours = problems.some((d) => d.span && absolute(d.span).start < 0);
  if (problems.length > 0 && !ours) return { diagnostics: problems };
  if (!chunk || ours || chunks.length > 1 || chunk.items.length !== 1 || item?.type !== "attribute") {
    return { diagnostics: [diagnostic("syntax-error", "This is not one expression")] };
  }
  return around.evaluate({ origin: chunk.origin, expression: item.value }, around.outputs);
}
