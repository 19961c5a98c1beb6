/** `console`: expressions of a stack, one after the other, by a person or through a pipe. */
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { completer } from "../console/complete.ts";
import { openHistory } from "../console/history.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { type Evaluated, isUnfinished } from "../expression.ts";
import { type CommonFlags, textsOf } from "../options.ts";
import { evaluateIn, openSession, type Session, shown } from "../session.ts";

const hint = "To use the names of a stack: clockwork console DIR";

/** In the stack of `dir`, or of the current folder; where that has no files, expressions stand alone. */
export async function consoleCommand(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  const session = await openSession(context, flags, dir ?? ".");
  const { analysis, folder = context.cwd } = session;
  const broken =
    analysis !== undefined &&
    tell(context, analysis.diagnostics.filter(isError), textsOf(context, folder, analysis.files));
  if (context.interactive) return talk(context, session, broken);
  const code = await pipe(context, session);
  return broken ? exitCodes.error : code;
}

const isError = ({ severity }: { readonly severity: string }): boolean => severity === "error";

async function talk(context: CliContext, session: Session, broken: boolean): Promise<ExitCode> {
  if (broken) context.err("Because of these problems some expressions may have no value.\n\n");
  const history = await openHistory(context.host.files, context.host.environment);
  const editor = context.editLines({ history: history.lines, complete: completer(session) });
  const { signal } = context.interrupt;
  signal.addEventListener("abort", editor.close, { once: true });
  let pending: string[] = [];
  try {
    for (;;) {
      const typed = await editor.read(pending.length === 0 ? "> " : ": ");
      if (typed.kind === "end") break;
      if (typed.kind === "interrupt") {
        pending = [];
        continue;
      }
      history.add(typed.text);
      if (pending.length === 0 && isExit(typed.text)) break;
      pending.push(typed.text);
      const evaluated = await evaluate(session, pending);
      if (isUnfinished(evaluated)) continue;
      print(context, pending, evaluated);
      pending = [];
    }
  } finally {
    signal.removeEventListener("abort", editor.close);
    editor.close();
    await history.save();
  }
  if (!context.interrupt.signal.aborted) context.out("\n");
  return exitCodes.done;
}

const isExit = (line: string): boolean => /^\s*(?:exit|quit)\s*$/.test(line);

/**
 * Each line is answered as it comes, or with those after it that complete it. A line that none complete is answered alone,
 * so that one open bracket does not swallow what follows.
 */
async function pipe(context: CliContext, session: Session): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  let pending: string[] = [];
  const finish = (lines: readonly string[], evaluated: Evaluated) => {
    if (!print(context, lines, evaluated)) code = exitCodes.error;
    pending = [];
  };
  const take = async (line: string): Promise<void> => {
    pending.push(line);
    const evaluated = await evaluate(session, pending);
    if (isUnfinished(evaluated)) return;
    const completes = pending.length === 1 || evaluated.value !== undefined;
    if (completes) finish(pending, evaluated);
    else await giveUp();
  };
  const giveUp = async (): Promise<void> => {
    const [first = "", ...rest] = pending;
    finish([first], await evaluate(session, [first]));
    for (const line of rest) await take(line);
  };
  for await (const line of context.readLines()) {
    if (pending.length === 0 && isExit(line)) return code;
    await take(line);
  }
  while (pending.length > 0) await giveUp();
  return code;
}

const evaluate = (session: Session, lines: readonly string[]): Promise<Evaluated> =>
  evaluateIn(session, lines.join("\n"), hint);

/** Shows the value and the problems; whether there is a value. */
function print(context: CliContext, lines: readonly string[], evaluated: Evaluated): boolean {
  const text = lines.join("\n");
  if (text.trim() === "") return true;
  tell(context, evaluated.diagnostics, () => text);
  if (!evaluated.value || hasErrors(evaluated.diagnostics)) return false;
  context.out(`${shown(evaluated.value, evaluated)}\n`);
  return true;
}
