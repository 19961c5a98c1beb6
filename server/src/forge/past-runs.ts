/**
 * The history of a stack, read from the journals that its runs left: a crash may have cut any of them off, and a person may
 * have put anything beside them, so what is no record is passed over.
 */

import * as z from "zod/mini";
import { jsonOf } from "../host/json.ts";
import { HostError, type ReadFiles } from "../host/ports.ts";
import type { PastRun, PastStep } from "../protocol.ts";
import { logPath, runFolders } from "./run-folders.ts";

const outcomes = ["succeeded", "failed", "timed-out", "cancelled", "skipped"] as const;
const commands = ["plan", "build", "apply", "verify", "destroy"] as const;

const first = z.object({ type: z.literal("run"), command: z.enum(commands), at: z.number() });
const last = z.object({
  type: z.literal("ended"),
  at: z.number(),
  steps: z.partialRecord(z.enum(outcomes), z.number()),
  skipped: z.array(z.string()),
});
const step = z.discriminatedUnion("type", [
  z.object({ type: z.literal("intent"), step: z.string() }),
  z.object({ type: z.literal("exited"), step: z.string(), ms: z.number() }),
  z.object({ type: z.literal("finished"), step: z.string(), outcome: z.enum(outcomes) }),
  last,
]);

/** A journal longer than this is not read, in bytes. */
const maxBytes = 256 * 1024 * 1024;

/** As the CLI makes them: they sort by time, and lead nowhere else. */
const runName = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** The newest runs of a stack that were more than a look, newest first. */
export async function pastRuns(
  files: ReadFiles,
  stackDir: string,
  limit: number,
): Promise<readonly PastRun[]> {
  const ids = (await journals(files, stackDir)).reverse();
  const found: PastRun[] = [];
  for (const id of ids) {
    if (found.length >= limit) break;
    const run = headOf(id, await readJournal(files, stackDir, id));
    if (run) found.push(run);
  }
  return found;
}

/** What became of a run's steps, in order of starting, then those that never did. Empty for a run that there is not. */
export async function pastSteps(
  files: ReadFiles,
  stackDir: string,
  runId: string,
): Promise<readonly PastStep[]> {
  if (!runName.test(runId)) return [];
  const steps = new Map<string, PastStep>();
  for (const line of (await readJournal(files, stackDir, runId)).split("\n")) {
    const record = parse(step, line);
    if (!record) continue;
    if (record.type === "ended") {
      for (const id of record.skipped) steps.set(id, { id, outcome: "skipped", ms: 0 });
      continue;
    }
    const known = steps.get(record.step) ?? { id: record.step, ms: 0, log: logPath(runId, record.step) };
    if (record.type === "exited") steps.set(record.step, { ...known, ms: known.ms + record.ms });
    else if (record.type === "finished") steps.set(record.step, { ...known, outcome: record.outcome });
    else steps.set(record.step, known);
  }
  return [...steps.values()];
}

/** Ids in order of time; none where there is no such folder. */
async function journals(files: ReadFiles, stackDir: string): Promise<string[]> {
  const folder = `${stackDir}/.clockwork/runs`;
  if ((await files.stat(folder))?.kind !== "directory") return [];
  return (await files.list(folder)).flatMap(({ name, kind }) => {
    const id = name.replace(/\.jsonl$/, "");
    return kind === "file" && id !== name && runName.test(id) ? [id] : [];
  });
}

/** Empty where it cannot be read: it has just been removed, or is something else. */
async function readJournal(files: ReadFiles, stackDir: string, id: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.readPlain(runFolders(stackDir, id).journal, maxBytes));
  } catch (error) {
    if (error instanceof HostError) return "";
    throw error;
  }
}

/** By its first and last record; a run without the latter is going on, or was killed. */
function headOf(id: string, text: string): PastRun | undefined {
  const begun = parse(first, text.slice(0, Math.max(0, text.indexOf("\n"))));
  if (!begun) return undefined;
  const whole = text.trimEnd();
  const ended = parse(last, whole.slice(whole.lastIndexOf("\n") + 1));
  return {
    id,
    command: begun.command,
    startedMs: begun.at,
    ...(ended && { endedMs: ended.at, steps: ended.steps }),
  };
}

function parse<T extends z.ZodMiniType>(schema: T, line: string): z.infer<T> | undefined {
  return schema.safeParse(jsonOf(line)).data;
}
