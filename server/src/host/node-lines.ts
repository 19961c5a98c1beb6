import { createInterface } from "node:readline";
import type { LineEditor, LineEditorSettings, TypedLine } from "./ports.ts";

/** Each line as soon as it is there. */
export function stdinLines(): AsyncIterable<string> {
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}

export function terminalLines({ history, complete }: LineEditorSettings): LineEditor {
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    // Readline has the latest first.
    history: [...history].reverse(),
    historySize: 1000,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: Error | null, found: [string[], string]) => void) => {
      complete(line).then(
        ({ candidates, word }) => done(null, [[...candidates], word]),
        (error: Error) => done(error, [[], ""]),
      );
    },
  });
  // Lines that were pasted at once, and what ends the input, wait here until they are asked for.
  const waiting: TypedLine[] = [];
  let answer: ((line: TypedLine) => void) | undefined;
  const take = (line: TypedLine) => {
    const taker = answer;
    answer = undefined;
    if (taker) taker(line);
    else waiting.push(line);
  };
  lines.on("line", (text) => take({ kind: "line", text }));
  lines.on("SIGINT", () => {
    // Readline keeps what was typed; as in a shell it stays to be seen and is forgotten.
    process.stdout.write("^C\n");
    lines.write(null, { ctrl: true, name: "e" });
    lines.write(null, { ctrl: true, name: "u" });
    take({ kind: "interrupt" });
  });
  lines.on("close", () => take({ kind: "end" }));
  return {
    read: (prompt) =>
      new Promise((done) => {
        const next = waiting.shift();
        if (next) return done(next);
        answer = done;
        lines.setPrompt(prompt);
        lines.prompt();
      }),
    close: () => lines.close(),
  };
}
