/**
 * The Model Context Protocol over stdin and stdout: JSON-RPC 2.0, a message a line, of which a server with nothing but tools
 * needs five methods. Its SDK would bring some ninety packages along. Source: modelcontextprotocol.io, revision 2025-11-25.
 */
import * as z from "zod/mini";
import type { ToolAnswer } from "../../protocol.ts";
import type { Tool } from "./tools.ts";

/** The newest first. Nothing that we use differs between them. */
const revisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

const id = z.union([z.string(), z.number()]);
const message = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.optional(id),
  /** Absent in responses, of which we expect none. */
  method: z.optional(z.string()),
  params: z.optional(z.unknown()),
});
const initializeParams = z.object({ protocolVersion: z.string() });
const callParams = z.object({ name: z.string(), arguments: z.optional(z.unknown()) });
const cancelledParams = z.object({ requestId: id });

type Id = z.infer<typeof id>;

/** Codes of JSON-RPC. */
const errors = { parse: -32700, request: -32600, method: -32601, params: -32602, fault: -32603 } as const;

class RpcError extends Error {
  readonly code: number;
  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

export interface McpPorts {
  readonly version: string;
  readonly tools: readonly Tool[];
  /** Carries a call out; what it rejects with is a fault of ours. */
  call(tool: Tool, input: unknown, signal: AbortSignal): Promise<ToolAnswer>;
  /** Sends a line. */
  send(line: string): void;
}

export class McpServer {
  readonly #ports: McpPorts;
  /** Calls that go on. */
  readonly #calls = new Map<Id, { readonly stop: AbortController; readonly ended: Promise<void> }>();

  constructor(ports: McpPorts) {
    this.#ports = ports;
  }

  /** Takes a line; what it asks may be answered later. */
  take(line: string): void {
    if (line.trim() === "") return;
    const read = message.safeParse(parsed(line));
    if (!read.success) {
      const code = parsed(line) === undefined ? errors.parse : errors.request;
      this.#send({ id: null, error: { code, message: "This is no message of JSON-RPC 2.0" } });
      return;
    }
    const { id, method, params } = read.data;
    if (method === undefined) return;
    if (id === undefined) this.#notice(method, params);
    else this.#begin(id, method, params);
  }

  /** The other side is gone: what goes on is broken off. Resolves when it has ended. */
  async close(): Promise<void> {
    const calls = [...this.#calls.values()];
    for (const { stop } of calls) stop.abort();
    await Promise.all(calls.map(({ ended }) => ended));
  }

  #notice(method: string, params: unknown): void {
    if (method !== "notifications/cancelled") return;
    const read = cancelledParams.safeParse(params);
    if (read.success) this.#calls.get(read.data.requestId)?.stop.abort();
  }

  #begin(id: Id, method: string, params: unknown): void {
    const stop = new AbortController();
    const ended = this.#answer(method, params, stop.signal).then(
      (result) => {
        this.#calls.delete(id);
        // Who has cancelled expects no answer.
        if (!stop.signal.aborted) this.#send({ id, result });
      },
      (error: unknown) => {
        this.#calls.delete(id);
        if (stop.signal.aborted) return;
        const code = error instanceof RpcError ? error.code : errors.fault;
        this.#send({ id, error: { code, message: error instanceof Error ? error.message : String(error) } });
      },
    );
    this.#calls.set(id, { stop, ended });
  }

  async #answer(method: string, params: unknown, signal: AbortSignal): Promise<object> {
    const { tools, version } = this.#ports;
    switch (method) {
      case "initialize": {
        const asked = readParams(initializeParams, params).protocolVersion;
        const protocolVersion = revisions.find((revision) => revision === asked) ?? revisions[0];
        return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "clockwork", version } };
      }
      case "ping":
        return {};
      case "tools/list":
        return { tools: tools.map(listed) };
      case "tools/call":
        return this.#call(readParams(callParams, params), signal);
      default:
        throw new RpcError(errors.method, `There is no method ${method}`);
    }
  }

  async #call(params: z.infer<typeof callParams>, signal: AbortSignal): Promise<object> {
    const tool = this.#ports.tools.find(({ name }) => name === params.name);
    if (!tool) throw new RpcError(errors.params, `There is no tool ${params.name}`);
    const { text, isError = false } = await this.#ports.call(tool, params.arguments ?? {}, signal);
    return { content: [{ type: "text", text }], isError };
  }

  #send(rest: object): void {
    this.#ports.send(`${JSON.stringify({ jsonrpc: "2.0", ...rest })}\n`);
  }
}

function listed({ name, title, description, inputSchema, isReadOnly }: Tool): object {
  // Without `readOnlyHint` a host asks its person before each call.
  const annotations = { title, readOnlyHint: isReadOnly, destructiveHint: false };
  return { name, title, description, inputSchema, annotations };
}

function readParams<S extends z.ZodMiniType>(schema: S, params: unknown): z.output<S> {
  const read = schema.safeParse(params);
  if (read.success) return read.data;
  throw new RpcError(
    errors.params,
    `params: ${read.error.issues.map((issue) => issue.path.join(".")).join(", ")}`,
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
