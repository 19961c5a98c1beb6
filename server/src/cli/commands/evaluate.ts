import { type Analysis, analyse } from "../../analyse.ts";
import { recordedOutputs } from "../../assembly/assemble.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { toRecords } from "../../diagnostics/render.ts";
import type { RuntimeOutputs } from "../../intake/ir.ts";
import { type Lowered, lower } from "../../intake/lower.ts";
import { renderValue, valueToJson } from "../../intake/to-json.ts";
import type { Value } from "../../intake/value.ts";
import { isWhollyKnown } from "../../intake/values.ts";
import { localStateStore } from "../../state/store.ts";
import { parse } from "../../syntax/document.ts";
import type { Grammar } from "../../syntax/parser.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { type CommonFlags, stackDir, textsOf, variableInputs } from "../options.ts";

export interface EvalFlags extends CommonFlags {
  /** Evaluate inside this stack. */
  readonly stack?: string;
}

const prefix = "value = ";

/** `eval EXPR`, and with `-` one expression per line from stdin. */
export async function evalCommand(
  context: CliContext,
  expression: string,
  flags: EvalFlags,
): Promise<ExitCode> {
  const grammar = await context.grammar();
  const around = await surroundings(context, grammar, flags);
  const { analysis } = around;
  if (analysis && hasErrors(analysis.diagnostics)) {
    tell(context, analysis.diagnostics, textsOf(analysis.files));
    return exitCodes.error;
  }
  const lines =
    expression === "-"
      ? (await context.readStdin()).split("\n").filter((l) => l.trim() !== "")
      : [expression];
  let code: ExitCode = exitCodes.done;
  for (const line of lines) {
    const { value, diagnostics } = evaluateText(grammar, line, around);
    const ok = value !== undefined && !hasErrors(diagnostics);
    if (!ok) code = exitCodes.error;
    if (flags.json) context.out(`${JSON.stringify(answer(ok ? value : undefined, diagnostics, line))}\n`);
    else {
      tell(context, diagnostics, () => `${prefix}${line}`);
      if (ok) context.out(`${renderValue(value)}\n`);
    }
  }
  return code;
}

function answer(value: Value | undefined, diagnostics: readonly Diagnostic[], line: string) {
  return value && isWhollyKnown(value)
    ? { ok: true, value: valueToJson(value) }
    : { ok: false, diagnostics: toRecords(diagnostics, () => `${prefix}${line}`) };
}

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

function evaluateText(
  grammar: Grammar,
  text: string,
  around: Surroundings,
): { value?: Value; diagnostics: readonly Diagnostic[] } {
  const chunks = parse(grammar, "expression", `${prefix}${text}\n`).chunks.filter(
    (c) => c.items.length + c.diagnostics.length > 0,
  );
  const problems = chunks.flatMap((c) => c.diagnostics);
  const [chunk] = chunks;
  const [item] = chunk?.items ?? [];
  if (problems.length > 0) return { diagnostics: problems };
  if (!chunk || chunks.length > 1 || chunk.items.length !== 1 || item?.type !== "attribute") {
    return { diagnostics: [diagnostic("syntax-error", "This is not one expression")] };
  }
  return around.evaluate({ origin: chunk.origin, expression: item.value }, around.outputs);
}
