/**
 * The language model of the editor from whose terminal a command was started. What goes over the wire stands in protocol.ts;
 * the other end is the client's. An editor's models know neither a system prompt nor structured output, so both are words.
 */
import * as z from "zod/mini";
import {
  editorVariable,
  type ModelAnswer,
  type ModelCall,
  type ModelMessage,
  type ModelRequest,
} from "../protocol.ts";
import { type Agent, AgentError, type AgentReply, type AgentRequest, type AskOptions } from "./agent.ts";
import { endless, type Patience, Watch } from "./watch.ts";

/** Sends one line over a connection of its own and gives the lines that come back, until the other side ends it or the signal aborts. */
export type Exchange = (path: string, line: string, signal: AbortSignal) => AsyncIterable<string>;

export interface EditorOptions extends Patience {
  /** The value of `CLOCKWORK_EDITOR`. */
  readonly address: string;
  readonly exchange: Exchange;
  /** Id, family or name of the model that is wanted; absent where the person's choice counts. */
  readonly wanted?: string;
  readonly signal: AbortSignal;
  /** Says what a person has to do before it goes on. */
  readonly onWaiting: (why: string) => void;
}

const failures = ["unreachable", "key", "rate", "request", "cut"] as const;
const modelAnswer = z.union([
  z.object({ type: z.literal("model"), id: z.string(), name: z.string(), maxInputTokens: z.number() }),
  z.object({ type: z.literal("counted"), tokens: z.number() }),
  z.object({ type: z.literal("waiting"), why: z.string() }),
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("end"), input: z.optional(z.number()), output: z.optional(z.number()) }),
  z.object({
    type: z.literal("refused"),
    failure: z.enum(failures),
    message: z.string(),
    hint: z.optional(z.string()),
  }),
]);

/** As messages call what answers. */
const who = "The editor's model";

/** Finds out which model it is, for which the editor may ask a person. Rejects with an `AgentError`, or with the signal's reason. */
export async function editor(options: EditorOptions): Promise<Agent> {
  const line = new Line(options);
  const { signal, wanted, onWaiting } = options;
  const model = await line.last({ call: "model", ...(wanted !== undefined && { wanted }) }, "model", {
    signal,
    onWaiting,
  });
  return {
    name: "editor",
    model: model.name,
    count: async (request, stop) => {
      const asked = { call: "count", model: model.id, messages: messagesOf(request) } as const;
      const { tokens } = await line.last(asked, "counted", { signal: stop, onWaiting });
      if (tokens > model.maxInputTokens) throw tooLong(tokens, model);
      return tokens;
    },
    ask: async (request, ask) => {
      const asked = { call: "ask", model: model.id, messages: messagesOf(request) } as const;
      return line.whole(asked, ask);
    },
  };
}

function tooLong(
  tokens: number,
  { name, maxInputTokens }: { name: string; maxInputTokens: number },
): AgentError {
  return new AgentError(
    "request",
    `The request has ${tokens} tokens, and ${name} takes no more than ${maxInputTokens}`,
    "Build fewer steps at once with --target ADDR, or choose another model in the editor.",
  );
}

/** The rules and the form of the answer stand before everything else: no editor lets an extension say them apart. */
function messagesOf({ system, turns, schema }: AgentRequest): readonly ModelMessage[] {
  const form = `# The form of the answer\nOne JSON document that this JSON Schema describes, and nothing around it:\n${JSON.stringify(schema)}`;
  return [{ role: "user", text: `${system}\n\n${form}` }, ...turns];
}

interface Listening {
  readonly signal: AbortSignal;
  readonly onWaiting: (why: string) => void;
  readonly onText?: (text: string, watch: Watch) => void;
}

type Answer<T extends ModelAnswer["type"]> = Extract<ModelAnswer, { type: T }>;

/** Requests to the editor, each over a connection of its own. */
class Line {
  readonly #options: EditorOptions;
  readonly #token: string;
  readonly #path: string;

  constructor(options: EditorOptions) {
    const colon = options.address.indexOf(":");
    this.#options = options;
    this.#token = options.address.slice(0, colon);
    this.#path = options.address.slice(colon + 1);
  }

  /** The last answer, which has to be of that type. */
  async last<T extends ModelAnswer["type"]>(
    call: ModelCall,
    type: T,
    listening: Listening,
  ): Promise<Answer<T>> {
    const watch = new Watch(this.#options, listening.signal, who);
    try {
      return await this.#last(call, type, listening, watch);
    } catch (error) {
      listening.signal.throwIfAborted();
      throw watch.silence ?? problemOf(error);
    } finally {
      watch.end();
    }
  }

  async #last<T extends ModelAnswer["type"]>(
    call: ModelCall,
    type: T,
    { onWaiting, onText }: Listening,
    watch: Watch,
  ): Promise<Answer<T>> {
    const request: ModelRequest = { token: this.#token, ...call };
    watch.alive();
    for await (const text of this.#options.exchange(this.#path, JSON.stringify(request), watch.signal)) {
      watch.alive();
      const answer = readAnswer(text);
      if (answer.type === "waiting") {
        watch.rest();
        onWaiting(answer.why);
      } else if (answer.type === "text") onText?.(answer.text, watch);
      else if (answer.type === "refused") throw new AgentError(answer.failure, answer.message, answer.hint);
      else if (isOf(answer, type)) return answer;
      else throw misunderstood();
    }
    throw new AgentError("cut", "The editor ended the connection before the answer was complete", again);
  }

  async whole(call: ModelCall, { signal, maxBytes, onProgress }: AskOptions): Promise<AgentReply> {
    const parts: string[] = [];
    let bytes = 0;
    const { input, output } = await this.last(call, "end", {
      signal,
      onWaiting: (why) => onProgress({ kind: "waiting", why }),
      onText: (text, watch) => {
        parts.push(text);
        bytes += new TextEncoder().encode(text).length;
        if (bytes > maxBytes) watch.stop(endless(maxBytes));
        else onProgress({ kind: "answering", bytes });
      },
    });
    const counted = input !== undefined && output !== undefined;
    return {
      text: unfenced(parts.join("")),
      stop: "end",
      stopReason: "end",
      ...(counted && { usage: { input, output, cacheRead: 0, cacheWrite: 0 } }),
    };
  }
}

function isOf<T extends ModelAnswer["type"]>(answer: ModelAnswer, type: T): answer is Answer<T> {
  return answer.type === type;
}

function readAnswer(line: string): ModelAnswer {
  try {
    // Absent fields stay absent: JSON has no undefined.
    return modelAnswer.parse(JSON.parse(line)) as ModelAnswer;
  } catch (error) {
    throw misunderstood(error);
  }
}

function misunderstood(cause?: unknown): AgentError {
  const hint = "Use the clockwork that the editor's extension brings along: its own command Build.";
  return new AgentError("request", "The editor's answer is not understood", hint, cause);
}

const again = "Try again in a moment: nothing was written.";

/** What a connection fails with has a code, as all system errors have. */
function problemOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AgentError || !("code" in error)) return error;
  const hint = `Open a new terminal in the editor, or run the editor's command Build. (${editorVariable} leads nowhere.)`;
  return new AgentError("unreachable", "The editor window of this terminal is gone", hint, error);
}

/** Models that are asked for a document alone often put it into a fence of Markdown. */
function unfenced(text: string): string {
  return /^\s*```(?:json)?[ \t]*\n([\s\S]*)\n```\s*$/.exec(text)?.[1] ?? text;
}
