import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { type Host, HostError, type ProcessIdentity } from "../../host/ports.ts";
import type { ServiceStatusFile } from "../../state/services.ts";
import { Masker, maskedNote, maskText } from "../mask.ts";
import { RotatingLog } from "./log.ts";
import type { SupervisorSpec } from "./spec.ts";

const maxBackoffMs = 30_000;

/** After being up this long a service has proven itself: the next restart waits a second again. The engines' rule. */
const provenMs = 10_000;

type Status = Pick<ServiceStatusFile, "state" | "restarts" | "pid" | "startTime" | "exitCode" | "startedAt">;

interface Service {
  readonly child: ChildProcess;
  /** Undefined when it could not be started. */
  readonly identity: ProcessIdentity | undefined;
  readonly startedAt: number;
  readonly ended: Promise<number>;
}

/** Keeps the service running until it ends for good or `stop` is aborted; then nothing of it is left. */
export async function supervise(host: Host, spec: SupervisorSpec, stop: AbortSignal): Promise<void> {
  const log = new RotatingLog(`${spec.folder}/service.log`, spec.logMaxBytes, spec.logFiles);
  const report = await reporter(host, spec, log);
  const secrets = new Set(spec.secrets);
  let backoffMs = 1000;
  for (let restarts = 0; ; restarts++) {
    const service = await startService(host, spec, secrets, log);
    const { startedAt } = service;
    await report({ ...service.identity, state: "running", restarts, startedAt });
    const exitCode = await Promise.race([service.ended, aborted(stop)]);
    if (exitCode === "aborted") {
      await report({ ...service.identity, state: "stopping", restarts, startedAt });
      const code = await end(host, spec, service);
      log.note("stopped");
      return report({ state: "stopped", restarts, exitCode: code });
    }
    // Children of the one that ended may hold its port.
    await host.jobs.killTree(service.identity, marker(spec));
    log.note(`ended with exit code ${exitCode}`);
    if (!startsAgain(spec, exitCode)) return report({ state: "exited", restarts, exitCode });
    if (host.clock.now() - startedAt >= provenMs) backoffMs = 1000;
    await report({ state: "waiting", restarts, exitCode });
    await pause(host, backoffMs, stop);
    if (stop.aborted) return report({ state: "stopped", restarts, exitCode });
    backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
  }
}

function startsAgain({ restart }: SupervisorSpec, exitCode: number): boolean {
  if (restart === "no") return false;
  return restart === "on-failure" ? exitCode !== 0 : true;
}

async function reporter(
  host: Host,
  spec: SupervisorSpec,
  log: RotatingLog,
): Promise<(status: Status) => Promise<void>> {
  const supervisorStartTime = await host.jobs.startTime(process.pid);
  if (supervisorStartTime === undefined) throw new Error("supervise: the system does not list this process");
  const bootId = await host.jobs.bootId();
  return async (status) => {
    const file: ServiceStatusFile = {
      version: "1",
      name: spec.name,
      supervisorPid: process.pid,
      supervisorStartTime,
      bootId,
      stopTimeoutMs: spec.stopTimeoutMs,
      salt: spec.salt,
      specHash: spec.specHash,
      ...(spec.shownCommand && { command: [...spec.shownCommand] }),
      ...status,
    };
    try {
      await host.files.writeAtomic(`${spec.folder}/status.json`, `${JSON.stringify(file, null, 2)}\n`, 0o600);
    } catch (error) {
      // A full disk must not end the service. Readers compare start times, so an old status misleads nobody for long.
      if (!(error instanceof HostError)) throw error;
      log.note(`cannot write the status: ${error.message}`);
    }
  };
}

async function startService(
  host: Host,
  spec: SupervisorSpec,
  secrets: ReadonlySet<string>,
  log: RotatingLog,
): Promise<Service> {
  const [program = "", ...args] = [...withUs(), ...spec.command];
  const startedAt = host.clock.now();
  const child = spawn(program, args, {
    cwd: spec.cwd,
    env: { ...spec.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      log.note(maskText(`cannot be started in ${spec.cwd}: ${error.message}`, secrets));
      resolve(127);
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  keep(child.stdout, secrets, log);
  keep(child.stderr, secrets, log);
  const { pid } = child;
  // Empty when it has ended already: then there is nobody to mistake it for.
  const identity = pid === undefined ? undefined : { pid, startTime: (await host.jobs.startTime(pid)) ?? "" };
  return { child, identity, startedAt, ended };
}

/** Steps' secrets stand in no log, and neither do a service's. */
function keep(output: Readable, secrets: ReadonlySet<string>, log: RotatingLog): void {
  const masker = new Masker(secrets);
  output.on("data", (chunk: Uint8Array) => log.write(masker.write(chunk)));
  output.once("end", () => {
    log.write(masker.end());
    if (masker.count > 0) log.note(maskedNote(masker.count));
  });
}

/** Where Linux offers it, the service dies with its supervisor: one that nobody watches must not hold a port. */
function withUs(): readonly string[] {
  const setpriv = "/usr/bin/setpriv";
  return process.platform === "linux" && existsSync(setpriv) ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
}

/** The stop signal to the service's group, its timeout, then the certain end of all that is left. */
async function end(host: Host, spec: SupervisorSpec, service: Service): Promise<number> {
  if (service.child.pid !== undefined) signalGroup(service.child.pid, spec.stopSignal);
  const waiting = new AbortController();
  const code = await Promise.race([service.ended, pause(host, spec.stopTimeoutMs, waiting.signal)]);
  waiting.abort();
  await host.jobs.killTree(service.identity, marker(spec));
  return code ?? service.ended;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // It has just ended.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function marker({ folder }: SupervisorSpec): Readonly<Record<string, string>> {
  return { CLOCKWORK_SERVICE_FOLDER: folder };
}

function aborted(signal: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
}

/** Sleeps until the time is over or the signal comes. */
async function pause(host: Host, ms: number, signal: AbortSignal): Promise<undefined> {
  try {
    await host.clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return undefined;
}
