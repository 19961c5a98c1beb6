import * as z from "zod/mini";
import { stopSignals } from "./supervisor/spec.ts";

const text = z.string().check(z.regex(/^[^\0]*$/, "must not contain a NUL character"));

/** What an artifact writes to CLOCKWORK_SERVICE: all it may say about a process service. */
export const serviceRequest = z.strictObject({
  command: z.array(text).check(z.minLength(1)),
  /** Absolute, or relative to the stack's folder; absent: that folder. */
  cwd: z.optional(text.check(z.minLength(1))),
  env: z._default(z.record(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)), text), {}),
  /** `TERM` and `SIGTERM` are the same. */
  stop_signal: z._default(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((name: string) => (name.startsWith("SIG") ? name : `SIG${name}`)),
      ),
      z.enum(stopSignals),
    ),
    "SIGTERM",
  ),
  /** Seconds between the stop signal and SIGKILL. */
  stop_timeout: z._default(z.number().check(z.minimum(0), z.maximum(600)), 10),
  /** Megabytes after which its log begins anew. */
  log_max_mb: z._default(z.number().check(z.minimum(1), z.maximum(100)), 10),
  /** Full logs that are kept beside the one that is written. */
  log_files: z._default(z.int().check(z.minimum(1), z.maximum(10)), 1),
});
export type ServiceRequest = Readonly<z.infer<typeof serviceRequest>>;
