/** `daemon install` and `daemon uninstall`: for those who want it at boot. It writes one file, and starts nothing. */
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import type { DaemonFlags } from "../daemon-stack.ts";
import { stackDir, UsageError, variableInputs } from "../options.ts";
import { type ServiceUnit, serviceUnit } from "../service-unit.ts";
import { printDocument } from "../views/json.ts";
import { daemonArgv, daemonEnvironment } from "./daemon-process.ts";

export interface InstallFlags extends DaemonFlags {
  readonly print?: boolean;
  readonly yes?: boolean;
}

/** `daemon install [DIR]`: shows what it would write, and asks. */
export async function daemonInstallCommand(
  context: CliContext,
  dir: string | undefined,
  flags: InstallFlags,
): Promise<ExitCode> {
  const unit = await unitOf(context, dir, flags);
  if (flags.print) {
    context.out(flags.json ? printDocument(unit) : unit.text);
    return exitCodes.done;
  }
  if (!flags.json) context.out(`${unit.path}:\n\n${unit.text}\n`);
  if (!flags.yes) {
    if (!context.interactive || flags.json)
      throw new UsageError(
        "install asks before it writes, and nobody is here to answer",
        "Give --yes, or --print to see it.",
      );
    const answer = await context.ask("Write this file? Only yes is taken as a yes: ");
    if (answer.trim() !== "yes") {
      context.err("Nothing was written.\n");
      return exitCodes.error;
    }
  }
  await context.host.files.writeAtomic(unit.path, unit.text, 0o644);
  if (flags.json) context.out(printDocument(unit));
  else context.out(`Written. Start it, now and from now on:\n\n${commands(unit.enable)}`);
  return exitCodes.done;
}

/** `daemon uninstall [DIR]` */
export async function daemonUninstallCommand(
  context: CliContext,
  dir: string | undefined,
  flags: InstallFlags,
): Promise<ExitCode> {
  const unit = await unitOf(context, dir, flags);
  const { files } = context.host;
  const isThere = (await files.stat(unit.path)) !== undefined;
  if (isThere) await files.remove(unit.path);
  if (flags.json) context.out(printDocument({ path: unit.path, removed: isThere, disable: unit.disable }));
  else if (!isThere) context.out(`There is no ${unit.path}.\n`);
  else context.out(`Removed ${unit.path}. If it was started:\n\n${commands(unit.disable)}`);
  return exitCodes.done;
}

function commands(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join("");
}

async function unitOf(
  context: CliContext,
  dir: string | undefined,
  flags: InstallFlags,
): Promise<ServiceUnit> {
  if ((flags.var ?? []).length > 0)
    throw new UsageError(
      "--var: the file is there for others to read",
      "Put the values into a file of their own, and name it with --var-file.",
    );
  const folder = await stackDir(context, flags, dir);
  const files = variableInputs(context, flags).files.flatMap((path) => ["--var-file", path]);
  const { platform, variables } = context.host.environment;
  const started = {
    folder,
    argv: daemonArgv(context, folder, flags, files),
    env: daemonEnvironment(context),
  };
  for (const text of [...started.argv, ...Object.values(started.env)])
    if (/[\n\r\0]/.test(text))
      throw new UsageError("A line break in a path or variable cannot stand in the file");
  const unit = serviceUnit(platform, variables, started);
  if (unit) return unit;
  throw new UsageError(
    `There is no service file for ${platform}`,
    "Have your machine run at login: clockwork daemon start DIR",
  );
}
