/** Scripts that an agent wrote, before they run: what is new is shown as it stands, and a person says yes, each time. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { AgentScript } from "../forge/agent/scripts.ts";
import type { BuildReport } from "../forge/compile.ts";
import type { CliContext } from "./context.ts";
import type { RunView } from "./run-view.ts";
import { scriptsView } from "./views/scripts.ts";

export interface ReviewFlags {
  readonly json?: boolean;
  readonly allowUnsandboxed?: boolean;
  readonly allowRoot?: boolean;
}

/** Shows them: those that this build has written with their text, the others by name. */
export function showScripts(
  context: CliContext,
  view: RunView,
  scripts: readonly AgentScript[],
  report: BuildReport | undefined,
): void {
  if (scripts.length === 0) return;
  const fresh = new Set([...(report?.written ?? []), ...(report?.merged ?? [])]);
  view.say(scriptsView(scripts, fresh, { color: context.color.out }));
}

/**
 * Whether they may run without a sandbox: by the flag, by the user's own CLOCKWORK_SANDBOX=none, or because somebody answers
 * the question. `--yes` does not answer it, no setting of a stack or workspace does, and root has to give a flag of its own.
 */
export async function allowScripts(
  context: CliContext,
  flags: ReviewFlags,
  view: RunView,
  scripts: readonly AgentScript[],
): Promise<boolean> {
  if (context.host.environment.uid === 0 && !flags.allowRoot) {
    view.tell([asRoot()], () => undefined);
    return false;
  }
  if (isAllowed(context, flags)) {
    view.tell([allowedByFlag(scripts.length)], () => undefined);
    return true;
  }
  if (!context.interactive || flags.json) return false;
  const which = scripts.length === 1 ? "this script" : `these ${scripts.length} scripts`;
  const question = `Run ${which} of an agent's without a sandbox, with your own rights? Only yes is taken as a yes: `;
  const answer = await context.ask(question);
  view.say("\n");
  return answer.trim() === "yes";
}

/** Whether running these asks a person, so that no other question is needed. */
export function asksAbout(context: CliContext, flags: ReviewFlags, scripts: readonly AgentScript[]): boolean {
  return context.interactive && !flags.json && scripts.some((s) => !s.confined) && !isAllowed(context, flags);
}

function isAllowed({ host }: CliContext, flags: ReviewFlags): boolean {
  return flags.allowUnsandboxed === true || host.environment.variables["CLOCKWORK_SANDBOX"] === "none";
}

function asRoot() {
  const hint = "Run it as another user; or, having read it, give --allow-root as well.";
  return diagnostic("agent-unsandboxed", "What an agent wrote would run as root without a sandbox", { hint });
}

function allowedByFlag(count: number) {
  const what = count === 1 ? "A script that an agent wrote runs" : `${count} scripts that an agent wrote run`;
  return { ...diagnostic("agent-unsandboxed", `${what} without a sandbox`), severity: "warning" as const };
}
