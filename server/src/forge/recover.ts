/**
 * After a crash: a run that was cut off left processes, results that are in its journal alone, and steps of which nobody
 * knows how they ended. Whoever takes the lock next ends the first, enters the second into the state and marks the third as
 * unknown, so that they are looked at before anything is repeated.
 */
import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { jsonOf } from "../host/json.ts";
import { type Host, HostError, type OwnIdentity, type ProcessIdentity } from "../host/ports.ts";
import { isGone } from "../state/lock.ts";
import { StateRecorder } from "../state/record.ts";
import { type State, type StateChange, stateChange } from "../state/state.ts";
import type { StateStore } from "../state/store.ts";
import { Journal } from "./journal.ts";
import { type RunFolders, runFolders } from "./run-folders.ts";

const identity = z.object({
  version: z.literal("1"),
  pid: z.number(),
  startTime: z.string(),
  bootId: z.string(),
  pidNamespace: z.string(),
  host: z.string(),
  user: z.string(),
});

const changed = { serial: z.optional(z.int()), change: z.optional(stateChange) };
const line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), command: z.string(), lineage: z.string() }),
  z.object({ type: z.literal("begun"), step: z.string(), ...changed }),
  z.object({ type: z.literal("started"), step: z.string(), pid: z.number(), startTime: z.string() }),
  z.object({ type: z.literal("finished"), step: z.string(), ...changed }),
  z.object({ type: z.literal("ended") }),
  z.object({ type: z.literal("recovered") }),
]);
type Line = z.infer<typeof line>;

/** Nobody else writes it, and a run of 10,000 steps has 20 MB. */
const maxBytes = 1024 * 1024 * 1024;

/** What stands in the journal of a run that was cut off. */
interface CutOff {
  readonly runId: string;
  readonly by: OwnIdentity;
  readonly lines: readonly Line[];
}

/**
 * Brings everything into order that runs left which were cut off. To be called under the lock, before the state is read.
 * Rejects with a HostError where the state cannot be written; then the next call does it again.
 *
 * @param isOurs whether what stands there may be acted upon; asked where there is such a run, before any of it is read
 */
export async function recover(
  host: Host,
  stackDir: string,
  store: StateStore,
  isOurs: (state: State | undefined) => Promise<boolean>,
): Promise<readonly Diagnostic[]> {
  const left = await cutOffRuns(host, stackDir);
  if (left.length === 0 || !(await isOurs((await store.read()).value))) return [];
  const diagnostics: Diagnostic[] = [];
  for (const { runId, by } of left) {
    const text = await read(host, runFolders(stackDir, runId).journal);
    const lines = text.split("\n").flatMap((one) => parse(line, one) ?? []);
    diagnostics.push(...(await recoverRun(host, stackDir, store, { runId, by, lines })));
  }
  return diagnostics;
}

/** In order of time. */
async function cutOffRuns(host: Host, stackDir: string): Promise<readonly Omit<CutOff, "lines">[]> {
  const folder = `${stackDir}/.clockwork/runs`;
  if ((await host.files.stat(folder))?.kind !== "directory") return [];
  const us = await host.jobs.self();
  const found: Omit<CutOff, "lines">[] = [];
  for (const { name, kind } of await host.files.list(folder)) {
    const runId = name.replace(/\.open$/, "");
    if (kind !== "file" || runId === name) continue;
    const by = parse(identity, await read(host, runFolders(stackDir, runId).open));
    if (by && !(await isGone(host, by, us))) continue;
    // A machine that lost its power may have lost what the file says, and with it all processes.
    found.push({ runId, by: by ?? { ...us, bootId: "" } });
  }
  return found;
}

async function recoverRun(
  host: Host,
  stackDir: string,
  store: StateStore,
  run: CutOff,
): Promise<readonly Diagnostic[]> {
  const folders = runFolders(stackDir, run.runId);
  const { ended, left } = await endLeftovers(host, run);
  const last = run.lines.at(-1)?.type;
  const isSettled = last === "ended" || last === "recovered";
  const unknown = isSettled ? [] : unknownSteps(run.lines);
  const entered = isSettled ? 0 : await enter(host, store, run, unknown);
  // The state says itself why it cannot be read; until then what belongs into it stays where it is.
  if (entered === undefined) return [];
  if (!isSettled) await settle(host, folders, unknown);
  await host.files.remove(folders.work);
  await host.files.remove(folders.open);
  const news = [
    ...(entered > 0
      ? [`${count(entered, "result")} of it ${entered === 1 ? "is" : "are"} recorded now`]
      : []),
    ...(unknown.length > 0 ? [`whether ${unknown.join(", ")} was done is not known`] : []),
    ...(ended.length > 0
      ? [`${count(ended.length, "process", "es")} that it left ${ended.length === 1 ? "was" : "were"} ended`]
      : []),
    ...(left.length > 0 ? [`process ${left.join(", ")} of it cannot be ended`] : []),
  ];
  if (news.length === 0) return [];
  const message = `Run ${run.runId} was cut off: ${news.join("; ")}`;
  return [
    diagnostic("run-recovered", message, {
      hint:
        unknown.length > 0
          ? "What is not known is looked at, and run again, with the next apply."
          : undefined,
    }),
  ];
}

/** Of another machine, or of before the last boot, nothing can be left here. */
async function endLeftovers(
  { jobs }: Host,
  { runId, by, lines }: CutOff,
): Promise<Awaited<ReturnType<Host["jobs"]["endLeftovers"]>>> {
  const us = await jobs.self();
  if (by.host !== us.host || by.bootId !== us.bootId || by.pidNamespace !== us.pidNamespace) {
    return { ended: [], left: [] };
  }
  const started = lines.flatMap((one): ProcessIdentity[] => (one.type === "started" ? [one] : []));
  return jobs.endLeftovers(started, { CLOCKWORK_RUN_ID: runId });
}

/** Ids of those that were begun to change something and of which no end is recorded. */
function unknownSteps(lines: readonly Line[]): readonly string[] {
  const open = new Set<string>();
  for (const one of lines) {
    if (one.type === "begun" && one.change) open.add(one.step);
    if (one.type === "finished") open.delete(one.step);
  }
  return [...open];
}

/**
 * Enters what the state does not have yet; undefined where there is no state that can be used.
 *
 * @returns how many results that were
 */
async function enter(
  host: Host,
  store: StateStore,
  { lines }: CutOff,
  unknown: readonly string[],
): Promise<number | undefined> {
  const lineage = lines.find((one) => one.type === "run")?.lineage;
  const { value: state, diagnostics } = await store.read();
  if (diagnostics.some((d) => d.severity === "error")) return undefined;
  // Somebody has removed the state, or put another in its place: nothing of this is true of it.
  if (!state || state.lineage !== lineage) return 0;
  let serial = state.serial;
  let results = 0;
  const changes: StateChange[] = [];
  for (const one of lines) {
    if ((one.type !== "begun" && one.type !== "finished") || !one.change) continue;
    const isNew = one.type === "begun" ? unknown.includes(one.step) : (one.serial ?? 0) > state.serial;
    serial = Math.max(serial, (one.serial ?? 0) - 1);
    if (!isNew) continue;
    if (one.type === "finished") results++;
    changes.push(one.change);
  }
  if (changes.length === 0) return 0;
  const recorder = new StateRecorder(store, host.clock, { ...state, serial });
  for (const change of changes) recorder.enter(change);
  await recorder.flush();
  return results;
}

async function settle(host: Host, folders: RunFolders, unknown: readonly string[]): Promise<void> {
  const journal = await Journal.open(host.files, folders.journal);
  try {
    // Its last line may be half of one.
    await journal.endLine();
    await journal.record({ type: "recovered", at: host.clock.now(), unknown });
  } finally {
    await journal.close();
  }
}

/** Empty where there is nothing to be read: a person has put something else there, or the crash came first. */
async function read({ files }: Host, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.readPlain(path, maxBytes));
  } catch (error) {
    if (error instanceof HostError && ["ENOENT", "ELOOP", "EINVAL"].includes(error.code)) return "";
    throw error;
  }
}

function parse<T extends z.ZodMiniType>(schema: T, text: string): z.infer<T> | undefined {
  return schema.safeParse(jsonOf(text)).data;
}

const count = (n: number, word: string, plural = "s"): string => `${n} ${word}${n === 1 ? "" : plural}`;
