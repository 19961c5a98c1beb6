import { z } from "zod";

const text = z.string().regex(/^[^\0]*$/, "must not contain a NUL character");

/** What an artifact writes to CLOCKWORK_SERVICE: all it may say about a process service. */
export const serviceRequest = z.strictObject({
  command: z.array(text).min(1),
  /** Absolute, or relative to the stack's folder; absent: that folder. */
  cwd: text.min(1).optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text).default({}),
  /** `TERM` and `SIGTERM` are the same. */
  stop_signal: z
    .string()
    .transform((name) => (name.startsWith("SIG") ? name : `SIG${name}`))
    .pipe(z.enum(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL", "SIGWINCH"]))
    .default("SIGTERM"),
  /** Seconds between the stop signal and SIGKILL. */
  stop_timeout: z.number().min(0).max(600).default(10),
});
export type ServiceRequest = Readonly<z.infer<typeof serviceRequest>>;

/** What a supervisor gets on stdin. It is never written to the disk, because the environment may hold secrets. */
export const supervisorSpec = z.strictObject({
  name: z.string(),
  /** Absolute; status.json and the logs go here. */
  folder: z.string(),
  command: z.array(z.string()).min(1),
  /** Absolute. */
  cwd: z.string(),
  /** The whole environment. */
  env: z.record(z.string(), z.string()),
  stopSignal: z.enum(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL", "SIGWINCH"]),
  stopTimeoutMs: z.number().min(0),
  restart: z.enum(["no", "on-failure", "always", "unless-stopped"]),
  /** The command as status.json may show it. */
  shownCommand: z.array(z.string()).optional(),
  /** Its environment or command holds secrets. */
  secret: z.boolean(),
  salt: z.string(),
  specHash: z.string(),
});
export type SupervisorSpec = Readonly<z.infer<typeof supervisorSpec>>;

/** Equal for services that run alike. */
export function specHash(spec: Omit<SupervisorSpec, "specHash">, hash: (text: string) => string): string {
  const env = Object.entries(spec.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const { command, cwd, stopSignal, stopTimeoutMs, restart, salt } = spec;
  return hash(JSON.stringify([salt, command, cwd, env, stopSignal, stopTimeoutMs, restart]));
}
