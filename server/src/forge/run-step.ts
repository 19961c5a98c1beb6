import { createHash } from "node:crypto";
import { type Action, actionId } from "../assembly/actions.ts";
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { type Host, HostError, type JobEnd } from "../host/ports.ts";
import type { StepOutcome } from "../protocol.ts";
import type { Journal } from "./journal.ts";
import { StepLog } from "./log.ts";
import { maskText } from "./mask.ts";
import { shortestMasked } from "./mask-forms.ts";
import { readOutputs } from "./outputs.ts";
import {
  commandEnvironment,
  missingValues,
  type StepFiles,
  secretsOf,
  stepEnvironment,
} from "./run-environment.ts";
import { fileNameOf, logPath, type RunFolders } from "./run-folders.ts";
import type { Added, RunContext, RunnableCommand, RunnableStep, StepResult } from "./run-types.ts";
import { sandboxOf } from "./sandbox.ts";
import { endRemovedService, removeServiceFolder, serviceOf, startService } from "./service.ts";

/** What the steps of one run share. */
export interface Run {
  readonly host: Host;
  readonly context: RunContext;
  readonly folders: RunFolders;
  readonly journal: Journal;
}

/** A script is at most 1 MB when it is checked (B-SIZE). */
const maxScriptBytes = 2 * 1024 * 1024;
const maxOutputBytes = 1024 * 1024;
const maxBackoffMs = 30_000;

/** How one attempt ended. */
interface Attempt {
  readonly outcome: StepOutcome;
  readonly exitCode?: number;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
  /** Repeating cannot help. */
  readonly final?: boolean;
}

/** Runs a step until an attempt succeeds or its retries are used up. */
export async function runStep(run: Run, step: RunnableStep): Promise<StepResult> {
  const { host, context } = run;
  const { action } = step;
  const began = host.clock.now();
  const result = (attempts: number, attempt: Attempt): StepResult => ({
    outcome: attempt.outcome,
    outputs: attempt.outputs ?? {},
    ms: host.clock.now() - began,
    attempts,
    diagnostics: attempt.diagnostics.map((problem) => masked(problem, context.secrets)),
    ...(attempt.exitCode !== undefined && { exitCode: attempt.exitCode }),
  });
  const added = await context.before(action);
  // A file that this step writes may be printed by another.
  for (const secret of secretsOf(action, context, added)) context.secrets.add(secret);
  warnOfShort(context, action, secretsOf(action, context, added));
  if (added.refuse) return result(0, failed(added.refuse));
  const missing = missingValues(action, context, added.env);
  if (missing.length > 0) {
    const message = `Step "${actionId(action)}" needs ${missing.join(", ")}, which no step has provided`;
    const hint = "An output that has a secret in it is passed on to nobody.";
    const isSecret = context.secrets.size > 0;
    return result(0, failed(diagnostic("step-failed", message, { hint: isSecret ? hint : undefined })));
  }
  await run.journal.record({ type: "begun", step: actionId(action), ...added.unknown });
  // A check polls by itself, for as long as its block says.
  const retries = action.name.startsWith("verify_") ? 0 : (action.retries ?? 0);
  for (let number = 1; ; number++) {
    const attempt = await runAttempt(run, step, added, number);
    const over = attempt.outcome === "succeeded" || attempt.outcome === "cancelled" || attempt.final;
    if (over || number > retries) return result(number, attempt);
    if (!(await pause(run, number))) return result(number, { ...attempt, outcome: "cancelled" });
  }
}

/** Said once a step, so that nobody relies on the mask where there is none. */
function warnOfShort({ onEvent }: RunContext, action: Action, secrets: readonly string[]): void {
  if (!secrets.some((text) => text !== "" && text.length < shortestMasked)) return;
  const message = `Step "${actionId(action)}" gets a secret of fewer than ${shortestMasked} characters, which is not masked in logs`;
  const hint = "Use a longer one: so short a text cannot be told from others.";
  onEvent({ type: "diagnostic", diagnostic: { code: "secret-short", severity: "warning", message, hint } });
}

/** What a diagnostic says may quote a path or a name that is secret. */
function masked(problem: Diagnostic, secrets: ReadonlySet<string>): Diagnostic {
  const { message, hint } = problem;
  return {
    ...problem,
    message: maskText(message, secrets),
    ...(hint !== undefined && { hint: maskText(hint, secrets) }),
  };
}

/** 1, 2, 4 … 30 seconds; false when the run was interrupted meanwhile. */
async function pause({ host, context }: Run, attempt: number): Promise<boolean> {
  if (context.signal.aborted) return false;
  try {
    await host.clock.sleep(Math.min(maxBackoffMs, 1000 * 2 ** (attempt - 1)), context.signal);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
  return !context.signal.aborted;
}

async function runAttempt(run: Run, step: RunnableStep, added: Added, number: number): Promise<Attempt> {
  const { host, context } = run;
  const id = actionId(step.action);
  const logFile = logPath(context.runId, id);
  const { resource } = step.action;
  context.onEvent({
    type: "step-started",
    id,
    ...(resource !== undefined && { resource }),
    attempt: number,
    log: logFile,
  });
  const flood = new AbortController();
  let log: StepLog;
  try {
    log = await StepLog.open(host.files, `${context.stackDir}/${logFile}`, {
      secrets: context.secrets,
      onText: (text) => context.onEvent({ type: "step-output", id, text }),
      onFlood: () => flood.abort(),
    });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // A step before may have put a link there, to have something overwritten.
    return {
      ...failed(diagnostic("build-unsafe", `The log of step "${id}": ${error.message}`)),
      final: true,
    };
  }
  let attempt: Attempt;
  try {
    if (number > 1) log.note(`attempt ${number}`);
    attempt = await attemptStep(run, step, added, { number, log, logFile, flood: flood.signal });
    for (const problem of attempt.diagnostics) log.note(maskText(problem.message, context.secrets));
  } finally {
    await log.settle();
  }
  if (log.failure === undefined || attempt.outcome !== "succeeded") return attempt;
  const reason = log.failure instanceof Error ? log.failure.message : String(log.failure);
  return failed(diagnostic("step-failed", `The log of step "${id}" cannot be written: ${reason}`));
}

interface Attending {
  readonly number: number;
  readonly log: StepLog;
  readonly logFile: string;
  /** Aborts when the step prints without end. */
  readonly flood: AbortSignal;
}

async function attemptStep(
  run: Run,
  step: RunnableStep,
  added: Added,
  attending: Attending,
): Promise<Attempt> {
  const { host, context, folders } = run;
  const { action } = step;
  const service = serviceOf(action);
  const files: StepFiles = {
    output: `${folders.work}/${fileNameOf(actionId(action))}.out`,
    ...(service === "ensure" && { service: `${folders.work}/${fileNameOf(actionId(action))}.service` }),
  };
  for (const path of Object.values(files)) await makeEmpty(host, path);
  const env = stepEnvironment(action, step.commands, context, folders, files, added.env);
  if (service === "remove") {
    const problems = await endRemovedService(host, context, action, env);
    if (problems.length > 0) return failed(...problems);
  }
  const deadline =
    host.clock.now() + (action.timeout === undefined ? context.timeoutMs : action.timeout * 1000);
  for (const command of step.commands) {
    const refusal = await changedScript(host, context, action, command);
    if (refusal) return { ...failed(refusal), final: true };
    const attempt = await runCommand(run, action, command, env, deadline, attending);
    if (attempt.outcome !== "succeeded") return attempt;
  }
  return conclude(run, action, files, env, added);
}

/** A file for one step to write to, instead of what an earlier attempt left. It need not survive a crash of the machine. */
async function makeEmpty({ files }: Host, path: string): Promise<void> {
  await files.remove(path);
  const file = await files.append(path);
  await file.close();
}

/** The commands have succeeded: what they wrote decides whether the step has. */
async function conclude(
  { host, context }: Run,
  action: Action,
  files: StepFiles,
  env: Readonly<Record<string, string>>,
  added: Added,
): Promise<Attempt> {
  const id = actionId(action);
  const bytes = await readWritten(host, files.output);
  if (bytes === undefined) {
    return failed(
      diagnostic("step-output", `Step "${id}" replaced the file in CLOCKWORK_OUTPUT by something else`),
    );
  }
  const { value: written, diagnostics } = readOutputs(id, bytes, action.provides ?? {});
  // Outputs are stored and shown: one with a secret in it is passed on to nobody.
  const outputs = Object.fromEntries(
    Object.entries(written).filter(([, text]) => maskText(text, context.secrets) === text),
  );
  if (diagnostics.length > 0) return failed(...diagnostics);
  if (files.service !== undefined) {
    const problems = await startService(host, context, action, files.service, {
      env,
      secrets: secretsOf(action, context, added),
    });
    if (problems.length > 0) return context.signal.aborted ? cancelled : failed(...problems);
  }
  if (serviceOf(action) === "remove") await removeServiceFolder(host, context, action, env);
  for (const [output, variable] of Object.entries(action.provides ?? {})) {
    const value = outputs[output];
    if (value === undefined) context.values.delete(variable);
    else context.values.set(variable, value);
  }
  return { outcome: "succeeded", exitCode: 0, outputs, diagnostics: [] };
}

async function readWritten(host: Host, path: string): Promise<Uint8Array | undefined> {
  try {
    return await host.files.readPlain(path, maxOutputBytes);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** What was checked is what runs: somebody, perhaps an earlier step, may have changed the file since. */
async function changedScript(
  host: Host,
  context: RunContext,
  action: Action,
  { command, sha256 }: RunnableCommand,
): Promise<Diagnostic | undefined> {
  const bytes = await host.files
    .readPlain(`${context.buildDir}/${command.script}`, maxScriptBytes)
    .catch((error: unknown) => {
      if (error instanceof HostError) return undefined;
      throw error;
    });
  if (bytes && createHash("sha256").update(bytes).digest("hex") === sha256) return undefined;
  const message = `Step "${actionId(action)}" was not started: ${command.script} is not the file that was checked`;
  return diagnostic("step-failed", message, { hint: "Look at what changed it, then plan again." });
}

async function runCommand(
  run: Run,
  action: Action,
  runnable: RunnableCommand,
  env: Readonly<Record<string, string>>,
  deadline: number,
  attending: Attending,
): Promise<Attempt> {
  const { host, context, journal } = run;
  const id = actionId(action);
  const { command, argv, sha256 } = runnable;
  const can = context.capabilities(action);
  const sandbox = await sandboxOf(host, action, can, env, {
    stackDir: context.stackDir,
    folders: run.folders,
  });
  await journal.record({
    type: "intent",
    step: id,
    attempt: attending.number,
    script: command.script,
    sha256,
    argv,
  });
  const began = host.clock.now();
  const recorded: Promise<void>[] = [];
  let end: JobEnd;
  try {
    end = await host.jobs.run({
      argv,
      cwd: context.stackDir,
      env: commandEnvironment(runnable, env, host.environment),
      marker: { CLOCKWORK_RUN_ID: context.runId, CLOCKWORK_STEP: id },
      usesEngine: can.engine,
      ...(sandbox && { sandbox }),
      timeoutMs: Math.max(0, deadline - began),
      graceMs: context.graceMs,
      signal: AbortSignal.any([context.signal, attending.flood]),
      kill: context.kill ?? new AbortController().signal,
      onStarted: (process) => recorded.push(journal.record({ type: "started", step: id, ...process })),
      onOutput: (chunk, stream) => attending.log.write(chunk, stream),
    });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return failed(diagnostic("step-failed", `Step "${id}" could not be started: ${error.message}`));
  }
  await Promise.all(recorded);
  const { code, cause, survivors } = end;
  await journal.record({ type: "exited", step: id, code, cause, survivors, ms: host.clock.now() - began });
  return judge(action, end, attending);
}

function judge(action: Action, { code, cause, survivors }: JobEnd, attending: Attending): Attempt {
  const id = actionId(action);
  const left = survivors.length === 0 ? "" : `; processes ${survivors.join(", ")} of it could not be ended`;
  const hint = hintOf(action, attending);
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
function hintOf(action: Action, { log, logFile }: Attending): string {
  const quotable = log.lastLine !== "" && (action.secrets ?? []).length === 0;
  return `${quotable ? `It last said: ${log.lastLine.slice(0, 200)}. ` : ""}The whole log is ${logFile}.`;
}

const cancelled: Attempt = { outcome: "cancelled", diagnostics: [] };

function failed(...diagnostics: readonly Diagnostic[]): Attempt {
  return { outcome: "failed", diagnostics };
}
