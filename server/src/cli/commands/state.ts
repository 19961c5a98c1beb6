/** `state mv | rm | pull | push`: changes of what is remembered, under the stack's lock; what exists stays as it is. */
import { resolve } from "node:path";
import { analyse } from "../../analyse.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { moveArtifacts } from "../../forge/move-artifacts.ts";
import { moveInState, removeFromState } from "../../pipeline/state-edits.ts";
import { remember } from "../../state/known.ts";
import { withRemembered } from "../../state/remembered-kinds.ts";
import type { State } from "../../state/state.ts";
import { formatState, localStateStore, parseState } from "../../state/store.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type LockFlags, withLock } from "../lock.ts";
import { baseDir, type CommonFlags, stackDir, UsageError, variableInputs } from "../options.ts";

export interface StateFlags extends CommonFlags, LockFlags {
  readonly dryRun?: boolean;
}

const nowhere = () => undefined;

/** `state mv FROM TO` */
export async function stateMoveCommand(
  context: CliContext,
  from: string,
  to: string,
  flags: StateFlags,
): Promise<ExitCode> {
  return editing(context, flags, "state mv", async (state, folder, save) => {
    const { ir } = await analyse(
      context.host.files,
      await context.grammar(folder),
      folder,
      variableInputs(context, flags),
      { hints: false },
    );
    const edited = moveInState(state, withRemembered(ir.kinds, state), from, to);
    if ("problem" in edited) return refuse(context, flags, [edited.problem], nowhere);
    const { value } = edited;
    if (!flags.dryRun) {
      const { files, environment } = context.host;
      const problems = await moveArtifacts(files, `${folder}/.clockwork/build`, value.steps, environment.uid);
      if (hasErrors(problems)) return refuse(context, flags, problems, nowhere);
      await save(value.state);
    }
    const verb = flags.dryRun ? "Would move" : "Moved";
    context.out(value.moved.map(([before, after]) => `${verb} ${before} to ${after}\n`).join(""));
    return exitCodes.done;
  });
}

/** `state rm ADDR…` */
export async function stateRemoveCommand(
  context: CliContext,
  addresses: readonly string[],
  flags: StateFlags,
): Promise<ExitCode> {
  return editing(context, flags, "state rm", async (state, _, save) => {
    const edited = removeFromState(state, addresses);
    if ("problem" in edited) return refuse(context, flags, [edited.problem], nowhere);
    const { value } = edited;
    if (!flags.dryRun) await save(value.state);
    const verb = flags.dryRun ? "Would forget" : "Forgot";
    context.out(value.removed.map((address) => `${verb} ${address}\n`).join(""));
    context.err("What it was stays as it is; Clockwork no longer knows of it.\n");
    return exitCodes.done;
  });
}

/** `state pull`: the state as it is kept. */
export async function statePullCommand(context: CliContext, flags: StateFlags): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  const { value, diagnostics } = await localStateStore(context.host.files, folder).read();
  if (hasErrors(diagnostics)) return refuse(context, flags, diagnostics, nowhere);
  tell(context, diagnostics, nowhere);
  if (!value) throw nothingYet();
  context.out(formatState(value));
  return exitCodes.done;
}

/** `state push FILE`: a state that was pulled takes the place of the present one; `-` reads stdin. */
export async function statePushCommand(
  context: CliContext,
  file: string,
  flags: StateFlags,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  const text =
    file === "-"
      ? await context.readStdin()
      : await context.host.files.readText(resolve(baseDir(context, flags), file));
  const pushed = parseState(text, file === "-" ? "stdin" : file);
  if ("problem" in pushed) return refuse(context, flags, [pushed.problem], nowhere);
  return withLock(context, flags, { stackDir: folder }, "state push", {
    held: (problems) => lockedOut(context, flags, problems),
    work: async (recovered) => {
      tell(context, recovered, nowhere);
      const store = localStateStore(context.host.files, folder);
      const { value: present, diagnostics } = await store.read();
      // A state that nobody can read may be replaced: that is what a copy is for.
      if (!hasErrors(diagnostics) && present && !flags.force) {
        const problem = unfit(pushed.value, present);
        if (problem) return refuse(context, flags, [problem], nowhere);
      }
      const serial = Math.max(pushed.value.serial, (present?.serial ?? 0) + 1);
      await remember(context.host, { lineages: [pushed.value.lineage] });
      await store.write({ ...pushed.value, serial });
      context.out(`The state is that of ${file === "-" ? "stdin" : file} now, with the serial ${serial}.\n`);
      return exitCodes.done;
    },
  });
}

function unfit(pushed: State, present: State): Diagnostic | undefined {
  if (pushed.lineage !== present.lineage) {
    return diagnostic("state-refused", "That is the state of another stack: its lineage is not this one's", {
      hint: "If you are sure: --force. What this stack has made would be known no longer.",
    });
  }
  if (pushed.serial >= present.serial) return undefined;
  const message = `That state is older (serial ${pushed.serial}) than the present one (serial ${present.serial})`;
  return diagnostic("state-refused", message, {
    hint: "What was done since would be forgotten. If that is wanted: --force",
  });
}

/** Reads the state under the lock, and lets it be written with the next serial. */
async function editing(
  context: CliContext,
  flags: StateFlags,
  operation: string,
  edit: (state: State, folder: string, save: (state: State) => Promise<void>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  return withLock(context, flags, { stackDir: folder }, operation, {
    held: (problems) => lockedOut(context, flags, problems),
    work: async (recovered) => {
      tell(context, recovered, nowhere);
      const store = localStateStore(context.host.files, folder);
      const { value: state, diagnostics } = await store.read();
      if (hasErrors(diagnostics)) return refuse(context, flags, diagnostics, nowhere);
      tell(context, diagnostics, nowhere);
      if (!state) throw nothingYet();
      return edit(state, folder, (next) => store.write({ ...next, serial: state.serial + 1 }));
    },
  });
}

function lockedOut(context: CliContext, flags: StateFlags, problems: readonly Diagnostic[]): ExitCode {
  refuse(context, flags, problems, nowhere);
  return exitCodes.locked;
}

const nothingYet = () => new UsageError("There is no state yet: nothing has been applied");
