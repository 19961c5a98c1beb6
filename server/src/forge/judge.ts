/** What became of an attempt of a step, and what somebody can do about it. */
import { type Action, actionId } from "../assembly/actions.ts";
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { JobEnd, Sandbox } from "../host/ports.ts";
import type { StepOutcome } from "../protocol.ts";
import type { StepLog } from "./log.ts";

/** How one attempt ended. */
export interface Attempt {
  readonly outcome: StepOutcome;
  readonly exitCode?: number;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
  /** Repeating cannot help. */
  readonly final?: boolean;
}

export interface Attending {
  readonly number: number;
  readonly log: StepLog;
  readonly logFile: string;
  /** Aborts when the step prints without end. */
  readonly flood: AbortSignal;
  /** What it printed last. */
  readonly recent: () => string;
}

export const cancelled: Attempt = { outcome: "cancelled", diagnostics: [] };

export function failed(...diagnostics: readonly Diagnostic[]): Attempt {
  return { outcome: "failed", diagnostics };
}

/** @param sandbox in which it ran; absent where it had none */
export function judge(
  action: Action,
  { code, cause, survivors }: JobEnd,
  attending: Attending,
  sandbox: Sandbox | undefined,
): Attempt {
  const id = actionId(action);
  const left = survivors.length === 0 ? "" : `; processes ${survivors.join(", ")} of it could not be ended`;
  const hint = `${saidLast(action, attending)}${refusedBy(sandbox, attending.recent())}The whole log is ${attending.logFile}.`;
  const problem = (code: Code, message: string): readonly Diagnostic[] => [
    diagnostic(code, `Step "${id}" ${message}${left}`, { hint }),
  ];
  if (cause === "timeout") {
    return {
      outcome: "timed-out",
      exitCode: code,
      diagnostics: problem("step-timeout", "ran past its timeout"),
    };
  }
  if (cause === "cancelled" && attending.flood.aborted) {
    return { ...failed(...problem("step-failed", "printed more than 1 GB")), final: true };
  }
  if (cause === "cancelled") {
    return { outcome: "cancelled", exitCode: code, diagnostics: problem("step-failed", "was interrupted") };
  }
  if (code === 0) return { outcome: "succeeded", exitCode: code, diagnostics: [] };
  const kind = action.name.startsWith("verify_") ? "verify-failed" : "step-failed";
  return { outcome: "failed", exitCode: code, diagnostics: problem(kind, `ended with exit code ${code}`) };
}

/** The last line usually says what is wrong; a step that sees secrets is not quoted. */
function saidLast(action: Action, { log }: Attending): string {
  const quotable = log.lastLine !== "" && (action.secrets ?? []).length === 0;
  return quotable ? `It last said: ${log.lastLine.slice(0, 200)}. ` : "";
}

/** What the system says to who meets the walls of a sandbox, and what opens a door. */
function refusedBy(sandbox: Sandbox | undefined, said: string): string {
  if (!sandbox) return "";
  const declared = "what a kind of your own needs stands in its capabilities block";
  if (/read-only file system|\bEROFS\b|errno 30\b/i.test(said)) {
    return `Its sandbox keeps the disk read-only but for what the step is there to write: ${declared} (writes = ["…"]). `;
  }
  const unreachable =
    /network is unreachable|\bENETUNREACH\b|temporary failure in name resolution|\bEAI_AGAIN\b|could(?: not|n't) resolve host/i;
  if (!sandbox.network && unreachable.test(said))
    return `Its sandbox has no network: ${declared} (network = "remote"). `;
  return "";
}
