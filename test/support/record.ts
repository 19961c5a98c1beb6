/** Figures for the public record, written where `CLOCKWORK_RECORD` is set: by the command that the record names. */
import { mkdirSync, writeFileSync } from "node:fs";

export interface Figures {
  /** What holds. */
  readonly promise: string;
  /** How it is tried, in a sentence. */
  readonly how: string;
  readonly command: string;
  /** How often. */
  readonly count: number;
  readonly seed?: number;
  /** How often it did not hold. */
  readonly found: number;
  readonly figures: Readonly<Record<string, number | string>>;
}

export function record(name: string, figures: Figures): void {
  if (!process.env["CLOCKWORK_RECORD"]) return;
  const folder = "test/robustness/record";
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(figures, undefined, 2)}\n`);
}
