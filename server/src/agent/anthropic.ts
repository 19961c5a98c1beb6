/**
 * The Messages API, by its SDK. A bundle of its own, loaded when a build asks an agent: nothing else needs half a megabyte of
 * client. Facts about the SDK (1.12) that shape this file: its timeout ends with the response's headers, its retries with
 * them too, and it waits as long as `retry-after` says.
 */
import Anthropic from "@anthropic-ai/sdk";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import { type Agent, AgentError, type AgentReply, type AgentRequest, type AskOptions } from "./agent.ts";
import { problemOf } from "./anthropic/problem.ts";
import { readReply } from "./anthropic/reply.ts";
import { Watch } from "./anthropic/watch.ts";

export interface AnthropicOptions {
  /** Always given: without one the SDK would look for others on the disk. */
  readonly apiKey: string;
  /** The SDK's own when absent. */
  readonly baseUrl?: string;
  readonly model: string;
  /** Longest time without a sign of life, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time an answer may take as a whole, in milliseconds. */
  readonly longestMs: number;
}

/** Repetitions of a call that was not taken, by the SDK. */
const maxRetries = 2;

export function anthropic(options: AnthropicOptions): Agent {
  const { apiKey, baseUrl, model } = options;
  const clientFor = (watch: Watch) =>
    new Anthropic({
      apiKey,
      authToken: null,
      baseURL: baseUrl ?? "https://api.anthropic.com",
      maxRetries,
      timeout: options.silenceMs,
      // It would write to stdout if ANTHROPIC_LOG says so.
      logLevel: "off",
      openTelemetry: false,
      fetch: watch.fetch,
    });
  return {
    name: "anthropic",
    model,
    count: async (request, signal) => {
      const watch = new Watch(options, signal, () => undefined);
      try {
        const { max_tokens: _, thinking, ...body } = bodyOf(request);
        const counted = await clientFor(watch).messages.countTokens(body, { signal: watch.signal });
        return counted.input_tokens;
      } catch (error) {
        signal.throwIfAborted();
        // Gateways and local servers do not all count: then the length has to tell.
        if (error instanceof Anthropic.NotFoundError) return undefined;
        throw problemOf(watch.silence ?? error, options);
      } finally {
        watch.end();
      }
    },
    ask: async (request, ask) => {
      const watch = new Watch(options, ask.signal, (why) => ask.onProgress({ kind: "waiting", why }));
      try {
        return await stream(clientFor(watch), request, ask, watch);
      } catch (error) {
        ask.signal.throwIfAborted();
        throw problemOf(watch.silence ?? error, options);
      } finally {
        watch.end();
      }
    },
  };
}

async function stream(
  client: Anthropic,
  request: AgentRequest,
  ask: AskOptions,
  watch: Watch,
): Promise<AgentReply> {
  const messages = client.messages.stream(bodyOf(request), { signal: watch.signal });
  let bytes = 0;
  messages.on("thinking", () => ask.onProgress({ kind: "thinking" }));
  messages.on("text", (text) => {
    bytes += Buffer.byteLength(text);
    if (bytes > ask.maxBytes) watch.stop(endless(ask.maxBytes));
    else ask.onProgress({ kind: "answering", bytes });
  });
  return readReply(await messages.finalMessage(), messages.request_id ?? undefined);
}

function endless(maxBytes: number): AgentError {
  return new AgentError(
    "reply",
    `The answer is longer than ${maxBytes} bytes and was broken off`,
    "Build fewer steps at once: --target ADDR.",
  );
}

function bodyOf(request: AgentRequest) {
  const { model, system, turns, schema, maxTokens } = request;
  return {
    model,
    max_tokens: maxTokens,
    thinking: { type: "adaptive" as const },
    system: [
      {
        type: "text" as const,
        text: system,
        cache_control: { type: "ephemeral" as const, ttl: "1h" as const },
      },
    ],
    messages: turns.map(({ role, text }) => ({ role, content: text })),
    output_config: {
      format: { type: "json_schema" as const, schema: transformJSONSchema({ ...schema }) },
      effort: "high" as const,
    },
  };
}
