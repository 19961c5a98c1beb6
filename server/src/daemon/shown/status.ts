/** How it stands with a stack's daemon, told from files alone: who watches, whether it may act, what it has decided. */
import { printableLine } from "../../diagnostics/printable.ts";
import { HostError, type ReadFiles } from "../../host/ports.ts";
import type { DaemonEvent, DaemonStatus } from "../../protocol.ts";
import { readLock } from "../../state/lock.ts";
import { defaultLimits, isQuarantined } from "../budget.ts";
import { type DaemonRecord, type DecisionRecord, readHistory } from "../records.ts";
import { journalPath, switchPath } from "../stack.ts";

/** Longest journal that is read for showing it, in bytes: several thousand decisions. */
const maxJournal = 16 * 1024 * 1024;
const mostEvents = 200;

export async function daemonStatus(files: ReadFiles, stackDir: string): Promise<DaemonStatus> {
  const [holder, isSwitched, journal] = await Promise.all([
    readLock(files, stackDir, "daemon"),
    files.stat(switchPath(stackDir)),
    readText(files, journalPath(stackDir)),
  ]);
  // No stack can make the number of failures another one.
  const read = readHistory(journal.text, defaultLimits);
  const { accounts } = read.history;
  const problem =
    journal.problem ??
    (read.damaged === undefined ? undefined : `the daemon's journal is damaged in line ${read.damaged}`);
  return {
    ...(holder && { watcher: { pid: holder.pid, host: holder.host, since: holder.created } }),
    isDisabled: isSwitched !== undefined,
    quarantined: [...accounts.keys()].filter((address) => isQuarantined(accounts, address, defaultLimits)),
    journal: read.records.slice(-mostEvents).reverse().flatMap(eventOf),
    ...(problem !== undefined && { problem }),
  };
}

async function readText(
  files: ReadFiles,
  path: string,
): Promise<{ readonly text: string; readonly problem?: string }> {
  try {
    return { text: new TextDecoder().decode(await files.readPlain(path, maxJournal)) };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return error.code === "ENOENT" ? { text: "" } : { text: "", problem: error.message };
  }
}

/** As a sentence about an address; nothing of what only the daemon itself needs. */
function eventOf(record: DaemonRecord): readonly DaemonEvent[] {
  const { at: atMs } = record.time;
  if (record.type === "started") return [{ atMs, text: "It began to watch." }];
  if (record.type === "decision") {
    const { address } = record.finding;
    return [{ atMs, address, text: printableLine(decisionText(record)) }];
  }
  if (record.type === "ended") {
    const { address, result, detail } = record;
    return [{ atMs, address, text: printableLine(`${results[result]}: ${detail}.`) }];
  }
  if (record.type === "acknowledged") {
    const { address, by } = record;
    return [{ atMs, address, text: printableLine(`${by} has looked at it.`) }];
  }
  if (record.type === "closed") {
    const { address, reason, by } = record;
    return [
      { atMs, address, text: printableLine(`Its proposal ${closings[reason]}${by ? ` by ${by}` : ""}.`) },
    ];
  }
  return [];
}

const closings = {
  over: "is not needed any more",
  expired: "has expired",
  superseded: "gives way to another one",
  rejected: "was rejected",
  approved: "was approved",
} as const;

const results = { mended: "Mended", failed: "Failed", stale: "Not done" } as const;

const outcomes = {
  apply: "It mends that by itself",
  propose: "It proposes",
  runbook: "It wrote down",
  wait: "It waits before it would",
  refuse: "It does not",
} as const;

function decisionText({ finding, outcome, patch, because }: DecisionRecord): string {
  return `${finding.summary}. ${outcomes[outcome]}: ${patch.summary}. ${because}`;
}
