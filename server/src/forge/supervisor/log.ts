import { closeSync, constants, fstatSync, openSync, renameSync, statSync, writeSync } from "node:fs";

/** One file of this size and the one before it are kept. */
const defaultMaxBytes = 10 * 1024 * 1024;

/** A service's output. Written synchronously, so that a fast writer is slowed down instead of filling the memory. */
export class RotatingLog {
  readonly #path: string;
  readonly #maxBytes: number;
  #file: number;
  #size: number;

  constructor(path: string, maxBytes = defaultMaxBytes) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    // What stands in it belongs to an earlier supervisor.
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) renameSync(path, `${path}.1`);
    this.#file = open(path);
    this.#size = fstatSync(this.#file).size;
  }

  write(chunk: Uint8Array): void {
    if (this.#size > 0 && this.#size + chunk.length > this.#maxBytes) this.#rotate();
    for (let written = 0; written < chunk.length; ) {
      written += writeSync(this.#file, chunk, written);
    }
    this.#size += chunk.length;
  }

  note(text: string): void {
    this.write(Buffer.from(`clockwork: ${text}\n`));
  }

  #rotate(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = open(this.#path);
    this.#size = 0;
  }
}

function open(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  return openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
}
