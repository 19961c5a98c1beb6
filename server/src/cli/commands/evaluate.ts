import { type Diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { type SourceText, toRecords } from "../../diagnostics/render.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type CommonFlags, textsOf, UsageError } from "../options.ts";
import { asJson, evaluateIn, openSession, type Session, shown } from "../session.ts";

export interface EvalFlags extends CommonFlags {
  /** Evaluate inside this stack. */
  readonly stack?: string;
}

const hint = "To evaluate it inside the stack of this folder: clockwork eval --stack . EXPR";

/**
 * `eval EXPR`, and with `-` one expression per line from stdin, each answered as soon as it is there. With `--json` one
 * expression gives its value as JSON and nothing else; a line of many gives `{"ok":true,"value":…}` or `{"ok":false,"diagnostics":[…]}`.
 */
export async function evalCommand(
  context: CliContext,
  expression: string,
  flags: EvalFlags,
): Promise<ExitCode> {
  const session = await openSession(context, flags, flags.stack, expression === "-" ? undefined : expression);
  if (expression === "-") return answerLines(context, session, flags);
  if (expression.trim() === "") throw new UsageError("There is no expression");
  const broken = problemsOf(context, session);
  if (broken) return refuse(context, flags, broken.diagnostics, broken.texts);
  if (!flags.json) return print(context, session, expression.trim());
  const { json, diagnostics } = asJson(await evaluateIn(session, expression.trim(), hint));
  if (json === undefined) return refuse(context, flags, diagnostics, () => expression.trim());
  context.out(`${json}\n`);
  return exitCodes.done;
}

async function answerLines(context: CliContext, session: Session, flags: EvalFlags): Promise<ExitCode> {
  const broken = problemsOf(context, session);
  if (broken && !flags.json) tell(context, broken.diagnostics, broken.texts);
  let code: ExitCode = broken ? exitCodes.error : exitCodes.done;
  if (broken && !flags.json) return code;
  for await (const line of context.readLines()) {
    const text = line.trim();
    if (text === "") continue;
    const answered = flags.json
      ? answerJson(context, broken ?? { ...asJson(await evaluateIn(session, text, hint)), texts: () => text })
      : await print(context, session, text);
    if (answered !== exitCodes.done) code = answered;
  }
  return code;
}

interface Answer {
  readonly json?: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly texts: SourceText;
}

/** A stack with mistakes in it gives no values that could be trusted. */
function problemsOf(context: CliContext, { analysis, folder = context.cwd }: Session): Answer | undefined {
  if (!analysis || !hasErrors(analysis.diagnostics)) return undefined;
  return { diagnostics: analysis.diagnostics, texts: textsOf(context, folder, analysis.files) };
}

function answerJson(context: CliContext, { json, diagnostics, texts }: Answer): ExitCode {
  if (json === undefined) {
    context.out(`${JSON.stringify({ ok: false, diagnostics: toRecords(diagnostics, texts) })}\n`);
    return exitCodes.error;
  }
  context.out(`{"ok":true,"value":${json}}\n`);
  return exitCodes.done;
}

async function print(context: CliContext, session: Session, text: string): Promise<ExitCode> {
  const evaluated = await evaluateIn(session, text, hint);
  tell(context, evaluated.diagnostics, () => text);
  if (!evaluated.value || hasErrors(evaluated.diagnostics)) return exitCodes.error;
  context.out(`${shown(evaluated.value, evaluated)}\n`);
  return exitCodes.done;
}
