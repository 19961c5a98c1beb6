/** An agent at work as people watch it: what is asked and what it may cost, that it goes on, and what came of it. Pure. */
import { printableLine } from "../../diagnostics/printable.ts";
import type { Paint } from "../../diagnostics/style.ts";
import type { AgentEvent } from "../../protocol.ts";
import { duration } from "./duration.ts";

/** An agent that is being asked. */
export interface AskedAgent {
  readonly model: string;
  readonly startedMs: number;
  readonly what: string;
}

export function asking(
  before: AskedAgent | undefined,
  event: AgentEvent,
  nowMs: number,
): AskedAgent | undefined {
  switch (event.type) {
    case "agent-asking":
      return { model: event.model, startedMs: nowMs, what: "waiting" };
    case "agent-progress":
      return before && { ...before, what: stateText(event) };
    case "agent-answered":
    case "agent-ended":
      return undefined;
  }
}

/** The line that says it goes on. */
export function agentLive({ model, startedMs, what }: AskedAgent, nowMs: number): string {
  return `${printableLine(model)} ${duration(nowMs - startedMs)}  ${what}`;
}

/** The lines that an event leaves on the screen for good. */
export function agentLines(event: AgentEvent, paint: Paint): readonly string[] {
  switch (event.type) {
    case "agent-asking":
      return [askingLine(event, paint)];
    case "agent-progress":
      return event.note === undefined ? [] : [`  ${paint("yellow", "!")} ${printableLine(event.note)}`];
    case "agent-answered":
      return [answeredLine(event)];
    case "agent-ended":
      return event.calls > 1 ? [`  ${event.calls} calls in all${sumText(event)}`] : [];
  }
}

type Event<T extends AgentEvent["type"]> = Extract<AgentEvent, { type: T }>;

function stateText({ state, bytes, note }: Event<"agent-progress">): string {
  if (state === "answering") return `writing, ${(bytes / 1024).toFixed(1)} KB`;
  return state === "thinking" ? "thinking" : printableLine(note ?? "waiting");
}

function askingLine(event: Event<"agent-asking">, paint: Paint): string {
  const { model, steps, round, inputTokens, maxTokens, mostUsd } = event;
  const what =
    round > 0 ? `to mend it (${round} of 2)` : `for ${steps.length} ${steps.length === 1 ? "step" : "steps"}`;
  const cost = mostUsd === undefined ? "; what it costs is not known" : `, at most ${dollars(mostUsd)}`;
  return `${paint("bold", "Agent:")} asking ${printableLine(model)} ${what}: ${count(inputTokens)} tokens, up to ${count(maxTokens)} back${cost}`;
}

function answeredLine({ ms, usage, usd, problems }: Event<"agent-answered">): string {
  const tokens = usage && `${count(usage.input + usage.cacheRead + usage.cacheWrite)} tokens in`;
  const parts = [
    ...(tokens === undefined ? [] : [tokens]),
    ...(usage ? [`${count(usage.output)} out`] : []),
    ...(usage && usage.cacheRead > 0 ? [`${count(usage.cacheRead)} of them cached`] : []),
    ...(usd === undefined ? [] : [dollars(usd)]),
  ];
  const used = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  const refused =
    problems === 0 ? "" : `; the check found ${problems} ${problems === 1 ? "problem" : "problems"}`;
  return `  answered in ${duration(ms)}${used}${refused}`;
}

function sumText({ usage, usd }: Event<"agent-ended">): string {
  const tokens = `: ${count(usage.input + usage.cacheRead + usage.cacheWrite)} tokens in, ${count(usage.output)} out`;
  return usd === undefined ? tokens : `${tokens}, ${dollars(usd)}`;
}

const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

export function dollars(usd: number): string {
  return usd > 0 && usd < 0.01 ? "less than $0.01" : `$${usd.toFixed(2)}`;
}
