import {
  AbstractMessageReader,
  type DataCallback,
  type Disposable,
  type Message,
} from "vscode-languageserver";

/**
 * The protocol's frames out of a stream of bytes, strictly. The library's own reader reports a malformed frame and then
 * stays alive but deaf, which an editor cannot see; this one stops for good, so that the process can end and be started
 * again. Rules: language server protocol, "Base Protocol".
 */

/** Longest header part, in bytes: ours is about 30. */
const headerLimit = 4096;
/** Longest message, in bytes; a file of 50,000 lines is about 2 MB. */
const bodyLimit = 64 * 1024 * 1024;

export interface ByteStream {
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "end", listener: () => void): unknown;
}

export class FrameReader extends AbstractMessageReader {
  readonly #stream: ByteStream;
  readonly #frames = new Frames();
  #stopped = false;

  constructor(stream: ByteStream) {
    super();
    this.#stream = stream;
  }

  /**
   * Fires `onError` with a `MalformedFrame` at the first one, and reads nothing after it; with any other error at a message
   * that the library throws at (it looks into the parameters of its own notifications unchecked), and goes on.
   */
  listen(callback: DataCallback): Disposable {
    this.#stream.on("data", (bytes) => {
      if (this.#stopped) return;
      try {
        for (const message of this.#frames.take(bytes)) this.#hand(message, callback);
      } catch (error) {
        if (!(error instanceof MalformedFrame)) throw error;
        this.#stopped = true;
        this.fireError(error);
      }
    });
    this.#stream.on("end", () => this.fireClose());
    return {
      dispose: () => {
        this.#stopped = true;
      },
    };
  }

  #hand(message: Message, callback: DataCallback): void {
    try {
      callback(message);
    } catch (error) {
      this.fireError(error);
    }
  }
}

export class MalformedFrame extends Error {}

/** The bytes that have come and are not yet a whole message. */
export class Frames {
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Length of the body that is awaited, in bytes; undefined while a header is. */
  #length: number | undefined;

  /** @throws MalformedFrame */
  *take(bytes: Uint8Array): Generator<Message> {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    for (;;) {
      this.#length ??= this.#header();
      if (this.#length === undefined || this.#size < this.#length) return;
      const body = this.#shift(this.#length);
      this.#length = undefined;
      yield toMessage(body);
    }
  }

  #header(): number | undefined {
    const bytes = this.#joined();
    const end = endOfHeader(bytes);
    if (end === undefined) {
      if (bytes.length > headerLimit) throw new MalformedFrame("a header without an end");
      return undefined;
    }
    return contentLength(latin1(this.#shift(end)));
  }

  #shift(count: number): Uint8Array {
    const bytes = this.#joined();
    const rest = bytes.subarray(count);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return bytes.subarray(0, count);
  }

  #joined(): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const joined = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}

/** Offset behind the empty line, or undefined; a line that cannot be a header's is refused as soon as it ends. */
function endOfHeader(bytes: Uint8Array): number | undefined {
  let line = 0;
  for (;;) {
    const feed = bytes.indexOf(10, line);
    if (feed < 0) return undefined;
    if (feed === line || bytes[feed - 1] !== 13) throw new MalformedFrame("a header line not ended by CR LF");
    if (feed - 1 === line) return feed + 1;
    if (bytes.subarray(line, feed).indexOf(58) < 1) throw new MalformedFrame("a header line without a name");
    line = feed + 1;
  }
}

function contentLength(header: string): number {
  const lengths = header
    .split("\r\n")
    .map((line) => /^content-length:[ \t]*(.*?)[ \t]*$/i.exec(line)?.[1])
    .filter((value) => value !== undefined);
  const [value] = lengths;
  if (value === undefined || lengths.length > 1)
    throw new MalformedFrame("a header needs one Content-Length");
  if (!/^\d{1,9}$/.test(value)) throw new MalformedFrame("Content-Length is not a number");
  const length = Number(value);
  if (length > bodyLimit) throw new MalformedFrame(`a message of ${length} bytes`);
  return length;
}

function toMessage(body: Uint8Array): Message {
  const value = parseJson(body);
  if (!isMessage(value)) throw new MalformedFrame("a message that is not one of JSON-RPC 2.0");
  return value;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new MalformedFrame("a message that is not JSON in UTF-8", { cause: error });
  }
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("jsonrpc" in value)) return false;
  const id = "id" in value ? value.id : undefined;
  const validId = id === undefined || id === null || typeof id === "number" || typeof id === "string";
  const method = "method" in value ? typeof value.method === "string" : "result" in value || "error" in value;
  return value.jsonrpc === "2.0" && validId && method;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
