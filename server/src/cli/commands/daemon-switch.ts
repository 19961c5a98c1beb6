/** `daemon disable` and `daemon enable`: the switch that every daemon of a stack heeds, whoever started it and wherever. */
import { switchPath } from "../../daemon/stack.ts";
import { makeClockworkFolder } from "../../state/folder.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { type CommonFlags, stackDir } from "../options.ts";
import { printDocument } from "../views/json.ts";

/** `daemon disable [DIR]`: one that runs goes on, and neither looks nor acts while the switch is there. */
export async function daemonDisableCommand(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  const { host } = context;
  const folder = await stackDir(context, flags, dir);
  if ((await host.files.stat(switchPath(folder))) === undefined) {
    await makeClockworkFolder(host.files, folder);
    const { user } = await host.jobs.self();
    const since = new Date(host.clock.now()).toISOString();
    await host.files.writeAtomic(switchPath(folder), `${user}, ${since}\n`);
  }
  return told(
    context,
    flags,
    true,
    "No daemon acts on this stack any more. Undo it with: clockwork daemon enable\n",
  );
}

/** `daemon enable [DIR]` */
export async function daemonEnableCommand(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  await context.host.files.remove(switchPath(await stackDir(context, flags, dir)));
  return told(context, flags, false, "A daemon may act on this stack again.\n");
}

function told(context: CliContext, flags: CommonFlags, disabled: boolean, text: string): ExitCode {
  context.out(flags.json ? printDocument({ disabled }) : text);
  return exitCodes.done;
}
