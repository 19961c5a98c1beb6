/** `daemon start` and `daemon stop`: one in the background, which outlives this command. */
import * as z from "zod/mini";
import { lockHolder } from "../../state/lock.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { type DaemonFlags, intervalOf, tellLocked, userLimits } from "../daemon-stack.ts";
import { stackDir, UsageError, variableInputs } from "../options.ts";

const startMs = 15_000;
const pollMs = 50;
/** A step that it has begun gets its time to end. */
const stopMs = 20_000;

/** `daemon start [DIR]` */
export async function daemonStartCommand(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, dir);
  const { host } = context;
  const held = await lockHolder(host, folder, "daemon");
  if (held) return tellLocked(context, flags, held);
  const { electron } = host.environment;
  const child = await host.jobs.detach({
    argv: daemonArgv(context, folder, flags, ["--stdin"]),
    cwd: folder,
    env: { ...daemonEnvironment(context), ...(electron && { ELECTRON_RUN_AS_NODE: "1" }) },
    input: JSON.stringify(given(context, flags)),
  });
  for (let waited = 0; waited < startMs; waited += pollMs) {
    const holder = await lockHolder(host, folder, "daemon");
    if (holder) {
      if (!flags.json) context.out(`The daemon watches this stack: process ${holder.pid}.\n`);
      return exitCodes.done;
    }
    if ((await host.jobs.startTime(child.pid)) !== child.startTime) break;
    await host.clock.sleep(pollMs);
  }
  throw new UsageError("The daemon did not start", "See why with: clockwork daemon --once");
}

/** How a daemon of one stack is started, by us or by the machine's own supervisor. */
export function daemonArgv(
  { host, distDir }: CliContext,
  folder: string,
  flags: DaemonFlags,
  more: readonly string[] = [],
): readonly string[] {
  // What is wrong with them is said here, where somebody reads it.
  intervalOf(flags, {});
  userLimits(flags);
  const { interval, fixesPerHour, cooldown, compiler } = flags;
  const named = { interval, "fixes-per-hour": fixesPerHour, cooldown, compiler };
  const options = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  return [
    host.environment.nodePath,
    `${distDir}/cli.js`,
    "daemon",
    "run",
    folder,
    "--json",
    ...options,
    ...more,
  ];
}

const inherited = [
  "PATH",
  "HOME",
  "LANG",
  "XDG_CONFIG_HOME",
  "XDG_STATE_HOME",
  "XDG_CACHE_HOME",
  "XDG_RUNTIME_DIR",
  "DOCKER_HOST",
  "CONTAINER_HOST",
];

/** Nothing that a step could read from its parent's environment: no key, no variable's value. */
export function daemonEnvironment({ host }: CliContext): Readonly<Record<string, string>> {
  const { variables } = host.environment;
  const known = inherited.flatMap((name) =>
    variables[name] === undefined ? [] : [[name, variables[name]] as const],
  );
  return Object.fromEntries(known);
}

const givenSchema = z.strictObject({
  /** Those of the environment that may be secret. */
  environment: z.record(z.string(), z.string()),
  /** As `--var` and `--var-file` have them. */
  var: z.array(z.string()),
  varFile: z.array(z.string()),
});
type Given = z.infer<typeof givenSchema>;

/** What the daemon needs and nobody else is to read: it goes through a pipe. */
function given(context: CliContext, flags: DaemonFlags): Given {
  const secret = Object.entries(context.host.environment.variables).filter(
    ([name]) => name.startsWith("CLOCKWORK_VAR_") || name.startsWith("ANTHROPIC_"),
  );
  return {
    environment: Object.fromEntries(secret),
    var: [...(flags.var ?? [])],
    varFile: [...variableInputs(context, flags).files],
  };
}

/** The context and flags with what `daemon start` handed over. */
export async function withGiven(
  context: CliContext,
  flags: DaemonFlags,
): Promise<{ readonly context: CliContext; readonly flags: DaemonFlags }> {
  if (!flags.stdin) return { context, flags };
  const { environment, ...more } = givenSchema.parse(JSON.parse(await context.readStdin()));
  const { host } = context;
  const variables = { ...host.environment.variables, ...environment };
  return {
    context: { ...context, host: { ...host, environment: { ...host.environment, variables } } },
    flags: { ...flags, ...more },
  };
}

/** `daemon stop [DIR]` */
export async function daemonStopCommand(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const { host } = context;
  const folder = await stackDir(context, flags, dir);
  const holder = await lockHolder(host, folder, "daemon");
  if (!holder) {
    if (!flags.json) context.out("No daemon watches this stack.\n");
    return exitCodes.done;
  }
  await host.jobs.signal(holder, "SIGTERM");
  for (let waited = 0; (await host.jobs.startTime(holder.pid)) === holder.startTime; waited += pollMs) {
    // What it has begun is put in order at the next start.
    if (waited >= stopMs) await host.jobs.signal(holder, "SIGKILL");
    await host.clock.sleep(pollMs);
  }
  if (!flags.json) context.out("The daemon has ended.\n");
  return exitCodes.done;
}
