/**
 * The pieces of durable work that must survive anything: each with the folder it starts from, the work, and what has to hold
 * of the folder afterwards, whenever the work was cut off.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Journal } from "../../server/src/forge/journal.ts";
import { recover } from "../../server/src/forge/recover.ts";
import { openRun, runFolders } from "../../server/src/forge/run-folders.ts";
import { nodeEnvironment, nodeHost } from "../../server/src/host/node.ts";
import type { Host, WriteFiles } from "../../server/src/host/ports.ts";
import { takeLock } from "../../server/src/state/lock.ts";
import type { ResourceRecord, State } from "../../server/src/state/state.ts";
import { formatState, localStateStore } from "../../server/src/state/store.ts";
import { artifact, build, bundleOf } from "../forge/build/samples.ts";

export interface Protocol {
  readonly files: WriteFiles;
  readonly prepare: (folder: string) => Promise<void>;
  /** Says what it may from then on rely on. */
  readonly work: (folder: string, acknowledge: (what: string) => void) => Promise<void>;
  /** Does what comes next, and says what does not hold. */
  readonly check: (
    folder: string,
    acknowledged: readonly string[],
    isDone: boolean,
  ) => Promise<readonly string[]>;
}

const host: Host = nodeHost(nodeEnvironment());
const { files } = host;
const lineage = "b6a3f1f0-0000-4000-8000-000000000000";

const record = (name: string): ResourceRecord => ({
  kind: "file",
  name,
  inputs: { path: name, content: "x".repeat(2000) },
  outputs: { path: name },
  dependsOn: [],
  steps: {},
  status: "ok",
});

const stateOf = (serial: number): State => ({
  version: "1",
  lineage,
  serial,
  resources: { "file.a": record("a") },
  verifies: {},
  outputs: { serial },
});

/** Temporary files below a folder. */
export function litter(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp"));
}

/** Three states, one after the other, the first of which is the stack's very first. */
const state: Protocol = {
  files,
  prepare: async (folder) => void mkdirSync(join(folder, ".clockwork")),
  work: async (folder, acknowledge) => {
    const store = localStateStore(files, folder);
    const { value, diagnostics } = await store.read();
    if (diagnostics.length > 0) throw new Error(diagnostics[0]?.message);
    const first = (value?.serial ?? 0) + 1;
    for (let serial = first; serial < first + 3; serial++) {
      await store.write(stateOf(serial));
      acknowledge(String(serial));
    }
  },
  check: async (folder, acknowledged, isDone) => {
    const store = localStateStore(files, folder);
    const { value, diagnostics } = await store.read();
    const serial = value?.serial ?? 0;
    const last = Number(acknowledged.at(-1) ?? 0);
    await nextStart(folder);
    await store.write(stateOf(serial + 1));
    const after = await store.read();
    return [
      ...diagnostics.map((d) => d.message),
      ...(serial < last ? [`serial ${serial}, but ${last} was acknowledged`] : []),
      ...(serial > last + 1 ? [`serial ${serial} after ${last}`] : []),
      ...(isDone && serial !== 3 ? [`done at serial ${serial}`] : []),
      ...(value && formatState(value) !== formatState(stateOf(serial)) ? ["another state"] : []),
      ...(after.value?.serial === serial + 1 ? [] : ["nothing can be written any more"]),
      ...litter(folder).map((name) => `left: ${name}`),
    ];
  },
};

/** The same for ever. */
const endless: Protocol = {
  ...state,
  work: async (folder, acknowledge) => {
    const store = localStateStore(files, folder);
    const padding = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`file.${i}`, record(String(i))]),
    );
    for (let serial = ((await store.read()).value?.serial ?? 0) + 1; ; serial++) {
      await store.write({ ...stateOf(serial), resources: padding });
      acknowledge(String(serial));
    }
  },
};

/** A holder that is certainly gone: of this machine, and of before its last boot. */
async function deadHolder(): Promise<string> {
  const us = await host.jobs.self();
  const created = new Date(0).toISOString();
  return JSON.stringify({ version: "1", ...us, id: "dead", operation: "apply", bootId: "before", created });
}

/** Whoever was killed held the lock: the next one takes it over, and mends. */
async function nextStart(folder: string): Promise<void> {
  writeFileSync(join(folder, ".clockwork/lock"), await deadHolder());
  const { value } = await takeLock(host, folder, { id: "next", operation: "apply" });
  await recover(host, folder, localStateStore(files, folder), async () => true);
  await value?.release();
}

/** Takes the lock from one who died with it, gives it back, and takes it once more. */
const lock: Protocol = {
  files,
  prepare: async (folder) => {
    mkdirSync(join(folder, ".clockwork"));
    writeFileSync(join(folder, ".clockwork/lock"), await deadHolder());
  },
  work: async (folder, acknowledge) => {
    for (const id of ["one", "two"]) {
      const { value, diagnostics } = await takeLock(host, folder, { id, operation: "apply" });
      if (!value) throw new Error(diagnostics[0]?.message);
      acknowledge(`taken ${id}`);
      await value.release();
      acknowledge(`released ${id}`);
    }
  },
  check: async (folder, _, isDone) => {
    const left = readdirSync(join(folder, ".clockwork"));
    if (left.some((name) => name.includes("lock"))) await nextStart(folder);
    const { value } = await takeLock(host, folder, { id: "next", operation: "apply" });
    const held = readFileSync(join(folder, ".clockwork/lock"), "utf8");
    await value?.release();
    const after = readdirSync(join(folder, ".clockwork")).filter((name) => name !== ".gitignore");
    return [
      ...(isDone && left.some((name) => name.includes("lock")) ? [`left by who was done: ${left}`] : []),
      ...(value && held.includes('"next"') ? [] : ["cannot be taken any more"]),
      ...after.map((name) => `left: ${name}`),
    ];
  },
};

/** What `run-1` has in its journal and nowhere else: one file made, one in the making. */
async function cutOffRun(folder: string, steps: readonly string[]): Promise<void> {
  const folders = runFolders(folder, "run-1");
  await files.writeAtomic(folders.open, openRun({ ...(await host.jobs.self()), bootId: "before" }));
  const journal = await Journal.open(files, folders.journal);
  await journal.record({ type: "run", version: "1", command: "apply", lineage, bootId: "before", at: 0 });
  for (const step of steps) await recordStep(journal, step);
  const change = {
    resources: { "file.open": { ...record("open"), status: "unknown" as const } },
    verifies: {},
  };
  await journal.record({ type: "begun", step: "open", serial: 2, change });
  await journal.close();
}

async function recordStep(journal: Journal, step: string): Promise<void> {
  const change = { resources: { [`file.${step}`]: record(step) }, verifies: {} };
  await journal.record({ type: "begun", step, serial: 2, change });
  await journal.record({ type: "finished", step, outcome: "succeeded", serial: 2, change });
}

const isRecovered = (value: State | undefined, steps: readonly string[]): boolean =>
  steps.every((step) => value?.resources[`file.${step}`]?.status === "ok");

/** A run writes its journal; its results are acknowledged as it goes. */
const journal: Protocol = {
  files,
  prepare: (folder) => localStateStore(files, folder).write(stateOf(1)),
  work: async (folder, acknowledge) => {
    const folders = runFolders(folder, "run-1");
    await files.writeAtomic(folders.open, openRun({ ...(await host.jobs.self()), bootId: "before" }));
    const opened = await Journal.open(files, folders.journal);
    await opened.record({ type: "run", version: "1", command: "apply", lineage, bootId: "before", at: 0 });
    for (const step of ["b", "c", "d"]) {
      await recordStep(opened, step);
      acknowledge(step);
    }
    await opened.close();
  },
  check: async (folder, acknowledged) => {
    const store = localStateStore(files, folder);
    await recover(host, folder, store, async () => true);
    const { value, diagnostics } = await store.read();
    const open = readdirSync(join(folder, ".clockwork")).includes("runs")
      ? readdirSync(join(folder, ".clockwork/runs")).filter((name) => name.endsWith(".open"))
      : [];
    return [
      ...diagnostics.map((d) => d.message),
      ...(isRecovered(value, acknowledged) ? [] : [`lost: one of ${acknowledged}`]),
      ...open.map((name) => `left: ${name}`),
    ];
  },
};

/** What comes after a crash crashes as well. */
const recovery: Protocol = {
  files,
  prepare: async (folder) => {
    await localStateStore(files, folder).write(stateOf(1));
    await cutOffRun(folder, ["b", "c"]);
    mkdirSync(runFolders(folder, "run-1").work, { recursive: true });
    writeFileSync(join(runFolders(folder, "run-1").work, "left"), "");
  },
  work: async (folder, acknowledge) => {
    await recover(host, folder, localStateStore(files, folder), async () => true);
    acknowledge("recovered");
  },
  check: async (folder) => {
    const store = localStateStore(files, folder);
    await recover(host, folder, store, async () => true);
    const { value, diagnostics } = await store.read();
    const left = readdirSync(join(folder, ".clockwork"), { recursive: true, encoding: "utf8" });
    return [
      ...diagnostics.map((d) => d.message),
      ...(isRecovered(value, ["a", "b", "c"]) ? [] : ["a result is lost"]),
      ...(value?.resources["file.open"]?.status === "unknown" ? [] : ["what is unknown is not said to be"]),
      ...left.filter((name) => /\.open$|work\/run-1/.test(name)).map((name) => `left: ${name}`),
    ];
  },
};

const text = (who: string, version: string): string =>
  `#!/usr/bin/env bash\nset -eu\necho ${who} ${version}\necho one\necho two\necho three\necho end\n`;
const names = ["a", "b", "c"];
const bundle = (version: string) =>
  bundleOf(names.map((who) => artifact(`scripts/${who}.sh`, `ensure_service.${who}`, text(who, version))));

/** A new version of three scripts, of which a person has edited one. */
const swap: Protocol = {
  files,
  prepare: async (folder) => {
    const dir = join(folder, ".clockwork/build");
    await build(files, bundle("old"), { dir });
    writeFileSync(join(dir, "scripts/b.sh"), text("b", "old").replace("echo two", "echo mine"));
  },
  work: async (folder, acknowledge) => {
    await build(files, bundle("new"), { dir: join(folder, ".clockwork/build") });
    acknowledge("built");
  },
  check: async (folder) => {
    const dir = join(folder, ".clockwork/build");
    const between = names.map((who) => readFileSync(join(dir, `scripts/${who}.sh`), "utf8"));
    const halves = between.filter((found, i) => {
      const who = names[i] ?? "";
      const whole = [text(who, "old"), text(who, "new")];
      return ![...whole, ...whole.map((t) => t.replace("echo two", "echo mine"))].includes(found);
    });
    await nextStart(folder);
    const report = await build(files, bundle("new"), { dir });
    const after = names.map((who) => readFileSync(join(dir, `scripts/${who}.sh`), "utf8"));
    const wanted = names.map((who) =>
      who === "b" ? text(who, "new").replace("echo two", "echo mine") : text(who, "new"),
    );
    return [
      ...halves.map((half) => `half a script: ${half}`),
      ...report.diagnostics.map((d) => d.message),
      ...(JSON.stringify(after) === JSON.stringify(wanted) ? [] : [`not as built: ${after}`]),
      ...litter(folder).map((name) => `left: ${name}`),
    ];
  },
};

export const protocols: Readonly<Record<string, Protocol>> = {
  state,
  endless,
  lock,
  journal,
  recovery,
  swap,
};
