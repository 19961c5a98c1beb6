import * as z from "zod/mini";

/** Now, as the machine's two clocks tell it. */
export interface Moment {
  /** Milliseconds since 1970, for people: somebody may set it at any time. */
  readonly wallMs: number;
  /** Milliseconds since the machine started; nobody can set it. */
  readonly uptimeMs: number;
  /** Changes with every boot; empty where the system does not say. */
  readonly bootId: string;
}

/** When a record was made. */
export const stamp = z.strictObject({
  at: z.number(),
  /** Milliseconds of time that has certainly passed since the first record. */
  elapsed: z.number().check(z.minimum(0)),
  uptime: z.number(),
  boot: z.string(),
});
export type Stamp = Readonly<z.infer<typeof stamp>>;

/**
 * The time of a record that follows another. What counts is a lower bound of the time in between, so that neither a clock that
 * is set nor a restart gives back what a budget has spent: within a boot the machine's own count; after another one what has
 * passed since it started, and no more than the clock says, because it may be another machine that shares the disk.
 */
export function stampAfter(last: Stamp | undefined, { wallMs, uptimeMs, bootId }: Moment): Stamp {
  const same = last !== undefined && last.boot === bootId && uptimeMs >= last.uptime;
  const sinceBoot = last === undefined ? 0 : Math.min(uptimeMs, Math.max(0, wallMs - last.at));
  const passed = same ? uptimeMs - last.uptime : sinceBoot;
  return { at: wallMs, elapsed: (last?.elapsed ?? 0) + passed, uptime: uptimeMs, boot: bootId };
}
