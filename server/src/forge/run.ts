/**
 * Runs the steps of a plan: the only place of Clockwork where foreign programs start. It knows neither plans nor state:
 * it takes steps that were checked, keeps their order, and tells its caller what became of each before the next one
 * relies on it.
 */
import { actionId } from "../assembly/actions.ts";
import { type Host, HostError } from "../host/ports.ts";
import type { RunEvent, StepOutcome } from "../protocol.ts";
import { makeClockworkFolder } from "../state/folder.ts";
import { Journal, type JournalRecord } from "./journal.ts";
import { openRun, runFolders } from "./run-folders.ts";
import { runStep } from "./run-step.ts";
import type { RunContext, RunnableStep, StepResult } from "./run-types.ts";
import { targetsOf } from "./sandbox.ts";

export type { RunContext, RunnableCommand, RunnableStep, StepResult } from "./run-types.ts";

/**
 * Runs the steps, in their order, as many at once as `parallelism` says; a step waits for those of its `needs` that are
 * in the list. When one does not succeed, those that need it are skipped and the others go on.
 *
 * @returns by step id, for every step
 */
export async function runSteps(
  host: Host,
  steps: readonly RunnableStep[],
  context: RunContext,
): Promise<ReadonlyMap<string, StepResult>> {
  const folders = runFolders(context.stackDir, context.runId);
  await makeClockworkFolder(host.files, context.stackDir);
  for (const folder of [folders.homes, folders.work]) {
    await host.files.makeDirectory(folder, 0o700);
  }
  await host.files.writeAtomic(folders.open, openRun(await host.jobs.self()), 0o600);
  const journal = await Journal.open(host.files, folders.journal);
  try {
    await journal.record({
      type: "run",
      version: "1",
      command: context.command,
      lineage: context.lineage,
      bootId: await host.jobs.bootId(),
      at: host.clock.now(),
    });
    for (const relocated of context.relocations ?? []) await journal.record(relocated);
    const afterwards = inOrder();
    const declared = steps.flatMap(({ action }) =>
      targetsOf(action, context.capabilities(action), {}, context.stackDir),
    );
    const results = await schedule(steps, context, async (step) => {
      const result = await runStep({ host, context, folders, journal, declared }, step);
      const { outcome } = result;
      const recorded = context.record(step.action, result);
      await journal.record({ type: "finished", step: actionId(step.action), outcome, ...recorded });
      await afterwards(() => context.after(step.action, result));
      return result;
    });
    await context.conclude?.(results);
    await journal.record(endedRecord(results, host.clock.now()));
    await host.files.remove(folders.open);
    return results;
  } finally {
    await journal.close();
    await removeWork(host, context, folders.work);
  }
}

function endedRecord(results: ReadonlyMap<string, StepResult>, at: number): JournalRecord {
  const steps: Partial<Record<StepOutcome, number>> = {};
  for (const { outcome } of results.values()) steps[outcome] = (steps[outcome] ?? 0) + 1;
  const skipped = [...results].filter(([, { outcome }]) => outcome === "skipped").map(([id]) => id);
  return { type: "ended", at, steps, skipped };
}

/** A step may have left files that only another user can remove; that changes nothing of what the run did. */
async function removeWork(host: Host, context: RunContext, work: string): Promise<void> {
  try {
    await host.files.remove(work);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const message = `The run's working folder cannot be removed: ${error.message}`;
    context.onEvent({
      type: "diagnostic",
      diagnostic: { code: "build-unsafe", severity: "warning", message },
    });
  }
}

async function schedule(
  steps: readonly RunnableStep[],
  context: RunContext,
  run: (step: RunnableStep) => Promise<StepResult>,
): Promise<ReadonlyMap<string, StepResult>> {
  const ids = new Set(steps.map(({ action }) => actionId(action)));
  const results = new Map<string, StepResult>();
  const running = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const parallelism = Math.max(1, context.parallelism);
  /** Of each skipped step the one that failed. */
  const causes = new Map<string, string>();
  let waiting = [...steps];

  const settle = (step: RunnableStep, result: StepResult): void => {
    results.set(actionId(step.action), result);
    context.onEvent(finishedEvent(step, result));
  };
  const skip = (step: RunnableStep, lost: string | undefined): void => {
    const id = actionId(step.action);
    const cause = lost === undefined ? undefined : (causes.get(lost) ?? lost);
    const message = cause === undefined ? undefined : `needs ${cause}, which did not succeed`;
    if (cause !== undefined) causes.set(id, cause);
    results.set(id, skipped);
    context.onEvent({ ...finishedEvent(step, skipped), ...(message !== undefined && { message }) });
  };
  const start = (step: RunnableStep): void => {
    const id = actionId(step.action);
    const work = run(step)
      .then((result) => settle(step, result))
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => running.delete(id));
    running.set(id, work);
  };

  while (waiting.length > 0 && failures.length === 0) {
    const later: RunnableStep[] = [];
    for (const step of waiting) {
      const needs = (step.action.needs ?? []).filter((id) => ids.has(id));
      const lost = needs.find((id) => results.has(id) && results.get(id)?.outcome !== "succeeded");
      if (lost !== undefined || context.signal.aborted) skip(step, context.signal.aborted ? undefined : lost);
      else if (running.size < parallelism && needs.every((id) => results.has(id))) start(step);
      else later.push(step);
    }
    const moved = later.length < waiting.length;
    waiting = later;
    if (running.size > 0) await Promise.race(running.values());
    else if (!moved) throw new Error(`Steps wait for each other: ${waiting.map((s) => actionId(s.action))}`);
  }
  await Promise.all(running.values());
  if (failures.length > 0) throw failures[0];
  return results;
}

const skipped: StepResult = { outcome: "skipped", outputs: {}, ms: 0, attempts: 0, diagnostics: [] };

function finishedEvent(
  { action }: RunnableStep,
  result: StepResult,
): Extract<RunEvent, { type: "step-finished" }> {
  const [first] = result.diagnostics;
  return {
    type: "step-finished",
    id: actionId(action),
    outcome: result.outcome,
    ms: result.ms,
    ...(result.exitCode !== undefined && { exitCode: result.exitCode }),
    ...(first && { message: first.message, code: first.code }),
    ...(first?.hint !== undefined && { hint: first.hint }),
  };
}

/** Makes calls wait for each other. */
function inOrder(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
