import { createHash } from "node:crypto";
import type { OwnIdentity } from "../host/ports.ts";

/** Where a run keeps its things; all paths absolute. */
export interface RunFolders {
  readonly journal: string;
  /** Says who runs it, from before its first step until its end is recorded: where it is left, the run was cut off. */
  readonly open: string;
  /** The homes of the steps, kept between runs for caches. */
  readonly homes: string;
  /** The run's own, removed at its end. */
  readonly work: string;
}

/** What one step has to itself: what it leaves there, settings of programs among it, no other step comes across. */
export interface StepFolders {
  readonly home: string;
  /** Of the run; what the step hands over to the core lies in it. */
  readonly work: string;
  readonly temporary: string;
}

export function runFolders(stackDir: string, runId: string): RunFolders {
  const root = `${stackDir}/.clockwork`;
  const work = `${root}/work/${runId}`;
  return {
    journal: `${root}/runs/${runId}.jsonl`,
    open: `${root}/runs/${runId}.open`,
    homes: `${root}/work/home`,
    work,
  };
}

export function stepFolders({ homes, work }: RunFolders, id: string): StepFolders {
  // Short, because sockets are made in there, whose paths end after a hundred characters.
  const name = createHash("sha256").update(id).digest("hex").slice(0, 12);
  return { home: `${homes}/${name}`, work: `${work}/${name}`, temporary: `${work}/${name}/tmp` };
}

/** The content of a run's `open` file. */
export function openRun(by: OwnIdentity): string {
  return `${JSON.stringify({ version: "1", ...by })}\n`;
}

/** What a run leaves that is over, absolute: its journal and its logs. */
export function runTraces(stackDir: string, runId: string): readonly string[] {
  return [runFolders(stackDir, runId).journal, `${stackDir}/.clockwork/logs/${runId}`];
}

/** A step's log, relative to the stack's folder. */
export function logPath(runId: string, id: string): string {
  return `.clockwork/logs/${runId}/${fileNameOf(id)}.log`;
}

/** A file name for a step id, one of its own also where letters' case makes no difference. */
export function fileNameOf(id: string): string {
  if (/^[a-z0-9_][a-z0-9._-]{0,99}$/.test(id)) return id;
  const readable = id.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 80);
  return `${readable}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}
