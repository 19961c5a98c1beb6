import { AgentError } from "../agent.ts";

/** A wait that `retry-after` asks for is worth it up to here, in seconds; after a longer one a person should decide. */
const longestWait = 60;

/**
 * Watches one call: ends it when nothing has come for too long, or when it takes too long as a whole, and tells of each
 * attempt that was not taken. The SDK's own timeout does neither once the headers are there.
 */
export class Watch {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #onRefused: (why: string) => void;
  readonly #total: NodeJS.Timeout;
  #quiet: NodeJS.Timeout | undefined;
  /** Why it was ended, if by us. */
  silence: AgentError | undefined;
  readonly signal: AbortSignal;

  constructor(
    times: { readonly silenceMs: number; readonly longestMs: number },
    signal: AbortSignal,
    onRefused: (why: string) => void,
  ) {
    this.#silenceMs = times.silenceMs;
    this.#onRefused = onRefused;
    this.signal = AbortSignal.any([signal, this.#controller.signal]);
    const seconds = (ms: number) => `${Math.round(ms / 100) / 10}s`;
    this.#total = setTimeout(() => {
      const message = `The answer was not complete after ${seconds(times.longestMs)} and was broken off`;
      this.stop(new AgentError("reply", message, "Build fewer steps at once: --target ADDR."));
    }, times.longestMs);
  }

  /** The global one, watched. */
  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    this.#alive();
    const response = await fetch(url, init);
    this.#alive();
    if (!response.ok) this.#onRefused(`the server answered ${response.status}`);
    return this.#watched(response);
  };

  stop(why: AgentError): void {
    this.silence ??= why;
    this.#controller.abort(why);
  }

  end(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#quiet);
  }

  #alive(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      const message = `The server said nothing for ${Math.round(this.#silenceMs / 100) / 10}s`;
      this.stop(new AgentError("cut", message, "Try again, or see whether the service has an outage."));
    }, this.#silenceMs);
  }

  #watched(response: Response): Response {
    const headers = new Headers(response.headers);
    if (Number(headers.get("retry-after")) > longestWait) headers.set("x-should-retry", "false");
    const body = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          this.#alive();
          controller.enqueue(chunk);
        },
      }),
    );
    const { status, statusText } = response;
    return new Response(body ?? null, { status, statusText, headers });
  }
}
