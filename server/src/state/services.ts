import * as z from "zod/mini";
import { jsonOf } from "../host/json.ts";
import { type Host, HostError, type ProcessIdentity } from "../host/ports.ts";

const maxStatusBytes = 1024 * 1024;

/**
 * `.clockwork/services/<name>/status.json`: what a supervisor says of its service, replaced as a whole at every change.
 * It outlives the supervisor, so `state` alone proves nothing: the service runs when `state` is `running` and both
 * processes are alive, that is, when their start times still are the recorded ones.
 */
export const serviceStatusFile = z.strictObject({
  version: z.literal("1"),
  name: z.string(),
  /** `waiting`: it ended and is about to be started again. `exited`: it ended and will not be. `stopped`: we ended it. */
  state: z.enum(["running", "waiting", "exited", "stopping", "stopped"]),
  /** The service's process; absent until the first start. */
  pid: z.optional(z.int().check(z.positive())),
  /** See ProcessIdentity: on Linux field 22 of /proc/PID/stat. */
  startTime: z.optional(z.string()),
  supervisorPid: z.int().check(z.positive()),
  supervisorStartTime: z.string(),
  /** /proc/sys/kernel/random/boot_id; empty on systems without. */
  bootId: z.string(),
  /** As the `.cw` file says it, so that `${NAME}` stands for a run-time value; absent when it may hold a secret. */
  command: z.optional(z.array(z.string())),
  /** How often it was started again. */
  restarts: z.int().check(z.minimum(0)),
  /** Of the last process that ended: its code, or 128 + the signal's number. */
  exitCode: z.optional(z.int()),
  /** When `pid` was started, in milliseconds since 1970. */
  startedAt: z.optional(z.number()),
  /** How long stopping it may take, in milliseconds. */
  stopTimeoutMs: z.number(),
  /** Over all that decides how it runs; with a random salt, because that may contain secrets. */
  salt: z.string(),
  specHash: z.string(),
});
export type ServiceStatusFile = Readonly<z.infer<typeof serviceStatusFile>>;

export interface ServiceStatus {
  /** `absent`: never started here, or removed. `waiting`: it ended, and its supervisor is about to start it again. */
  readonly state: "running" | "waiting" | "stopped" | "absent";
  readonly pid?: number;
  readonly command?: readonly string[];
}

/** A process service's own folder: its name as encodeURIComponent writes it, with `%2E` for a dot in front. */
export function serviceFolder(stackDir: string, name: string): string {
  return `${stackDir}/.clockwork/services/${encodeURIComponent(name).replace(/^\./, "%2E")}`;
}

/** Whether a process service runs, and as what. */
export async function serviceStatus(
  host: Pick<Host, "files" | "jobs">,
  stackDir: string,
  name: string,
): Promise<ServiceStatus> {
  const status = await readServiceStatus(host, stackDir, name);
  if (status === "absent") return { state: "absent" };
  if (status === "damaged") return { state: "stopped" };
  const running = status.state === "running" && (await isServiceAlive(host, status));
  const waiting = status.state === "waiting" && (await isSupervised(host, status));
  return {
    state: running ? "running" : waiting ? "waiting" : "stopped",
    ...(running && status.pid !== undefined && { pid: status.pid }),
    ...(status.command && { command: status.command }),
  };
}

export async function readServiceStatus(
  { files }: Pick<Host, "files">,
  stackDir: string,
  name: string,
): Promise<ServiceStatusFile | "absent" | "damaged"> {
  let bytes: Uint8Array;
  try {
    bytes = await files.readPlain(`${serviceFolder(stackDir, name)}/status.json`, maxStatusBytes);
  } catch (error) {
    if (error instanceof HostError) return error.code === "ENOENT" ? "absent" : "damaged";
    throw error;
  }
  const status = serviceStatusFile.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  return status.success ? status.data : "damaged";
}

/** Both processes are those that the status names. */
export async function isServiceAlive(host: Pick<Host, "jobs">, status: ServiceStatusFile): Promise<boolean> {
  const service = serviceProcess(status);
  if (!service || status.bootId !== (await host.jobs.bootId())) return false;
  return (await isAlive(host, service)) && (await isAlive(host, supervisorProcess(status)));
}

/** Its supervisor is the one that the status names, and lives. */
async function isSupervised(host: Pick<Host, "jobs">, status: ServiceStatusFile): Promise<boolean> {
  return status.bootId === (await host.jobs.bootId()) && (await isAlive(host, supervisorProcess(status)));
}

export function serviceProcess({ pid, startTime }: ServiceStatusFile): ProcessIdentity | undefined {
  return pid === undefined || startTime === undefined ? undefined : { pid, startTime };
}

export function supervisorProcess(status: ServiceStatusFile): ProcessIdentity {
  return { pid: status.supervisorPid, startTime: status.supervisorStartTime };
}

async function isAlive({ jobs }: Pick<Host, "jobs">, { pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await jobs.startTime(pid)) === startTime;
}
