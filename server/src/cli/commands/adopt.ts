/** `adopt [DIR]`: what stands in a folder's `.clockwork/` is to be used as if it had been made here. */
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { readManifest } from "../../forge/manifest.ts";
import { remember } from "../../state/known.ts";
import { localStateStore } from "../../state/store.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type CommonFlags, stackDir, UsageError } from "../options.ts";

export interface AdoptFlags extends CommonFlags {
  readonly yes?: boolean;
}

export async function adoptCommand(
  context: CliContext,
  dir: string | undefined,
  flags: AdoptFlags,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, dir);
  const { value: state, diagnostics } = await localStateStore(context.host.files, folder).read();
  const build = await readManifest(context.host.files, `${folder}/.clockwork/build`);
  const problems = [...diagnostics, ...build.diagnostics];
  if (hasErrors(problems)) return refuse(context, flags, problems, () => undefined);
  tell(context, problems, () => undefined);
  const scripts = Object.keys(build.value?.artifacts ?? {}).length;
  const resources = Object.keys(state?.resources ?? {}).length;
  const what = state ? `a state of ${resources} resources (lineage ${state.lineage})` : "no state";
  context.out(`${folder}/.clockwork has ${what} and ${scripts} scripts.\n`);
  if (!flags.yes) {
    if (!context.interactive) throw new UsageError("Nobody can be asked here", "Give --yes.");
    const answer = await context.ask("Use them, as if you had made them? Only yes is taken as a yes: ");
    if (answer.trim() !== "yes") return exitCodes.error;
  }
  await remember(context.host, { stacks: [folder], lineages: state ? [state.lineage] : [] });
  context.out("Adopted.\n");
  return exitCodes.done;
}
