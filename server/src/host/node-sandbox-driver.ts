import type { ChildProcess } from "node:child_process";
import type { JobSpec, Sandbox, SandboxLevel } from "./ports.ts";

/** What may be put in a sandbox. */
export type Confined = Pick<JobSpec, "argv" | "cwd" | "env"> & { readonly sandbox: Sandbox };

/** A job as it is started in a sandbox. */
export interface Wrapped {
  readonly argv: readonly string[];
  /** The whole environment of what is started. */
  readonly env: Readonly<Record<string, string>>;
  /** All that the job starts is in one PID namespace, whose first process is the only child of what is started. */
  readonly namespace: boolean;
  /** What descriptor 3 gives to what is started. */
  readonly input?: Uint8Array;
  /** When the job has ended: ends what may be left of it elsewhere, and gives back what it held. */
  readonly stop?: () => Promise<void>;
}

/** One way of confining a job. A probe has run its whole profile before there is one. */
export interface SandboxDriver {
  readonly level: SandboxLevel;
  /** Absent where there is none; undefined for what this one cannot hold, which runs without. */
  readonly wrap?: (spec: Confined) => Promise<Wrapped | undefined>;
}

export const none = (reason: string, remedy?: string): SandboxDriver => ({
  level: { driver: "none", reason, ...(remedy !== undefined && { remedy }) },
});

/** To be called right after the start. A program that ends without having read it is no failure of ours. */
export function handOver(child: ChildProcess, input: Uint8Array | undefined): void {
  const descriptor = child.stdio[3];
  if (!descriptor || !("end" in descriptor)) return;
  descriptor.on("error", () => undefined);
  if (input) descriptor.end(input);
  else descriptor.destroy();
}
