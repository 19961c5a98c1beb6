import { createHash } from "node:crypto";
import { type Action, actionId } from "../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { type Host, HostError, type JobEnd } from "../host/ports.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Journal } from "./journal.ts";
import { type Attempt, type Attending, cancelled, failed, judge } from "./judge.ts";
import { StepLog } from "./log.ts";
import { maskText } from "./mask.ts";
import { shortestMasked } from "./mask-forms.ts";
import { quarantine } from "./obeyed.ts";
import { readOutputs } from "./outputs.ts";
import { namesInFiles } from "./own-environment.ts";
import {
  commandEnvironment,
  missingValues,
  type StepFiles,
  secretsOf,
  stepEnvironment,
} from "./run-environment.ts";
import { logPath, type RunFolders, stepFolders } from "./run-folders.ts";
import type { Added, RunContext, RunnableCommand, RunnableStep, StepResult } from "./run-types.ts";
import { isBelow, isConfined, linkOnTheWay, sandboxOf, targetsOf, watched } from "./sandbox.ts";
import { endRemovedService, removeServiceFolder, serviceOf, startService } from "./service.ts";

/** What the steps of one run share. */
export interface Run {
  readonly host: Host;
  readonly context: RunContext;
  readonly folders: RunFolders;
  readonly journal: Journal;
  /** Paths that the run's steps are there to write, as far as they are known beforehand. */
  readonly declared: readonly string[];
}

/** A script is at most 1 MB when it is checked (B-SIZE). */
const maxScriptBytes = 2 * 1024 * 1024;
const maxOutputBytes = 1024 * 1024;
const maxBackoffMs = 30_000;

/** Of a step's output, what is looked at for the reason why it failed, in characters. */
const maxRecent = 8_000;

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
  const taken = namesInFiles(action, context.capabilities(action)).find(
    (name) => `${name}_FILE` in added.env,
  );
  if (taken !== undefined) {
    const message = `Step "${actionId(action)}" needs ${taken}_FILE both for its own value and for where the secret ${taken} is`;
    const hint = 'Rename one of the attributes, or set secrets = "env" in the capabilities of the kind.';
    return result(0, failed(diagnostic("step-failed", message, { hint })));
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
  let recent = "";
  let log: StepLog;
  try {
    log = await StepLog.open(host.files, `${context.stackDir}/${logFile}`, {
      secrets: context.secrets,
      onText: (text) => {
        recent = `${recent}${text}`.slice(-maxRecent);
        context.onEvent({ type: "step-output", id, text });
      },
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
    attempt = await attemptStep(run, step, added, {
      number,
      log,
      logFile,
      flood: flood.signal,
      recent: () => recent,
    });
    for (const problem of attempt.diagnostics) log.note(maskText(problem.message, context.secrets));
  } finally {
    await log.settle();
  }
  if (log.failure === undefined || attempt.outcome !== "succeeded") return attempt;
  const reason = log.failure instanceof Error ? log.failure.message : String(log.failure);
  return failed(diagnostic("step-failed", `The log of step "${id}" cannot be written: ${reason}`));
}

/** Runs an attempt's commands, and takes away what they have planted for other programs to obey. */
async function guarded(
  { host, context, declared }: Run,
  { action }: RunnableStep,
  env: Readonly<Record<string, string>>,
  work: () => Promise<Attempt>,
): Promise<Attempt> {
  const { stackDir, runId } = context;
  const can = context.capabilities(action);
  const targets = [...declared, ...targetsOf(action, can, env, stackDir)];
  const look = () => watched(host, can, targets, stackDir);
  const before = await look();
  const attempt = await work();
  const to = `.clockwork/runs/${runId}.planted`;
  const planted = await quarantine(host.files, stackDir, before, await look(), to);
  if (planted.length === 0) return attempt;
  const message = `Step "${actionId(action)}" made ${planted.join(", ")} in the stack's folder, which other programs run or obey`;
  const hint = `It was moved to ${to}. A step that is there to make it has it as its path, or in the writes of its kind.`;
  return { ...failed(diagnostic("step-failed", message, { hint })), final: true };
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
  const own = stepFolders(folders, actionId(action));
  for (const folder of Object.values(own)) await host.files.makeDirectory(folder, 0o700);
  const files: StepFiles = {
    output: `${own.work}/output`,
    ...(service === "ensure" && { service: `${own.work}/service` }),
  };
  for (const path of Object.values(files)) await makeEmpty(host, path);
  const env = stepEnvironment(action, step.commands, context, own, files, added.env);
  if (service === "remove") {
    const problems = await endRemovedService(host, context, action, env);
    if (problems.length > 0) return failed(...problems);
  }
  const deadline =
    host.clock.now() + (action.timeout === undefined ? context.timeoutMs : action.timeout * 1000);
  const ran = await guarded(run, step, env, async () => {
    for (const command of step.commands) {
      const refusal = await changedScript(host, context, action, command);
      if (refusal) return { ...failed(refusal), final: true };
      const attempt = await runCommand(run, action, command, env, deadline, attending);
      if (attempt.outcome !== "succeeded") return attempt;
    }
    return { outcome: "succeeded", diagnostics: [] };
  });
  return ran.outcome === "succeeded" ? conclude(run, action, files, env, added) : ran;
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

/** Of a step that a sandbox would hold, which a link could lead elsewhere. */
async function ledAstray(
  { host, context: { stackDir } }: Run,
  action: Action,
  can: Capabilities,
  env: Readonly<Record<string, string>>,
): Promise<Diagnostic | undefined> {
  if (!isConfined(can) || (await host.jobs.sandbox()).driver === "none") return undefined;
  const link = await linkOnTheWay(host, can, targetsOf(action, can, env, stackDir), stackDir);
  if (link === undefined) return undefined;
  const leads = await host.files.realPath(link).catch((error: unknown) => {
    if (error instanceof HostError) return undefined;
    throw error;
  });
  const name = isBelow(link, stackDir) ? link.slice(stackDir.length + 1) : link;
  const where = leads === undefined ? "that leads to nothing" : `to ${leads}`;
  const message = `Step "${actionId(action)}" was not started: ${name} is a link ${where}, and a sandbox opens no link`;
  const hint = "If it is yours, name the path that it leads to; if not, remove it.";
  return diagnostic("step-failed", message, { hint });
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
  const astray = await ledAstray(run, action, can, env);
  if (astray) return { ...failed(astray), final: true };
  const sandbox = await sandboxOf(host, action, can, env, {
    stackDir: context.stackDir,
    folders: stepFolders(run.folders, id),
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
      ...commandEnvironment(runnable, env, namesInFiles(action, can), host.environment),
      marker: { CLOCKWORK_RUN_ID: context.runId, CLOCKWORK_STEP: id },
      usesEngine: can.engine,
      ...(sandbox && { sandbox }),
      timeoutMs: Math.max(0, deadline - began),
      graceMs: context.graceMs,
      signal: AbortSignal.any([context.signal, attending.flood]),
      kill: context.kill ?? new AbortController().signal,
      onStarted: (process) => {
        const record = journal.record({ type: "started", step: id, ...process });
        // Whether it could be written is looked at when the job has ended.
        record.catch(() => undefined);
        recorded.push(record);
      },
      onOutput: (chunk, stream) => attending.log.write(chunk, stream),
    });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return failed(diagnostic("step-failed", `Step "${id}" could not be started: ${error.message}`));
  }
  await Promise.all(recorded);
  const { code, cause, survivors } = end;
  await journal.record({ type: "exited", step: id, code, cause, survivors, ms: host.clock.now() - began });
  const { driver } = await host.jobs.sandbox();
  return judge(action, end, attending, driver === "none" ? undefined : sandbox);
}
