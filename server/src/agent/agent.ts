/**
 * The port to whatever writes scripts: a request goes in, a text comes out of which nothing is known. An agent has no tools,
 * sees nothing but the request and decides nothing; `forge/` builds the request, judges the text and does the rest. This room
 * knows no stack, no plan and no file.
 */

import { createHash } from "node:crypto";

/** One side of the conversation. The first turn is ours, then they alternate. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

export interface AgentRequest {
  readonly model: string;
  /** The same for every request of one version of Clockwork: what a provider may keep. */
  readonly system: string;
  readonly turns: readonly Turn[];
  /** JSON Schema (draft 2020-12) of the answer. A provider may ignore it. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Most tokens of the answer, its thinking included. */
  readonly maxTokens: number;
}

/** sha256 in hex, by which a recording and the manifest know a request. */
export function requestHash(request: AgentRequest): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("hex");
}

/** What a request cost, in tokens. `input` is without what a cache read or wrote. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Why the answer ended. `other` is anything an agent without tools should never do. */
export type Stop = "end" | "max-tokens" | "refusal" | "context" | "other";

export interface AgentReply {
  /** Whatever it said. */
  readonly text: string;
  readonly stop: Stop;
  /** What the provider calls the reason; for messages. */
  readonly stopReason: string;
  /** Absent where the provider does not say. */
  readonly usage?: Usage;
  /** By which the provider finds the call in its logs. */
  readonly requestId?: string;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Most bytes of text that are taken before the call is broken off. */
  readonly maxBytes: number;
  readonly onProgress: (progress: AskProgress) => void;
}

export type AskProgress =
  | { readonly kind: "thinking" }
  /** How many bytes of the answer have come. */
  | { readonly kind: "answering"; readonly bytes: number }
  /** For something that passes, as people read it: the provider did not take the call, or a person has to say something first. */
  | { readonly kind: "waiting"; readonly why: string };

export interface Agent {
  /** As in `--compiler` and in the manifest: `anthropic`, `editor`, `recorded`. */
  readonly name: string;
  readonly model: string;
  /** Tokens of a request, if the provider counts them. Rejects with an `AgentError`. */
  readonly count?: (request: AgentRequest, signal: AbortSignal) => Promise<number | undefined>;
  /** Rejects with an `AgentError`, or with the signal's reason. */
  readonly ask: (request: AgentRequest, options: AskOptions) => Promise<AgentReply>;
}

/** Which of its user's things a failure is about. */
export type AgentFailure =
  /** No answer: the network, the address, an outage. */
  | "unreachable"
  /** The key is wrong, or may not do this. */
  | "key"
  /** The provider wants fewer calls, or a bill paid. */
  | "rate"
  /** The provider does not take the request. */
  | "request"
  /** The answer stopped in the middle. Asking again may help. */
  | "cut"
  /** The answer never ends, or is none. */
  | "reply"
  /** There is no recording of it. */
  | "recording";

/** Why there is no reply: one sentence, and a way out. Its texts are safe to print; they carry no key. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly failure: AgentFailure;
  readonly hint: string | undefined;

  constructor(failure: AgentFailure, message: string, hint?: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
    this.hint = hint;
  }
}

/** Also where it comes from another bundle, which has a class of its own. */
export function isAgentError(error: unknown): error is AgentError {
  return error instanceof Error && error.name === "AgentError";
}
