import { connect } from "node:net";

/** Over a Unix socket or a named pipe: one line there, lines back. Rejects with Node's error where nobody listens, or with the signal's reason. */
export async function* exchangeLines(
  path: string,
  line: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  signal.throwIfAborted();
  const socket = connect(path);
  const stop = () => socket.destroy(new Error("broken off", { cause: signal.reason }));
  signal.addEventListener("abort", stop, { once: true });
  try {
    socket.write(`${line}\n`);
    socket.setEncoding("utf8");
    let rest = "";
    for await (const chunk of socket) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      signal.throwIfAborted();
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}
