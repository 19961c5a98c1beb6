import { closeSync, constants, fstatSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { codeOf } from "../../host/node-error.ts";

/** A service's output. Written synchronously, so that a fast writer is slowed down instead of filling the memory. */
export class RotatingLog {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #kept: number;
  #file: number;
  #size: number;
  #lost = 0;

  /** `kept`: how many full files stay, `.1` the newest. */
  constructor(path: string, maxBytes: number, kept: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#kept = kept;
    // What stands in it belongs to an earlier supervisor.
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) this.#shift();
    this.#file = open(path);
    this.#size = fstatSync(this.#file).size;
  }

  /** A full disk costs lines of the log, never the service. */
  write(chunk: Uint8Array): void {
    try {
      if (this.#size > 0 && this.#size + chunk.length > this.#maxBytes) this.#rotate();
      if (this.#lost > 0) this.#put(Buffer.from(`\nclockwork: ${this.#lost} bytes could not be written\n`));
      this.#lost = 0;
      this.#put(chunk);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.#lost += chunk.length;
    }
  }

  note(text: string): void {
    this.write(Buffer.from(`clockwork: ${text}\n`));
  }

  #put(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length; ) {
      const count = writeSync(this.#file, bytes, written);
      written += count;
      this.#size += count;
    }
  }

  /** Every file becomes the next older one; the oldest goes. */
  #shift(): void {
    for (let number = this.#kept; number > 1; number--) {
      if (isThere(`${this.#path}.${number - 1}`))
        renameSync(`${this.#path}.${number - 1}`, `${this.#path}.${number}`);
    }
    renameSync(this.#path, `${this.#path}.1`);
  }

  #rotate(): void {
    this.#shift();
    const next = open(this.#path);
    closeSync(this.#file);
    this.#file = next;
    this.#size = 0;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function open(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  return openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
}
