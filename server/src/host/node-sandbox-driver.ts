import type { ChildProcess } from "node:child_process";
import type { JobSpec, Sandbox, SandboxLevel } from "./ports.ts";

/** What may be put in a sandbox. */
export type Confined = Pick<JobSpec, "argv" | "cwd" | "env" | "secrets"> & { readonly sandbox: Sandbox };

/** A job as it is started in a sandbox. */
export interface Wrapped {
  readonly argv: readonly string[];
  /** The whole environment of what is started. */
  readonly env: Readonly<Record<string, string>>;
  /** All that the job starts is in one PID namespace, whose first process is the only child of what is started. */
  readonly namespace: boolean;
  /** What the descriptors from 3 on give to what is started. */
  readonly inputs?: readonly Uint8Array[];
  /** When the job has ended: ends what may be left of it elsewhere, and gives back what it held. */
  readonly stop?: () => Promise<void>;
}

/** One way of confining a job. A probe has run its whole profile before there is one. */
export interface SandboxDriver {
  readonly level: SandboxLevel;
  /** With its secrets. Absent where there is none; undefined for what this one cannot hold, which runs without. */
  readonly wrap?: (spec: Confined) => Promise<Wrapped | undefined>;
}

export const none = (reason: string, remedy?: string): SandboxDriver => ({
  level: { driver: "none", reason, ...(remedy !== undefined && { remedy }) },
});

/** To be called right after the start. A program that ends without having read them is no failure of ours. */
export function handOver(child: ChildProcess, inputs: readonly Uint8Array[]): void {
  for (const [index, input] of inputs.entries()) {
    const descriptor = child.stdio[firstInput + index];
    if (!descriptor || !("end" in descriptor)) continue;
    descriptor.on("error", () => undefined);
    descriptor.end(input);
  }
}

/** The descriptor of the first of a job's inputs. */
export const firstInput = 3;
