import { expect, it } from "vitest";
import { pastRuns, pastSteps } from "../../../server/src/forge/past-runs.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";

const folder = "/stack/.clockwork/runs";
const lines = (...records: object[]) => records.map((r) => `${JSON.stringify(r)}\n`).join("");
const run = (command: string, at: number) => ({
  type: "run",
  version: "1",
  command,
  lineage: "l",
  bootId: "",
  at,
});
const ids = ["20261123T090000Z-00000001", "20261123T100000Z-00000002", "20261123T110000Z-00000003"] as const;

const host = memoryHost({
  [`${folder}/${ids[0]}.jsonl`]: lines(
    run("apply", 1000),
    { type: "intent", step: "run_task.a", attempt: 1, script: "a.sh", sha256: "", argv: [] },
    { type: "started", step: "run_task.a", pid: 7, startTime: "1" },
    { type: "exited", step: "run_task.a", code: 1, cause: "exit", survivors: [], ms: 30 },
    { type: "intent", step: "run_task.a", attempt: 2, script: "a.sh", sha256: "", argv: [] },
    { type: "exited", step: "run_task.a", code: 1, cause: "exit", survivors: [], ms: 12 },
    { type: "finished", step: "run_task.a", outcome: "failed" },
    { type: "ended", at: 5000, steps: { failed: 1, skipped: 1 }, skipped: ['run_task.b["x"]'] },
  ),
  // Killed while it wrote.
  [`${folder}/${ids[1]}.jsonl`]: `${lines(run("destroy", 2000), {
    type: "intent",
    step: "run_task.a",
    attempt: 1,
    script: "",
    sha256: "",
    argv: [],
  })}{"type":"exi`,
  [`${folder}/${ids[2]}.jsonl`]: lines(run("observe", 3000), {
    type: "ended",
    at: 1,
    steps: {},
    skipped: [],
  }),
  [`${folder}/notes.jsonl`]: "mine\n",
  [`${folder}/20261123T120000Z-0000000a.jsonl`]: "",
});

it("lists runs with what came of them, newest first; looks and what is no journal are passed over", async () => {
  expect(await pastRuns(host.files, "/stack", 10)).toEqual([
    { id: ids[1], command: "destroy", startedMs: 2000 },
    { id: ids[0], command: "apply", startedMs: 1000, endedMs: 5000, steps: { failed: 1, skipped: 1 } },
  ]);
  expect((await pastRuns(host.files, "/stack", 1)).map(({ id }) => id)).toEqual([ids[1]]);
  expect(await pastRuns(host.files, "/nowhere", 10)).toEqual([]);
});

it("tells of each step how it ended, how long all attempts took and where its log is", async () => {
  expect(await pastSteps(host.files, "/stack", ids[0])).toEqual([
    { id: "run_task.a", outcome: "failed", ms: 42, log: `.clockwork/logs/${ids[0]}/run_task.a.log` },
    { id: 'run_task.b["x"]', outcome: "skipped", ms: 0 },
  ]);
});

it("knows no outcome of a step in which everything ended", async () => {
  expect(await pastSteps(host.files, "/stack", ids[1])).toEqual([
    { id: "run_task.a", ms: 0, log: `.clockwork/logs/${ids[1]}/run_task.a.log` },
  ]);
});

it.each(["../../secret", "", "20261123T120000Z-ffffffff"])("knows nothing of a run %s", async (id) => {
  expect(await pastSteps(host.files, "/stack", id)).toEqual([]);
});
