import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Frames } from "../../server/src/lsp/frames.ts";
import { startServer } from "./session.ts";

export interface Answer {
  readonly jsonrpc: string;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** A client that writes whatever it is told to, right or wrong. */
export class Raw {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly #frames = new Frames();
  readonly #waiting = new Map<unknown, (answer: Answer) => void>();
  #last = 0;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.process = startServer(env);
    this.ended = once(this.process, "exit").then(([code]) => code);
    // What is written after the server's end goes nowhere.
    this.process.stdin?.on("error", () => {});
    this.process.stdout?.on("data", (bytes: Uint8Array) => {
      for (const message of this.#frames.take(bytes)) {
        if (!("method" in message)) this.#waiting.get("id" in message && message.id)?.(message);
      }
    });
  }

  write(bytes: string | Uint8Array): void {
    this.process.stdin?.write(bytes);
  }

  /** `jsonrpc` is added. */
  send(message: object): void {
    this.write(frame(JSON.stringify({ jsonrpc: "2.0", ...message })));
  }

  notify(method: string, params?: unknown): void {
    this.send({ method, params });
  }

  /** Rejects when the server ends instead of answering, or is silent for ten seconds. */
  request(method: string, params?: unknown): Promise<Answer> {
    const id = `raw-${++this.#last}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} is not answered`)), 10_000);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, (answer) => {
        settle();
        resolve(answer);
      });
      void this.ended.then((code) => {
        settle();
        reject(new Error(`the server ended with ${code}`));
      });
      this.send({ id, method, params });
    });
  }

  initialize(): Promise<Answer> {
    return this.request("initialize", { processId: null, rootUri: null, capabilities: {} });
  }

  stop(): void {
    if (this.process.exitCode === null) this.process.kill("SIGKILL");
  }
}
