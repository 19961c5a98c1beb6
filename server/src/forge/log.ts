import type { AppendFile, WriteFiles } from "../host/ports.ts";
import { Masker, maskedNote } from "./mask.ts";

/** A step's log ends here; its output is read on, so that it does not hang. */
const maxLogBytes = 10 * 1024 * 1024;

/** A step that prints more than this is out of order and is ended. */
const maxOutputBytes = 1024 * 1024 * 1024;

/** A line longer than this is passed on in pieces. */
const maxLineLength = 64 * 1024;

export interface StepLogOptions {
  /** Values that must stand in no log. */
  readonly secrets: ReadonlySet<string>;
  /** Gets the output in whole lines, as it comes. */
  readonly onText: (text: string) => void;
  /** Called once, when there is more output than any step should have. */
  readonly onFlood: () => void;
}

/** One of a step's two outputs, which it may write to at the same time without either knowing of the other's lines. */
interface Stream {
  readonly masker: Masker;
  readonly decoder: InstanceType<typeof TextDecoder>;
  line: string;
}

/** Takes a step's output as it comes: masked, the first 10 MB go into its file, and in whole lines to whoever watches. */
export class StepLog {
  readonly #file: AppendFile;
  readonly #options: StepLogOptions;
  readonly #streams: Readonly<Record<"stdout" | "stderr", Stream>>;
  #bytes = 0;
  #lastLine = "";
  #failure: unknown;

  private constructor(file: AppendFile, options: StepLogOptions) {
    this.#file = file;
    this.#options = options;
    const stream = (): Stream => ({
      masker: new Masker(options.secrets),
      decoder: new TextDecoder(),
      line: "",
    });
    this.#streams = { stdout: stream(), stderr: stream() };
  }

  static async open(files: WriteFiles, path: string, options: StepLogOptions): Promise<StepLog> {
    return new StepLog(await files.append(path), options);
  }

  /** The last line that was not empty. */
  get lastLine(): string {
    return this.#lastLine;
  }

  /** The first failure of writing, such as a full disk. */
  get failure(): unknown {
    return this.#failure;
  }

  write(chunk: Uint8Array, name: "stdout" | "stderr"): void {
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (before <= maxOutputBytes && this.#bytes > maxOutputBytes) this.#options.onFlood();
    if (before >= maxLogBytes) return;
    const stream = this.#streams[name];
    this.#keep(stream, stream.masker.write(chunk.subarray(0, maxLogBytes - before)));
    if (this.#bytes >= maxLogBytes) this.note("The output is longer than 10 MB; the rest is not kept.");
  }

  /** A line of Clockwork's own. */
  note(text: string): void {
    const whole = this.#flush();
    const line = `clockwork: ${text}\n`;
    this.#append(whole ? line : `\n${line}`);
    this.#options.onText(line);
  }

  /** Passes on what is left and closes the file. */
  async settle(): Promise<void> {
    this.#flush();
    const masked = Object.values(this.#streams).reduce((sum, { masker }) => sum + masker.count, 0);
    if (masked > 0) this.#append(`clockwork: ${maskedNote(masked)}\n`);
    await this.#file.close().catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  #keep(stream: Stream, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#append(bytes);
    stream.line += stream.decoder.decode(bytes, { stream: true });
    const { line } = stream;
    const end = line.length > maxLineLength ? line.length : line.lastIndexOf("\n") + 1;
    if (end === 0) return;
    stream.line = line.slice(end);
    this.#pass(line.slice(0, end));
  }

  #pass(lines: string): void {
    this.#lastLine = lines.trimEnd().split("\n").at(-1) || this.#lastLine;
    this.#options.onText(lines);
  }

  /** Ends unfinished lines; false when there was one. */
  #flush(): boolean {
    let whole = true;
    for (const stream of Object.values(this.#streams)) {
      this.#keep(stream, stream.masker.end());
      if (stream.line === "") continue;
      whole = false;
      this.#pass(`${stream.line}\n`);
      stream.line = "";
    }
    return whole;
  }

  #append(content: string | Uint8Array): void {
    this.#file.write(content).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }
}
