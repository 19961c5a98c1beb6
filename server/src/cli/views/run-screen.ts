import type { RunEvent } from "../../protocol.ts";
import { advance, liveLines, noProgress, type RunProgress, type RunViewOptions } from "./run.ts";

export interface RunScreenOptions extends RunViewOptions {
  /** A terminal that can move its cursor: running steps have a line that is rewritten. */
  readonly live: boolean;
  /** Columns of the terminal, asked for each time because it may be resized. */
  readonly width: () => number;
}

/** The text to write to the terminal for each event, and for each tick of a clock in between. */
export interface RunScreen {
  event(event: RunEvent, nowMs: number): string;
  /** Call it about ten times a second while steps run; empty when there is nothing to rewrite. */
  tick(nowMs: number): string;
  /** Takes the live lines away, so that something else can be printed; the next event or tick brings them back. */
  clear(): string;
}

export function runScreen(options: RunScreenOptions): RunScreen {
  let progress: RunProgress = noProgress;
  let shown = 0;
  const clear = () => {
    const text = erase(shown);
    shown = 0;
    return text;
  };
  const paint = (nowMs: number, lines: readonly string[]) => {
    const finished = lines.map((line) => `${line}\n`).join("");
    if (!options.live) return finished;
    const live = liveLines(progress, nowMs, { ...options, width: options.width() });
    const text = `${clear()}${finished}${live.join("\n")}`;
    shown = live.length;
    return text;
  };
  return {
    event(event, nowMs) {
      const next = advance(progress, event, nowMs, options);
      const quiet = event.type === "step-output" && next.lines.length === 0;
      progress = next.progress;
      // A step that writes much must not make the terminal flicker: the next tick shows its last line.
      return quiet ? "" : paint(nowMs, next.lines);
    },
    tick(nowMs) {
      return options.live && (shown > 0 || progress.running.size > 0 || progress.agent !== undefined)
        ? paint(nowMs, [])
        : "";
    },
    clear,
  };
}

/** Back to the start of the first of some lines, of which the cursor is at the end, and nothing left behind it. */
function erase(lines: number): string {
  if (lines === 0) return "";
  return `\r${lines > 1 ? `\x1b[${lines - 1}A` : ""}\x1b[J`;
}
