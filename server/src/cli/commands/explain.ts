import { resolve } from "node:path";
import { codes } from "../../diagnostics/codes.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { UsageError } from "../options.ts";

/** Prints a code's page. Codes are found whatever their case. */
export async function explainCommand(context: CliContext, given: string): Promise<ExitCode> {
  const known = Object.keys(codes);
  const code = known.find((c) => c.toLowerCase() === given.toLowerCase());
  if (code === undefined) {
    throw new UsageError(
      `There is no code "${given}"`,
      didYouMean(given, known) ?? "Codes stand in brackets: error[unknown-variable].",
    );
  }
  const page = resolve(context.distDir, `../docs/diagnostics/${code}.md`);
  context.out(await context.host.files.readText(page));
  return exitCodes.done;
}
