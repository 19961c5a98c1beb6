import { type Analysis, analyse } from "../../analyse.ts";
import { recordedOutputs } from "../../assembly/changes.ts";
import type { Code } from "../../diagnostics/codes.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { type SourceText, toRecords } from "../../diagnostics/render.ts";
import { lower } from "../../intake/lower.ts";
import { renderValue, valueToJson } from "../../intake/to-json.ts";
import type { Value } from "../../intake/value.ts";
import { isWhollyKnown } from "../../intake/values.ts";
import { localStateStore } from "../../state/store.ts";
import type { Grammar } from "../../syntax/parser.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { type Evaluated, evaluateText, type Surroundings } from "../expression.ts";
import { type CommonFlags, stackDir, textsOf, UsageError, variableInputs } from "../options.ts";

export interface EvalFlags extends CommonFlags {
  /** Evaluate inside this stack. */
  readonly stack?: string;
}

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
    const { value, diagnostics } = known(await evaluateText(grammar, line, around), flags);
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

async function surroundings(
  context: CliContext,
  grammar: Grammar,
  flags: EvalFlags,
): Promise<Surroundings & { readonly analysis?: Analysis }> {
  if (flags.stack === undefined) {
    const empty = lower({ stack: [], files: [], texts: [] }).value;
    return {
      evaluate: (placed, outputs) => Promise.resolve(empty.evaluate(placed, outputs)),
      outputs: () => undefined,
    };
  }
  const folder = await stackDir(context, flags, flags.stack);
  const analysis = await analyse(context.host.files, grammar, folder, variableInputs(context, flags));
  const { value: state } = await localStateStore(context.host.files, folder).read();
  return { analysis, evaluate: analysis.evaluate, outputs: recordedOutputs(state) };
}
