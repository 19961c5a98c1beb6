import type { Readable } from "node:stream";
import { nodeServices, type RunningService, type Services } from "../../host/node-service.ts";
import { type Host, HostError } from "../../host/ports.ts";
import type { ServiceStatusFile } from "../../state/services.ts";
import { Masker, maskedNote, maskText } from "../mask.ts";
import { RotatingLog } from "./log.ts";
import type { SupervisorSpec } from "./spec.ts";

const maxBackoffMs = 30_000;

/** After being up this long a service has proven itself: the next restart waits a second again. The engines' rule. */
const provenMs = 10_000;

/** What shells answer for a command that they may not start. */
const notStarted = 126;

type Status = Pick<ServiceStatusFile, "state" | "restarts" | "pid" | "startTime" | "exitCode" | "startedAt">;

/** Keeps the service running until it ends for good or `stop` is aborted; then nothing of it is left. */
export async function supervise(host: Host, spec: SupervisorSpec, stop: AbortSignal): Promise<void> {
  const log = new RotatingLog(`${spec.folder}/service.log`, spec.logMaxBytes, spec.logFiles);
  const report = await reporter(host, spec, log);
  const services = await nodeServices(process.platform, spec.sandbox?.driver).catch((error: Error) => error);
  if (services instanceof Error) {
    log.note(`cannot be started: ${services.message}`);
    return report({ state: "exited", restarts: 0, exitCode: notStarted });
  }
  let backoffMs = 1000;
  for (let restarts = 0; ; restarts++) {
    const startedAt = host.clock.now();
    const service = await startService(services, spec, log);
    await report({ ...service.identity, state: "running", restarts, startedAt });
    const exitCode = await Promise.race([service.ended, aborted(stop)]);
    if (exitCode === "aborted") {
      await report({ ...service.identity, state: "stopping", restarts, startedAt });
      const code = await end(host, spec, service);
      log.note("stopped");
      return report({ state: "stopped", restarts, exitCode: code });
    }
    // Children of the one that ended may hold its port.
    await service.kill();
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

function startService(services: Services, spec: SupervisorSpec, log: RotatingLog): Promise<RunningService> {
  const { command, cwd, env, sandbox } = spec;
  const secrets = new Set(spec.secrets);
  const marker = { CLOCKWORK_SERVICE_FOLDER: spec.folder };
  return services.start(
    { argv: command, cwd, env, marker, ...(sandbox && { sandbox }) },
    {
      onOutput: (output) => keep(output, secrets, log),
      onError: (error) => log.note(maskText(`cannot be started in ${cwd}: ${error.message}`, secrets)),
    },
  );
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

/** The stop signal, the service's own time to end, then the certain end of all that is left. */
async function end(host: Host, spec: SupervisorSpec, service: RunningService): Promise<number> {
  await service.signal(spec.stopSignal);
  const waiting = new AbortController();
  const code = await Promise.race([service.ended, pause(host, spec.stopTimeoutMs, waiting.signal)]);
  waiting.abort();
  await service.kill();
  return code ?? service.ended;
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
