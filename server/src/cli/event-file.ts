/** `--events FILE`: what a command does, a line of JSON each, for the editor that started it in a terminal. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type SourceText, toRecord } from "../diagnostics/render.ts";
import type { RunCommand, RunEvent } from "../protocol.ts";
import { type CliContext, type ExitCode, exitCodes } from "./context.ts";
import { type CommonFlags, runId, writable } from "./options.ts";
import { problemOf } from "./problem.ts";
import { printEvent } from "./views/json.ts";

export interface EventFlags extends CommonFlags {
  readonly events?: string;
}

/** Where events go; nowhere without the flag. */
export interface EventFile {
  readonly write: (event: RunEvent) => void;
  readonly problems: (diagnostics: readonly Diagnostic[], texts: SourceText) => void;
  /** Resolves when all is written; rejects with the first failure. */
  readonly close: () => Promise<void>;
}

export async function openEvents(context: CliContext, flags: EventFlags): Promise<EventFile> {
  if (flags.events === undefined)
    return eventFile(
      () => undefined,
      () => Promise.resolve(),
    );
  const path = await writable(context, flags, "--events", flags.events);
  // A reader waits for the first line of this run, not for what an earlier one left.
  await context.host.files.remove(path);
  const file = await context.host.files.append(path);
  const pending: Promise<void>[] = [];
  return eventFile(
    (event) => void pending.push(file.write(printEvent(event))),
    async () => {
      await Promise.all(pending);
      await file.close();
    },
  );
}

function eventFile(write: EventFile["write"], close: EventFile["close"]): EventFile {
  const problems: EventFile["problems"] = (diagnostics, texts) => {
    for (const d of diagnostics) {
      write({ type: "diagnostic", diagnostic: toRecord(d, d.span && texts(d.span.origin.file)) });
    }
  };
  return { write, problems, close };
}

/** For a command that prints a document or text of its own: its events go into the file alone. The last one is `done`. */
export async function withEvents(
  context: CliContext,
  flags: EventFlags,
  command: RunCommand,
  run: (events: EventFile) => Promise<ExitCode>,
): Promise<ExitCode> {
  const events = await openEvents(context, flags);
  let exitCode: ExitCode = exitCodes.error;
  try {
    events.write({ type: "run", runId: runId(context), command, pid: context.pid });
    exitCode = await run(events);
    return exitCode;
  } catch (error) {
    const problem = problemOf(error, context.cwd);
    if (problem) events.problems([problem], () => undefined);
    throw error;
  } finally {
    events.write({ type: "done", exitCode, outputs: {} });
    await events.close();
  }
}
