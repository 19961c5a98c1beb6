/**
 * What a run does, written down before and after each step so that it survives the end of everything. A state file is
 * written now and then; what it does not have yet stands here, and whoever comes after a crash enters it (recover.ts).
 */
import type { AppendFile, WriteFiles } from "../host/ports.ts";
import type { RunCommand, StepOutcome } from "../protocol.ts";
import type { SerialChange } from "../state/record.ts";

/** Why steps run: for a command, or to see what a stack's own kinds are like. */
export type RunPurpose = RunCommand | "observe";

/** One line of `.clockwork/runs/<run>.jsonl`. A `begun` without `finished` is a step of which nobody knows how it ended. */
export type JournalRecord =
  | {
      readonly type: "run";
      readonly version: "1";
      readonly command: RunPurpose;
      readonly lineage: string;
      readonly bootId: string;
      readonly at: number;
    }
  /** Before anything is done for a step: what is true of the state if nothing more is heard of it. */
  | ({ readonly type: "begun"; readonly step: string } & Partial<SerialChange>)
  | {
      readonly type: "intent";
      readonly step: string;
      readonly attempt: number;
      readonly script: string;
      readonly sha256: string;
      readonly argv: readonly string[];
    }
  | { readonly type: "started"; readonly step: string; readonly pid: number; readonly startTime: string }
  | {
      readonly type: "exited";
      readonly step: string;
      readonly code: number;
      readonly cause: "exit" | "timeout" | "cancelled";
      readonly survivors: readonly number[];
      readonly ms: number;
    }
  /** What is true of the state now. */
  | ({
      readonly type: "finished";
      readonly step: string;
      readonly outcome: StepOutcome;
    } & Partial<SerialChange>)
  /** The last one, when the state is written. `steps` counts outcomes, `skipped` names those that have no other record. */
  | {
      readonly type: "ended";
      readonly at: number;
      readonly steps: Readonly<Partial<Record<StepOutcome, number>>>;
      readonly skipped: readonly string[];
    }
  /** After a crash: all that stands before is in the state, and nothing that was started runs any more. */
  | { readonly type: "recovered"; readonly at: number; readonly unknown: readonly string[] }
  | Relocated;

/** What the run did to the state alone, before its first step. */
export type Relocated =
  | { readonly type: "moved"; readonly from: string; readonly to: string }
  | { readonly type: "forgotten"; readonly address: string };

/** What a run did, in a form that survives the end of everything: each record is on the disk before the call resolves. */
export class Journal {
  readonly #file: AppendFile;

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  static async open(files: WriteFiles, path: string): Promise<Journal> {
    return new Journal(await files.append(path));
  }

  async record(record: JournalRecord): Promise<void> {
    const written = this.#file.write(`${JSON.stringify(record)}\n`);
    const synced = this.#file.sync();
    await Promise.all([written, synced]);
  }

  /** Ends a line that may have been cut off. */
  endLine(): Promise<void> {
    return this.#file.write("\n");
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
