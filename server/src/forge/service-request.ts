import * as z from "zod";
import { stopSignals } from "./supervisor/spec.ts";

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
    .pipe(z.enum(stopSignals))
    .default("SIGTERM"),
  /** Seconds between the stop signal and SIGKILL. */
  stop_timeout: z.number().min(0).max(600).default(10),
});
export type ServiceRequest = Readonly<z.infer<typeof serviceRequest>>;
