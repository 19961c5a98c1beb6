import fc from "fast-check";
import { expect, test } from "vitest";
import { Frames, MalformedFrame } from "../../server/src/lsp/frames.ts";
import { runs } from "../support/runs.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function frame(message: unknown): Uint8Array {
  const body = encode(JSON.stringify(message));
  return Buffer.concat([encode(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** All messages of a stream that comes in pieces cut at these offsets. */
function read(bytes: Uint8Array, cuts: readonly number[]): unknown[] {
  const frames = new Frames();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  return ends.flatMap((end) => {
    const piece = bytes.slice(start, end);
    start = end;
    return [...frames.take(piece)];
  });
}

const message = fc.record({
  jsonrpc: fc.constant("2.0"),
  id: fc.oneof(fc.nat(), fc.string()),
  method: fc.string({ unit: "grapheme" }),
  params: fc.array(fc.string({ unit: "grapheme" })),
});

test("messages come out as they went in, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat()), (messages, cuts) => {
      expect(read(Buffer.concat(messages.map(frame)), cuts)).toEqual(messages);
    }),
  );
});

test("whatever comes, it is messages or a malformed frame", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom("Content-Length: ", "\r\n\r\n", "5", "{}", "\n", ":").map(encode),
    message.map(frame),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const frames = new Frames();
      try {
        for (const bytes of pieces)
          for (const taken of frames.take(bytes)) expect(taken).toBeTypeOf("object");
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedFrame);
      }
    }),
    { numRuns: runs(500) },
  );
});

test("headers are read as the protocol has them: any case, any order, a charset", () => {
  const body = '{"jsonrpc":"2.0","method":"x"}';
  const text = `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:${body.length}\r\n\r\n${body}`;
  expect([...new Frames().take(encode(text))]).toEqual([{ jsonrpc: "2.0", method: "x" }]);
});
