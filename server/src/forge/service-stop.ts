import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Host } from "../host/ports.ts";
import {
  readServiceStatus,
  type ServiceStatusFile,
  serviceFolder,
  serviceProcess,
  supervisorProcess,
} from "../state/services.ts";

/** A supervisor's own work besides waiting for its service. */
const supervisorMs = 5000;

/** In the environment of a service's processes: tells them from all others on the machine. */
export function serviceMarker(stackDir: string, name: string): Readonly<Record<string, string>> {
  return { CLOCKWORK_SERVICE_FOLDER: serviceFolder(stackDir, name) };
}

/** The same for its supervisor. */
export function supervisorMarker(stackDir: string, name: string): Readonly<Record<string, string>> {
  return { CLOCKWORK_SUPERVISOR_FOLDER: serviceFolder(stackDir, name) };
}

/**
 * Ends a process service and its supervisor: asks the supervisor, which asks the service with its stop signal and waits
 * its stop timeout; what is left then is killed. Only processes whose start time or mark says that they are the ones.
 * Quiet when nothing runs.
 */
export async function stopService(
  host: Pick<Host, "files" | "jobs" | "clock">,
  stackDir: string,
  name: string,
): Promise<readonly Diagnostic[]> {
  if (!(await host.files.stat(serviceFolder(stackDir, name)))) return [];
  const read = await readServiceStatus(host, stackDir, name);
  // Pids and start times of before the last boot are others' now.
  const current = typeof read !== "string" && read.bootId === (await host.jobs.bootId()) ? read : undefined;
  if (current) await askSupervisor(host, current);
  const left = [
    ...(await host.jobs.killTree(undefined, supervisorMarker(stackDir, name))),
    ...(await host.jobs.killTree(current && serviceProcess(current), serviceMarker(stackDir, name))),
  ];
  if (left.length === 0) return [];
  const message = `Service "${name}" cannot be stopped: process ${left.join(", ")} stays`;
  return [diagnostic("service-failed", message)];
}

async function askSupervisor(host: Pick<Host, "jobs" | "clock">, status: ServiceStatusFile): Promise<void> {
  const supervisor = supervisorProcess(status);
  if (!(await host.jobs.signal(supervisor, "SIGTERM"))) return;
  const deadline = host.clock.now() + status.stopTimeoutMs + supervisorMs;
  while (host.clock.now() < deadline) {
    if ((await host.jobs.startTime(supervisor.pid)) !== supervisor.startTime) return;
    await host.clock.sleep(50);
  }
  await host.jobs.signal(supervisor, "SIGKILL");
}
