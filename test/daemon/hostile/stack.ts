/** The stack that the simulated daemon watches, and what its steps do to the simulated machine. */
import { createHash } from "node:crypto";
import { actionId } from "../../../server/src/assembly/actions.ts";
import { hasErrors } from "../../../server/src/diagnostics/diagnostic.ts";
import { recover } from "../../../server/src/forge/recover.ts";
import type { Host, JobSpec, ProcessIdentity } from "../../../server/src/host/ports.ts";
import { noInputs } from "../../../server/src/intake/load.ts";
import { apply, build, plan, type RunOptions, type Workspace } from "../../../server/src/pipeline.ts";
import { takeLock } from "../../../server/src/state/lock.ts";
import { localStateStore } from "../../../server/src/state/store.ts";
import type { Grammar } from "../../../server/src/syntax/parser.ts";
import { type Machine, type Play, Program } from "./machine.ts";
import type { Random } from "./random.ts";

export const stackDir = "/stack";
export const at = (path: string): string => `${stackDir}/${path}`;
export const mainText = `
clockwork {
  daemon {
    fixes_per_hour = 2
  }
}

resource "file" "conf" {
  path    = "conf/app.conf"
  content = "x = 1"
}

resource "file" "page" {
  path    = "page.html"
  content = "hello"
}

resource "directory" "data" {
  path = "data"
}

resource "service" "web" {
  command    = ["node", "server.mjs"]
  port       = 8080 # the only one
  depends_on = [file.conf]

  health_check {
    path    = "/"
    retries = 1
  }
}

resource "volume" "db" {
  name = "db"
}

resource "network" "inner" {
  name = "inner"
}

resource "service" "app" {
  image = "busybox"
  mount {
    source = volume.db.name
    target = "/var/lib/app"
  }
}

resource "task" "seed" {
  command = ["touch", "data/seed"]
  creates = "data/seed"
}
`;

/** What each step leaves there; kinds of the engine by their name. */
export const files: Readonly<Record<string, string>> = {
  "file.conf": "x = 1",
  "file.page": "hello",
  "task.seed": "",
};
export const paths: Readonly<Record<string, string>> = {
  "file.conf": at("conf/app.conf"),
  "file.page": at("page.html"),
  "directory.data": at("data"),
  "task.seed": at("data/seed"),
};
export const things: Readonly<Record<string, string>> = {
  "volume.db": "volume db",
  "network.inner": "network inner",
  "service.app": "container app",
};
export const statusPath = at(".clockwork/services/web/status.json");

/** How steps turn out. */
export interface Fortune {
  /** Whether a step does what it is for. */
  works: () => boolean;
  /** Seconds that the health check needs; infinite where it fails whatever it is given. */
  needsSeconds: number;
}

export function playOn(machine: Machine, fortune: Fortune, onStep: (spec: JobSpec) => void): Play {
  return {
    step: async (spec) => {
      onStep(spec);
      const id = spec.env["CLOCKWORK_STEP"] ?? "";
      if (id.startsWith("verify_")) return isHealthy(machine, fortune, spec) ? 0 : 1;
      if (!fortune.works()) return 1;
      make(machine, id.slice(id.indexOf(".") - nameLength(id)), spec);
      return 0;
    },
    supervisor: (input, supervisor) => {
      const { salt, specHash, command } = JSON.parse(input);
      // It does not come up: its supervisor says so.
      const isUp = fortune.works();
      const { pid, startTime } = machine.start();
      if (!isUp) machine.end({ pid, startTime });
      const status = {
        version: "1",
        name: "web",
        state: isUp ? "running" : "exited",
        pid,
        startTime,
        supervisorPid: supervisor.pid,
        supervisorStartTime: supervisor.startTime,
        bootId: machine.bootId,
        command,
        restarts: 0,
        startedAt: machine.wallOffset + machine.now,
        stopTimeoutMs: 1000,
        salt,
        specHash,
      };
      machine.files.set(statusPath, JSON.stringify(status));
    },
  };
}

/** Of the kind in `ensure_service.web`. */
function nameLength(id: string): number {
  const kind = Object.keys({ ...paths, ...things, "service.web": "" })
    .map((address) => address.split(".")[0] ?? "")
    .find((name) => id.startsWith(`ensure_${name}.`) || (name === "task" && id.startsWith("run_task.")));
  return kind?.length ?? 0;
}

function make(machine: Machine, address: string, spec: JobSpec): void {
  const { env } = spec;
  const [path, thing] = [paths[address], things[address]];
  if (thing) {
    const labels = { "clockwork.stack": env["CLOCKWORK_LINEAGE"] ?? "", "clockwork.config": "c" };
    const before = machine.engine.get(thing);
    machine.engine.set(thing, { id: before?.id ?? `id-${machine.now}`, labels, running: true });
  }
  if (path && files[address] === undefined) machine.files.set(`${path}/.keep`, "");
  if (path && files[address] !== undefined) machine.files.set(path, files[address]);
  if (address === "service.web") {
    const description = {
      command: ["node", "server.mjs"],
      log_max_mb: Number(env["CLOCKWORK_KNOB_LOG_MAX_MB"] ?? 10),
      log_files: Number(env["CLOCKWORK_KNOB_LOG_FILES"] ?? 1),
    };
    machine.files.set(env["CLOCKWORK_SERVICE"] ?? "", JSON.stringify(description));
  }
  const provides = machine.provides.get(env["CLOCKWORK_STEP"] ?? "") ?? {};
  machine.files.set(env["CLOCKWORK_OUTPUT"] ?? "", outputs(machine, address, provides));
}

function outputs(machine: Machine, address: string, provides: Readonly<Record<string, string>>): string {
  const own = address.slice(address.indexOf(".") + 1);
  const values: Readonly<Record<string, string>> = {
    path: (paths[address] ?? "").slice(stackDir.length + 1),
    sha256: sha256(files[address] ?? ""),
    id: address.startsWith("service.app") ? (machine.engine.get("container app")?.id ?? "") : own,
    name: own,
    port: "8080",
    url: "http://localhost:8080",
    stdout: "done",
  };
  return Object.entries(provides)
    .map(([output, name]) => `${name}=${values[output] ?? ""}\n`)
    .join("");
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function isHealthy(machine: Machine, fortune: Fortune, { env }: JobSpec): boolean {
  const seconds = Number(env["CLOCKWORK_KNOB_TIMEOUT_S"] ?? 5);
  return runs(machine) && seconds >= fortune.needsSeconds;
}

interface Status {
  readonly state: string;
  readonly pid: number;
  readonly startTime: string;
  readonly supervisorPid: number;
  readonly supervisorStartTime: string;
}

export function statusOf(machine: Machine): Status | undefined {
  const text = machine.read(statusPath);
  return text === undefined ? undefined : JSON.parse(text);
}

export function runs(machine: Machine): boolean {
  const status = statusOf(machine);
  return (
    status?.state === "running" &&
    machine.living.get(status.pid) === status.startTime &&
    machine.living.get(status.supervisorPid) === status.supervisorStartTime
  );
}

export function processesOf(machine: Machine): readonly ProcessIdentity[] {
  const status = statusOf(machine);
  if (!status) return [];
  const { pid, startTime, supervisorPid, supervisorStartTime } = status;
  return [
    { pid, startTime },
    { pid: supervisorPid, startTime: supervisorStartTime },
  ];
}

const program = (name: string) => ({ path: `/usr/bin/${name}`, version: "5.0" });

export function workspaceOf(host: Host, grammar: Grammar, newRunId: () => string): Workspace {
  return {
    host,
    grammar,
    stackDir,
    store: localStateStore(host.files, stackDir),
    inputs: noInputs,
    facts: {
      os: "linux",
      arch: "x64",
      runtimes: { node: program("node"), bash: program("bash"), python3: program("python3") },
      engine: { name: "podman", ...program("podman") },
      git: program("git"),
    },
    version: "1.0.0",
    newLineage: () => "00000000-0000-4000-8000-000000000000",
    // Whatever a script is: what may be done with it does not depend on these rules.
    lookAtScript: async () => [],
    newRunId,
    secrets: new Set(),
    adopt: async () => false,
    interrupt: { signal: new AbortController().signal, kill: new AbortController().signal },
  };
}

export function runOptions(runId: string): RunOptions {
  return {
    runId,
    command: "apply",
    supervisorPath: "/supervisor.js",
    parallelism: 1,
    timeoutMs: 60_000,
    graceMs: 1000,
    signal: new AbortController().signal,
    kill: new AbortController().signal,
    onEvent: () => undefined,
    adopt: new Set(),
    allowUnsandboxed: async () => false,
  };
}

/** A person runs `clockwork apply --refresh`, and everything works; false where it cannot be done. */
export async function applyAsPerson(
  machine: Machine,
  grammar: Grammar,
  random: Random,
  id: string,
  onStep: (spec: JobSpec) => void,
): Promise<boolean> {
  const fortune: Fortune = { works: () => true, needsSeconds: 0 };
  const person = new Program(machine, playOn(machine, fortune, onStep), random);
  try {
    const ws = workspaceOf(person.host, grammar, () => `${id}-look`);
    const lock = await takeLock(ws.host, stackDir, { id, operation: "apply" });
    if (!lock.value) return false;
    await recover(ws.host, stackDir, ws.store, async () => true);
    const planned = await plan(ws, { destroy: false, refresh: true, targets: [], force: false });
    for (const step of planned.value?.plan.actions.steps ?? [])
      machine.provides.set(actionId(step), step.provides ?? {});
    const built = planned.value && (await build(ws, planned.value));
    const applied =
      planned.value && built && !hasErrors(built.diagnostics)
        ? await apply(ws, planned.value, runOptions(id))
        : undefined;
    await lock.value.release();
    const all = [
      ...planned.diagnostics,
      ...(built?.diagnostics ?? []),
      ...(applied?.diagnostics ?? []),
      ...[...(applied?.value?.results.values() ?? [])].flatMap(({ diagnostics }) => diagnostics),
    ];
    const steps = planned.value?.plan.actions.steps ?? [];
    const done =
      applied?.value !== undefined &&
      steps.every((step) => applied?.value?.results.get(actionId(step))?.outcome === "succeeded");
    if (process.env["DEBUG_SIM"] && !done) console.log(all);
    return done;
  } finally {
    person.end();
  }
}
