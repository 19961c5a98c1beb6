import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelAnswer, ModelCall, ModelRequest } from "../../../server/src/protocol.ts";

/** Most that a request may have, in UTF-16 code units. */
const maxRequest = 16 * 1024 * 1024;

export interface ChannelPorts {
  answer(call: ModelCall, signal: AbortSignal): AsyncIterable<ModelAnswer>;
  /** Hears of what nobody of ours does. */
  onStrange(what: string): void;
}

/**
 * Where commands in this window's terminals ask for a language model: a Unix socket in a folder that only its user enters, or
 * a named pipe on Windows. Whoever asks has to know the token, which the terminals' environment has beside the path.
 */
export class ModelChannel {
  readonly #ports: ChannelPorts;
  readonly #token = randomBytes(24).toString("hex");
  #open: Promise<Open> | undefined;

  constructor(ports: ChannelPorts) {
    this.#ports = ports;
  }

  /** The value of `CLOCKWORK_EDITOR`. The first call opens the channel. */
  async address(): Promise<string> {
    this.#open ??= listen((socket) => void this.#serve(socket));
    return `${this.#token}:${(await this.#open).path}`;
  }

  async dispose(): Promise<void> {
    const open = await this.#open;
    if (!open) return;
    open.server.close();
    for (const socket of open.sockets) socket.destroy();
    if (open.folder !== undefined) await rm(open.folder, { recursive: true, force: true });
  }

  async #serve(socket: Socket): Promise<void> {
    const gone = new AbortController();
    socket.once("close", () => gone.abort());
    // Its end is all that matters.
    socket.on("error", () => undefined);
    const call = this.#readCall(await firstLine(socket));
    if (!call) {
      this.#ports.onStrange("a connection that is no command of this window");
      socket.destroy();
      return;
    }
    for await (const answer of this.#ports.answer(call, gone.signal)) {
      if (gone.signal.aborted) return;
      socket.write(`${JSON.stringify(answer)}\n`);
    }
    socket.end();
  }

  #readCall(line: string | undefined): ModelCall | undefined {
    const request = line === undefined ? undefined : parsed(line);
    if (!isRequest(request)) return undefined;
    const { token, ...call } = request;
    return this.#isToken(token) ? call : undefined;
  }

  #isToken(given: string): boolean {
    const [a, b] = [Buffer.from(given), Buffer.from(this.#token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}

interface Open {
  readonly path: string;
  /** Absent where the system has no file for it. */
  readonly folder?: string;
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
}

async function listen(serve: (socket: Socket) => void): Promise<Open> {
  const folder = process.platform === "win32" ? undefined : await mkdtemp(join(tmpdir(), "clockwork-"));
  if (folder !== undefined) await chmod(folder, 0o700);
  const path = folder === undefined ? `\\\\.\\pipe\\clockwork-${randomUUID()}` : join(folder, "editor.sock");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return { path, ...(folder !== undefined && { folder }), server, sockets };
}

/** Undefined where the connection ends before its line does, or never ends it. */
function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const take = (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= maxRequest) return;
      socket.off("data", take);
      // What follows is not looked at, but has to be taken for the end to be seen.
      socket.resume();
      resolve(end < 0 ? undefined : text.slice(0, end));
    };
    socket.setEncoding("utf8").on("data", take);
    socket.once("close", () => resolve(undefined));
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Who knows the token is our own command line: that it names a call says all of its form. */
function isRequest(value: unknown): value is ModelRequest {
  return (
    typeof value === "object" &&
    value !== null &&
    "token" in value &&
    typeof value.token === "string" &&
    "call" in value &&
    (value.call === "model" || value.call === "count" || value.call === "ask")
  );
}
