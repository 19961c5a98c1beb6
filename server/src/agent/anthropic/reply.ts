import type Anthropic from "@anthropic-ai/sdk";
import type { AgentReply, Stop, Usage } from "../agent.ts";

/** A message as the port has it. */
export function readReply(message: Anthropic.Message, requestId: string | undefined): AgentReply {
  const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  const stopReason = message.stop_reason ?? "none";
  return {
    text,
    stop: stops[stopReason] ?? "other",
    stopReason,
    usage: readUsage(message.usage),
    ...(requestId !== undefined && { requestId }),
  };
}

const stops: Readonly<Record<string, Stop>> = {
  end_turn: "end",
  max_tokens: "max-tokens",
  refusal: "refusal",
  model_context_window_exceeded: "context",
};

function readUsage(usage: Anthropic.Usage): Usage {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
  };
}
