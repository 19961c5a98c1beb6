import { resolve } from "node:path";
import { codes } from "../../diagnostics/codes.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { explain } from "../../pipeline/explain.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type CommonFlags, textsOf, UsageError, workspace } from "../options.ts";
import { explanationView } from "../views/explain.ts";
import { printDocument } from "../views/json.ts";

export interface ExplainFlags extends CommonFlags {
  readonly stack?: string;
}

/** `explain CODE` prints a code's page; `explain STEP` and `explain ADDRESS` say why and with what something runs. */
export function explainCommand(context: CliContext, given: string, flags: ExplainFlags): Promise<ExitCode> {
  const known = Object.keys(codes);
  // Codes are found whatever their case. Only addresses and ids of steps have a dot.
  const code = known.find((c) => c.toLowerCase() === given.toLowerCase());
  if (code !== undefined) return printPage(context, code);
  if (given.includes(".")) return explainStep(context, given, flags);
  throw new UsageError(
    `There is no code "${given}"`,
    didYouMean(given, known) ??
      "Codes stand in brackets: error[unknown-variable]. Steps and addresses have a dot.",
  );
}

async function printPage(context: CliContext, code: string): Promise<ExitCode> {
  const page = resolve(context.distDir, `../docs/diagnostics/${code}.md`);
  context.out(await context.host.files.readText(page));
  return exitCodes.done;
}

async function explainStep(context: CliContext, what: string, flags: ExplainFlags): Promise<ExitCode> {
  const ws = await workspace(context, flags, flags.stack);
  const { value, diagnostics, files } = await explain(ws, what);
  if (!value) return refuse(context, flags, diagnostics, textsOf(context, ws.stackDir, files));
  tell(context, diagnostics, textsOf(context, ws.stackDir, files));
  context.out(flags.json ? printDocument(value) : explanationView(value, { color: context.color.out }));
  return exitCodes.done;
}
