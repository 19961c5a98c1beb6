/**
 * A server that speaks the Messages API over real HTTP on loopback, with scripted answers, so that the true SDK is exercised:
 * headers, retries, server-sent events and all. It knows no model: what it answers is what a test says.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Finished } from "../support/cli.ts";

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** As it came. */
  readonly raw: string;
  readonly body: MessagesBody;
}

/** What tests look at of a request. */
export interface MessagesBody {
  readonly model: string;
  readonly max_tokens?: number;
  readonly stream?: boolean;
  readonly thinking?: unknown;
  readonly system: readonly {
    readonly type: string;
    readonly text: string;
    readonly cache_control?: unknown;
  }[];
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly output_config?: { readonly format?: { readonly type: string; readonly schema: unknown } };
}

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
}

export type Scripted =
  /** A whole answer. */
  | { readonly text: string; readonly stop?: string; readonly thinking?: string; readonly usage?: Usage }
  | {
      readonly status: number;
      readonly type?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** An `error` event after so many characters of the text. */
  | { readonly text: string; readonly errorAfter: number; readonly type: string }
  /** The socket goes after so many characters of the text. */
  | { readonly text: string; readonly cutAfter: number }
  /** Nothing comes: not even headers, or nothing after them. */
  | { readonly hang: "headers" | "body" }
  /** So many characters at a time, so many milliseconds apart. */
  | { readonly text: string; readonly drip: number; readonly everyMs: number }
  /** Text without end. */
  | { readonly endless: string };

export interface MessagesServer {
  readonly url: string;
  /** Of `/v1/messages`, in order. */
  readonly requests: SeenRequest[];
  /** Of `/v1/messages/count_tokens`. */
  readonly counts: SeenRequest[];
  /** What comes next; when it is empty, `otherwise` answers. */
  readonly script: Scripted[];
  otherwise: ((request: SeenRequest) => Scripted) | undefined;
  /** How many tokens a request is said to have; the endpoint is not there when undefined. */
  inputTokens: number | undefined;
  /** What a user's shell would say to use it. */
  readonly env: Readonly<Record<string, string>>;
}

/** No key of anybody's, but it has the form of one, so that a leak of it is seen. */
export const apiKey = "sk-ant-test-0123456789abcdefghijklmnop";

/** Started for one test and closed with it. */
export async function messagesServer(finished: Finished = onTestFinished): Promise<MessagesServer> {
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  finished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: MessagesServer = {
    url,
    requests: [],
    counts: [],
    script: [],
    otherwise: undefined,
    inputTokens: 1234,
    env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: apiKey },
  };
  return state;
}

async function serve(
  state: MessagesServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const raw = await text(request);
  const path = request.url ?? "";
  const seen: SeenRequest = { path, headers: request.headers, raw, body: JSON.parse(raw) };
  response.setHeader("request-id", `req_${state.requests.length + 1}`);
  if (request.headers.authorization !== `Bearer ${apiKey}`)
    return fail(response, { status: 401, type: "authentication_error", message: "invalid bearer token" });
  if (path.startsWith("/v1/messages/count_tokens")) {
    state.counts.push(seen);
    if (state.inputTokens === undefined)
      return fail(response, { status: 404, type: "not_found_error", message: "no such endpoint" });
    return json(response, 200, { input_tokens: state.inputTokens });
  }
  state.requests.push(seen);
  const next = state.script.shift() ?? state.otherwise?.(seen);
  await answer(response, seen, next ?? { status: 400, message: "this test has no further answer" });
}

async function answer(response: ServerResponse, { body }: SeenRequest, next: Scripted): Promise<void> {
  if ("status" in next) return fail(response, next);
  if ("hang" in next && next.hang === "headers") return;
  if (body.stream !== true) return fail(response, { status: 400, message: "only streams" });
  response.writeHead(200, { "content-type": "text/event-stream" });
  const usage = "usage" in next && next.usage ? next.usage : { input_tokens: 1234, output_tokens: 567 };
  start(response, body.model, usage);
  if ("hang" in next) return;
  const index = "thinking" in next && next.thinking !== undefined ? think(response, next.thinking) : 0;
  event(response, "content_block_start", { index, content_block: { type: "text", text: "" } });
  const delta = (part: string) =>
    event(response, "content_block_delta", { index, delta: { type: "text_delta", text: part } });
  if ("endless" in next) return endless(response, () => delta(next.endless));
  if ("cutAfter" in next) {
    delta(next.text.slice(0, next.cutAfter));
    // What was written has to leave before the socket goes.
    await pause(50);
    response.socket?.destroy();
    return;
  }
  if ("errorAfter" in next) {
    delta(next.text.slice(0, next.errorAfter));
    event(response, "error", { error: { type: next.type, message: "scripted" } });
    response.end();
    return;
  }
  const size = "drip" in next ? next.drip : 700;
  for (let at = 0; at < next.text.length && !response.destroyed; at += size) {
    delta(next.text.slice(at, at + size));
    if ("drip" in next) await pause(next.everyMs);
  }
  event(response, "content_block_stop", { index });
  const stop_reason = "stop" in next && next.stop !== undefined ? next.stop : "end_turn";
  event(response, "message_delta", { delta: { stop_reason, stop_sequence: null }, usage });
  event(response, "message_stop", {});
  response.end();
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function endless(response: ServerResponse, more: () => void): Promise<void> {
  while (!response.destroyed) {
    for (let i = 0; i < 64; i++) more();
    await pause(1);
  }
}

function start(response: ServerResponse, model: string, usage: Usage): void {
  event(response, "message_start", {
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { cache_creation_input_tokens: null, cache_read_input_tokens: null, ...usage, output_tokens: 1 },
    },
  });
  event(response, "ping", {});
}

function think(response: ServerResponse, thinking: string): number {
  const block = { type: "thinking", thinking: "", signature: "" };
  event(response, "content_block_start", { index: 0, content_block: block });
  event(response, "content_block_delta", { index: 0, delta: { type: "thinking_delta", thinking } });
  const signed = { type: "signature_delta", signature: "signed" };
  event(response, "content_block_delta", { index: 0, delta: signed });
  event(response, "content_block_stop", { index: 0 });
  return 1;
}

function event(response: ServerResponse, type: string, data: object): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function fail(
  response: ServerResponse,
  { status, type = "api_error", message = "scripted", headers = {} }: Extract<Scripted, { status: number }>,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  json(response, status, { type: "error", error: { type, message } });
}
