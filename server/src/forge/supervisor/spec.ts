// zod/mini: a supervisor lives as long as its service, and the whole of zod would take it 10 MB.
import * as z from "zod/mini";

/** What a service may be asked to end with. */
export const stopSignals = [
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGKILL",
  "SIGWINCH",
] as const;

/** host/ports.ts' Sandbox, in the words of the run that found it out. */
const confinement = z.strictObject({
  /** It is started in a sandbox of this driver's or not at all. */
  driver: z.enum(["bwrap"]),
  network: z.boolean(),
  home: z.boolean(),
  readable: z.array(z.string()),
  writable: z.array(z.string()),
  protected: z.array(z.string()),
  hidden: z.array(z.string()),
  rights: z.boolean(),
  serves: z.boolean(),
});

/** What a supervisor gets on stdin. It is never written to the disk, because the environment may hold secrets. */
export const supervisorSpec = z.strictObject({
  name: z.string(),
  /** Absolute; status.json and the logs go here. */
  folder: z.string(),
  command: z.array(z.string()),
  /** Absolute. */
  cwd: z.string(),
  /** The whole environment. */
  env: z.record(z.string(), z.string()),
  stopSignal: z.enum(stopSignals),
  stopTimeoutMs: z.number(),
  logMaxBytes: z.number(),
  /** Full logs that are kept. */
  logFiles: z.number(),
  /** Absent where the machine has none, or the service may do anything. */
  sandbox: z.optional(confinement),
  restart: z.enum(["no", "on-failure", "always", "unless-stopped"]),
  /** The command as status.json may show it. */
  shownCommand: z.optional(z.array(z.string())),
  /** Values in its environment or command that must stand in no log. */
  secrets: z.array(z.string()),
  salt: z.string(),
  specHash: z.string(),
});
export type SupervisorSpec = Readonly<z.infer<typeof supervisorSpec>>;

/**
 * Equal for services that run alike. Of its sandbox only which one it is and what the stack asks it for: it may come to be
 * described otherwise, and nothing is started again for that.
 */
export function specHash(
  spec: Omit<SupervisorSpec, "specHash">,
  asked: readonly string[],
  hash: (text: string) => string,
): string {
  const env = Object.entries(spec.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const { command, cwd, stopSignal, stopTimeoutMs, restart, logMaxBytes, logFiles, salt, sandbox } = spec;
  const log = [logMaxBytes, logFiles];
  const level = sandbox ? [[sandbox.driver, ...asked]] : [];
  return hash(JSON.stringify([salt, command, cwd, env, stopSignal, stopTimeoutMs, restart, log, ...level]));
}
