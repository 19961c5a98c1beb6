/** The program behind node-guard.ts: reads what jobs there are until its input ends, then ends those that are left. */
import { createInterface } from "node:readline";
import type { GuardLine } from "./node-guard.ts";
import { processTable } from "./node-table.ts";
import { type ProcessTree, trackedTree } from "./node-tree.ts";

/** Between two looks at what a job has started, in milliseconds; a job's own keeper looks more often. */
const pollMs = 500;

const table = processTable(process.platform);
const jobs = new Map<number, ProcessTree>();
// A terminal that hangs up is what it is there for.
process.on("SIGHUP", () => {});
process.on("SIGINT", () => {});

const lines = createInterface({ input: process.stdin });
lines.on("line", (text) => {
  const line: GuardLine = JSON.parse(text);
  if ("started" in line) {
    const { started, marker, usesEngine } = line;
    jobs.set(started.pid, trackedTree(table, started, { marker, usesEngine, pollMs }));
  } else {
    jobs.get(line.ended)?.close();
    jobs.delete(line.ended);
  }
});
lines.on("close", () => {
  void Promise.all([...jobs.values()].map((tree) => tree.kill())).then(() => process.exit(0));
});
