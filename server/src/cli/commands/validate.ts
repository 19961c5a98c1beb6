import { analyse } from "../../analyse.ts";
import { toRecords } from "../../diagnostics/render.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { type CommonFlags, findFacts, stackDir, textsOf, variableInputs } from "../options.ts";
import { printDocument } from "../views/json.ts";

export async function validate(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, dir);
  const inputs = variableInputs(context, flags);
  const { diagnostics, files } = await analyse(
    context.host.files,
    await context.grammar(folder),
    folder,
    inputs,
    { findFacts: findFacts(context, flags, folder) },
  );
  const valid = diagnostics.every((d) => d.severity !== "error");
  if (flags.json) {
    context.out(
      printDocument({ valid, diagnostics: toRecords(diagnostics, textsOf(context, folder, files)) }),
    );
  } else {
    tell(context, diagnostics, textsOf(context, folder, files), true);
    if (valid) context.out("The stack is valid.\n");
  }
  return valid ? exitCodes.done : exitCodes.error;
}
