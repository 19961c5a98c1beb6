import type { AppendFile, WriteFiles } from "../host/ports.ts";

/** A step's log ends here; its output is read on, so that it does not hang. */
export const maxLogBytes = 10 * 1024 * 1024;

/** A step that prints more than this is out of order and is ended. */
const maxOutputBytes = 1024 * 1024 * 1024;

/** A line longer than this is passed on in pieces. */
const maxLineLength = 64 * 1024;

/** Takes a step's output as it comes: the first 10 MB into its file, and in whole lines to whoever watches. */
export class StepLog {
  readonly #file: AppendFile;
  readonly #onText: (text: string) => void;
  readonly #onFlood: () => void;
  readonly #decoder = new TextDecoder("utf-8");
  #bytes = 0;
  #line = "";
  #lastLine = "";
  #failure: unknown;

  private constructor(file: AppendFile, onText: (text: string) => void, onFlood: () => void) {
    this.#file = file;
    this.#onText = onText;
    this.#onFlood = onFlood;
  }

  /** `onFlood` is called once, when there is more output than any step should have. */
  static async open(
    files: WriteFiles,
    path: string,
    onText: (text: string) => void,
    onFlood: () => void,
  ): Promise<StepLog> {
    return new StepLog(await files.append(path), onText, onFlood);
  }

  /** The last line that was not empty. */
  get lastLine(): string {
    return this.#lastLine;
  }

  /** The first failure of writing, such as a full disk. */
  get failure(): unknown {
    return this.#failure;
  }

  write(chunk: Uint8Array): void {
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (before <= maxOutputBytes && this.#bytes > maxOutputBytes) this.#onFlood();
    if (before >= maxLogBytes) return;
    const kept = chunk.subarray(0, maxLogBytes - before);
    this.#append(kept);
    this.#pass(this.#decoder.decode(kept, { stream: true }));
    if (this.#bytes >= maxLogBytes) this.note("The output is longer than 10 MB; the rest is not kept.");
  }

  /** A line of Clockwork's own. */
  note(text: string): void {
    const line = `clockwork: ${text}\n`;
    this.#append(this.#line === "" ? line : `\n${line}`);
    this.#endLine();
    this.#onText(line);
  }

  /** Passes on what is left and closes the file. */
  async settle(): Promise<void> {
    this.#endLine();
    await this.#file.close().catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  #append(content: string | Uint8Array): void {
    this.#file.write(content).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  #pass(text: string): void {
    this.#line += text;
    const end = this.#line.length > maxLineLength ? this.#line.length : this.#line.lastIndexOf("\n") + 1;
    if (end === 0) return;
    const whole = this.#line.slice(0, end);
    this.#line = this.#line.slice(end);
    this.#lastLine = whole.trimEnd().split("\n").at(-1) || this.#lastLine;
    this.#onText(whole);
  }

  #endLine(): void {
    if (this.#line !== "") this.#pass("\n");
  }
}
