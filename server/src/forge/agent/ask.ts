/**
 * One conversation with an agent: the steps go out once, and what comes back is judged; what breaks a rule goes back at
 * most twice. Nothing here writes to the stack: the result is a bundle that the check let pass, or the reasons why there is none.
 */
import {
  type Agent,
  type AgentReply,
  type AgentRequest,
  isAgentError,
  noUsage,
  requestHash,
  type Turn,
  type Usage,
} from "../../agent/agent.ts";
import { costOf, mostOf, type Price } from "../../agent/prices.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import type { AgentEvent } from "../../protocol.ts";
import { limits } from "../check/limits.ts";
import { joined, type Part } from "../prompt/part.ts";
import { repairParts } from "../prompt/prompt.ts";
import { rules } from "../prompt/rules.ts";
import { type KnownSecret, scan } from "../prompt/scan.ts";
import { wireSchema } from "../wire.ts";
import { failureOf, stopProblem } from "./failure.ts";
import type { Amount, Reservation, Spending } from "./spending.ts";

/** An agent, and what it may cost. */
export interface AgentUse {
  readonly agent: Agent;
  /** Absent where nobody knows. */
  readonly price?: Price;
  readonly spending: Spending;
  /** What must not be sent. */
  readonly secrets: readonly KnownSecret[];
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: AgentEvent) => void;
}

/** What a build cost altogether. */
export interface AgentReport {
  readonly compiler: string;
  readonly model: string;
  readonly calls: number;
  /** Answers that the check sent back. */
  readonly repairs: number;
  readonly usage: Usage;
  /** In US dollars; absent for a model without a price. */
  readonly usd?: number;
}

export interface Answered<T> {
  readonly value?: T;
  /** sha256 in hex of the request that was answered. */
  readonly request?: string;
  readonly report: AgentReport;
  readonly diagnostics: readonly Diagnostic[];
}

/** Rounds of mending, and attempts at an answer that is cut off. Source of the first: DESIGN.md, compile. */
const maxRepairs = 2;
const maxAttempts = 3;
/** Of one answer, thinking included. Source of the most: what every current model can write. */
const tokens = { base: 16_000, perStep: 3_000, most: 64_000 } as const;

/** What the check makes of an answer. */
export type Accept<T> = (text: string) => Promise<{
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}>;

export async function ask<T>(
  use: AgentUse,
  parts: readonly Part[],
  steps: readonly string[],
  accept: Accept<T>,
): Promise<Answered<T>> {
  const conversation = new Conversation(use, steps);
  let said = parts;
  for (let round = 0; ; round++) {
    const leak = scan(said, use.secrets);
    if (leak.length > 0) return conversation.failed(leak);
    const answer = await conversation.turn(joined(said), round);
    if ("problem" in answer) return conversation.failed([answer.problem]);
    const { value, diagnostics } = await accept(answer.reply.text);
    conversation.judged(round, diagnostics);
    if (value !== undefined && !hasErrors(diagnostics))
      return { value, request: answer.request, report: conversation.end(true), diagnostics };
    if (round === maxRepairs) return conversation.failed([...diagnostics, refusedAgain(steps, round)]);
    conversation.keep(answer.reply.text);
    said = repairParts(diagnostics);
  }
}

function refusedAgain(steps: readonly string[], rounds: number): Diagnostic {
  const message = `The agent's bundle for ${steps.length === 1 ? "one step" : `${steps.length} steps`} was refused, and ${rounds} repairs did not mend it; nothing was written`;
  return diagnostic("agent-reply", message, {
    hint: "Run it again, name another model, or build these steps with --compiler builtin or scripts of your own.",
  });
}

type Answer = { readonly reply: AgentReply; readonly request: string } | { readonly problem: Diagnostic };

class Conversation {
  readonly #use: AgentUse;
  readonly #steps: readonly string[];
  readonly #turns: Turn[] = [];
  #usage: Usage = noUsage;
  #repairs = 0;
  #startedMs = 0;
  #lastReply: AgentReply | undefined;

  constructor(use: AgentUse, steps: readonly string[]) {
    this.#use = use;
    this.#steps = steps;
  }

  get report(): AgentReport {
    const { agent, price, spending } = this.#use;
    return {
      compiler: agent.name,
      model: agent.model,
      calls: spending.calls,
      repairs: this.#repairs,
      usage: this.#usage,
      ...(price && { usd: spending.spent.usd }),
    };
  }

  failed(diagnostics: readonly Diagnostic[]): Answered<never> {
    return { report: this.end(false), diagnostics };
  }

  /** The last event, and the sum. */
  end(accepted: boolean): AgentReport {
    const { calls, usage, usd } = this.report;
    this.#use.onEvent({
      type: "agent-ended",
      accepted,
      calls,
      usage,
      ...(usd !== undefined && { usd }),
    });
    return this.report;
  }

  keep(answer: string): void {
    this.#repairs++;
    this.#turns.push({ role: "assistant", text: answer });
  }

  judged(round: number, diagnostics: readonly Diagnostic[]): void {
    const { onEvent, now, price } = this.#use;
    const usage = this.#lastReply?.usage;
    const usd = usage && costOf(usage, price);
    onEvent({
      type: "agent-answered",
      round,
      ms: now() - this.#startedMs,
      ...(usage && { usage }),
      ...(usd !== undefined && { usd }),
      problems: diagnostics.filter((d) => d.severity === "error").length,
    });
  }

  /** Says something and gets an answer; asks again where one was cut off. */
  async turn(text: string, round: number): Promise<Answer> {
    const { agent, sleep, signal } = this.#use;
    this.#turns.push({ role: "user", text });
    const request: AgentRequest = {
      model: agent.model,
      system: rules(),
      turns: [...this.#turns],
      schema: wireSchema(),
      maxTokens: Math.min(tokens.most, tokens.base + tokens.perStep * this.#steps.length),
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const reply = await this.#call(request, round);
        if ("code" in reply) return { problem: reply };
        const problem = stopProblem(reply);
        return problem ? { problem } : { reply, request: requestHash(request) };
      } catch (error) {
        if (signal.aborted) return { problem: interrupted() };
        if (!isAgentError(error)) throw error;
        if (error.failure !== "cut" || attempt === maxAttempts) return { problem: failureOf(error) };
        this.#progress(round, "waiting", 0, `${error.message}: trying again`);
        await sleep(1_000 * attempt, signal).catch(() => undefined);
        if (signal.aborted) return { problem: interrupted() };
      }
    }
  }

  async #call(request: AgentRequest, round: number): Promise<AgentReply | Diagnostic> {
    const { agent, price, spending, signal, onEvent, now } = this.#use;
    const input = (await agent.count?.(request, signal)) ?? estimate(request);
    const usd = mostOf(input, request.maxTokens, price);
    const most: Amount = { tokens: input + request.maxTokens, usd: usd ?? 0 };
    const reservation = await spending.reserve(most);
    if ("code" in reservation) return reservation;
    this.#startedMs = now();
    onEvent({
      type: "agent-asking",
      compiler: agent.name,
      model: agent.model,
      steps: this.#steps,
      round,
      inputTokens: input,
      maxTokens: request.maxTokens,
      ...(usd !== undefined && { mostUsd: usd }),
    });
    return this.#answer(request, round, input, reservation);
  }

  async #answer(
    request: AgentRequest,
    round: number,
    input: number,
    reservation: Reservation,
  ): Promise<AgentReply> {
    const { agent, price, signal } = this.#use;
    let bytes = 0;
    const spent = (usage: Usage) => reservation.settle(amountOf(usage, price));
    const asked = await agent
      .ask(request, {
        signal,
        maxBytes: limits.replyBytes,
        onProgress: (progress) => {
          if (progress.kind === "answering") bytes = progress.bytes;
          this.#progress(round, progress.kind, bytes, progress.kind === "waiting" ? progress.why : undefined);
        },
      })
      .then(
        (reply) => ({ reply }),
        (error: unknown) => ({ error }),
      );
    if ("error" in asked) {
      const { error } = asked;
      // A call that was not taken costs nothing; of one that was broken off nobody says what it cost.
      const taken = !isAgentError(error) || error.failure === "cut" || error.failure === "reply";
      await spent(taken ? guessed(request, input, bytes) : noUsage);
      throw error;
    }
    const { reply } = asked;
    this.#lastReply = reply;
    const usage = reply.usage ?? guessed(request, input, bytes);
    this.#usage = sum(this.#usage, usage);
    await spent(usage);
    return reply;
  }

  #lastProgressMs = 0;
  #lastState = "";

  /** At most four a second, and each change. */
  #progress(
    round: number,
    state: "waiting" | "thinking" | "answering",
    bytes: number,
    note: string | undefined,
  ): void {
    const now = this.#use.now();
    if (state === this.#lastState && note === undefined && now - this.#lastProgressMs < 250) return;
    this.#lastProgressMs = now;
    this.#lastState = state;
    const ms = now - this.#startedMs;
    this.#use.onEvent({
      type: "agent-progress",
      round,
      state,
      ms,
      bytes,
      ...(note !== undefined && { note }),
    });
  }
}

function interrupted(): Diagnostic {
  return diagnostic(
    "agent-unavailable",
    "The call to the agent was broken off on request; nothing was written",
  );
}

/** Characters of a token, on the safe side: English has about four, code three. */
const charactersPerToken = 3;

/** How many tokens a request has, where nobody counts them. */
export function estimate({ system, turns, schema }: AgentRequest): number {
  const characters = turns.reduce(
    (n, { text }) => n + text.length,
    system.length + JSON.stringify(schema).length,
  );
  return Math.ceil(characters / charactersPerToken);
}

/** Of an answer that nobody counted. */
export function guessed({ maxTokens }: AgentRequest, input: number, bytes: number): Usage {
  return { ...noUsage, input, output: Math.min(maxTokens, Math.ceil(bytes / charactersPerToken)) };
}

function amountOf(usage: Usage, price: Price | undefined): Amount {
  return {
    tokens: usage.input + usage.output + usage.cacheRead + usage.cacheWrite,
    usd: costOf(usage, price) ?? 0,
  };
}

function sum(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}
