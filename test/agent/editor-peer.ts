/* Stands in for an editor that Clockwork was started from: a socket that answers as a test says, not the extension's own side. */
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { ModelAnswer, ModelRequest } from "../../server/src/protocol.ts";
import type { Finished } from "../support/cli.ts";

type Reply = readonly (ModelAnswer | string | "hang" | { readonly pauseMs: number })[];

export interface EditorPeer {
  /** Every request, in order. */
  readonly requests: ModelRequest[];
  /** Connections that the other side closed before the answer was complete. */
  readonly broken: ModelRequest[];
  /** What `ask` is answered with, one entry a request; a text is sent as a line as it is. */
  readonly script: Reply[];
  otherwise: (request: Extract<ModelRequest, { call: "ask" }>) => Reply;
  model: Reply;
  tokens: number;
  readonly env: { readonly CLOCKWORK_EDITOR: string };
  readonly close: () => Promise<void>;
}

let peers = 0;

export async function editorPeer(finished: Finished = onTestFinished): Promise<EditorPeer> {
  const path = join(tmpdir(), `clockwork-peer-${process.pid}-${peers++}.sock`);
  const server = createServer((socket) => answer(peer, socket));
  const close = () => new Promise<void>((done) => void server.close(() => done()));
  const peer: EditorPeer = {
    requests: [],
    broken: [],
    script: [],
    otherwise: () => [{ type: "end" }],
    model: [{ type: "model", id: "m1", name: "Model One", maxInputTokens: 100_000 }],
    tokens: 1_000,
    env: { CLOCKWORK_EDITOR: `t0ken:${path}` },
    close,
  };
  await new Promise<void>((done) => server.listen(path, done));
  finished(() => void server.close());
  return peer;
}

function answer(peer: EditorPeer, socket: Socket): void {
  socket.on("error", () => undefined);
  const lines = createInterface({ input: socket });
  // It tells of its input's errors once more.
  lines.on("error", () => undefined);
  lines.once("line", async (line) => {
    const request = JSON.parse(line) as ModelRequest;
    peer.requests.push(request);
    const reply = replyTo(peer, request);
    let isComplete = false;
    socket.once("close", () => {
      if (!isComplete) peer.broken.push(request);
    });
    for (const part of reply) {
      if (part === "hang") return;
      if (typeof part === "object" && "pauseMs" in part) await sleep(part.pauseMs);
      else socket.write(`${typeof part === "string" ? part : JSON.stringify(part)}\n`);
    }
    isComplete = true;
    socket.end();
  });
}

function replyTo(peer: EditorPeer, request: ModelRequest): Reply {
  switch (request.call) {
    case "model":
      return peer.model;
    case "count":
      return [{ type: "counted", tokens: peer.tokens }];
    case "ask":
      return peer.script.shift() ?? peer.otherwise(request);
  }
}
