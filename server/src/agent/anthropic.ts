/**
 * The Messages API, by its SDK. A bundle of its own, loaded when a build asks an agent: nothing else needs half a megabyte of
 * client. Facts about the SDK (1.12) that shape this file: its timeout ends with the response's headers, its retries with
 * them too, and it waits as long as `retry-after` says.
 */
import Anthropic from "@anthropic-ai/sdk";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import type { Agent, AgentReply, AgentRequest, AskOptions } from "./agent.ts";
import { problemOf } from "./anthropic/problem.ts";
import { readReply } from "./anthropic/reply.ts";
import { watchedFetch } from "./anthropic/watched-fetch.ts";
import { endless, type Patience, Watch } from "./watch.ts";

export interface AnthropicOptions extends Patience {
  /** Always given: without one the SDK would look for others on the disk. */
  readonly apiKey: string;
  /** The SDK's own when absent. */
  readonly baseUrl?: string;
  readonly model: string;
}

/** Repetitions of a call that was not taken, by the SDK. */
const maxRetries = 2;
/** As messages call what answers. */
const who = "The server";

export function anthropic(options: AnthropicOptions): Agent {
  const { apiKey, baseUrl, model } = options;
  const clientFor = (watch: Watch, onRefused: (why: string) => void = () => undefined) =>
    new Anthropic({
      apiKey,
      authToken: null,
      baseURL: baseUrl ?? "https://api.anthropic.com",
      maxRetries,
      timeout: options.silenceMs,
      // It would write to stdout if ANTHROPIC_LOG says so.
      logLevel: "off",
      openTelemetry: false,
      fetch: watchedFetch(watch, onRefused),
    });
  return {
    name: "anthropic",
    model,
    count: async (request, signal) => {
      const watch = new Watch(options, signal, who);
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
      const watch = new Watch(options, ask.signal, who);
      const client = clientFor(watch, (why) =>
        ask.onProgress({ kind: "waiting", why: `${why}: trying again` }),
      );
      try {
        return await stream(client, request, ask, watch);
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
