import { AgentError } from "./agent.ts";

/** The longest times of a call, in milliseconds. */
export interface Patience {
  /** Without a sign of life. */
  readonly silenceMs: number;
  /** As a whole. */
  readonly longestMs: number;
}

/** Watches one call: ends it when nothing has come for too long, or when it takes too long as a whole. */
export class Watch {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #who: string;
  readonly #total: NodeJS.Timeout;
  #quiet: NodeJS.Timeout | undefined;
  /** Why it was ended, if by us. */
  silence: AgentError | undefined;
  readonly signal: AbortSignal;

  /** `who` says something or not: `The server`. */
  constructor({ silenceMs, longestMs }: Patience, signal: AbortSignal, who: string) {
    this.#silenceMs = silenceMs;
    this.#who = who;
    this.signal = AbortSignal.any([signal, this.#controller.signal]);
    this.#total = setTimeout(() => {
      const message = `The answer was not complete after ${seconds(longestMs)} and was broken off`;
      this.stop(new AgentError("reply", message, "Build fewer steps at once: --target ADDR."));
    }, longestMs);
  }

  /** There was a sign of life; the next one has its time from now. */
  alive(): void {
    this.rest();
    this.#quiet = setTimeout(() => {
      const message = `${this.#who} said nothing for ${seconds(this.#silenceMs)}`;
      this.stop(new AgentError("cut", message, "Try again, or see whether the service has an outage."));
    }, this.#silenceMs);
  }

  /** Silence is in order until the next sign of life. */
  rest(): void {
    clearTimeout(this.#quiet);
  }

  stop(why: AgentError): void {
    this.silence ??= why;
    this.#controller.abort(why);
  }

  end(): void {
    clearTimeout(this.#total);
    this.rest();
  }
}

/** An answer that is longer than any bundle may be. */
export function endless(maxBytes: number): AgentError {
  return new AgentError(
    "reply",
    `The answer is longer than ${maxBytes} bytes and was broken off`,
    "Build fewer steps at once: --target ADDR.",
  );
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10}s`;
