import { describe, expect, test } from "vitest";
import { duration } from "../../../server/src/cli/views/duration.ts";
import { advance, liveLines, noProgress, type RunProgress } from "../../../server/src/cli/views/run.ts";
import { runScreen } from "../../../server/src/cli/views/run-screen.ts";
import type { RunEvent } from "../../../server/src/protocol.ts";

const log = ".clockwork/logs/1/x.log";
const events: readonly (readonly [ms: number, event: RunEvent])[] = [
  [
    0,
    {
      type: "plan",
      planId: "0",
      changes: [],
      steps: ["ensure_file.a", "ensure_service.web", "verify_http.up"],
    },
  ],
  [
    0,
    {
      type: "build",
      written: ["scripts/a.mjs"],
      kept: ["scripts/b.mjs"],
      merged: ["scripts/c.mjs"],
      conflicts: ["scripts/d.mjs"],
    },
  ],
  [100, { type: "step-started", id: "ensure_file.a", attempt: 1, log }],
  [200, { type: "step-finished", id: "ensure_file.a", outcome: "succeeded", ms: 100, exitCode: 0 }],
  [200, { type: "step-started", id: "ensure_service.web", attempt: 1, log }],
  [300, { type: "step-output", id: "ensure_service.web", text: "one\ntwo\r\n\x1b[2Jthree\n" }],
  [400, { type: "step-started", id: "ensure_service.web", attempt: 2, log }],
  [450, { type: "step-output", id: "ensure_service.web", text: "four\n" }],
  [460, { type: "step-output", id: "ensure_service.web", text: "clockwork: port 80 is taken\n" }],
  [
    500,
    {
      type: "step-finished",
      id: "ensure_service.web",
      outcome: "failed",
      ms: 300,
      exitCode: 1,
      message: "port 80 is taken",
    },
  ],
  [
    500,
    {
      type: "diagnostic",
      diagnostic: {
        code: "step-failed",
        severity: "error",
        message: "ensure_service.web failed",
        hint: "Look at its log.",
        file: "main.cw",
        range: { start: { line: 3, column: 1 }, end: { line: 3, column: 8 } },
      },
    },
  ],
  [
    500,
    {
      type: "step-finished",
      id: "verify_http.up",
      outcome: "skipped",
      ms: 0,
      message: "needs ensure_service.web",
    },
  ],
  [600, { type: "step-started", id: "run_task.slow", attempt: 1, log }],
  [62_000, { type: "step-finished", id: "run_task.slow", outcome: "timed-out", ms: 61_400 }],
  [62_000, { type: "step-finished", id: "run_task.b", outcome: "cancelled", ms: 0 }],
  [63_000, { type: "done", exitCode: 3, outputs: {} }],
];

function plain(unicode: boolean): string {
  const screen = runScreen({ color: false, unicode, live: false, width: () => 80 });
  return `\n${events.map(([ms, event]) => screen.event(event, ms) + screen.tick(ms)).join("")}`;
}

describe("a run without a terminal", () => {
  test("is a line for what has ended, and the end of the log of what failed", () => {
    expect(plain(true)).toMatchInlineSnapshot(`
      "
      Build: 1 written, 1 kept, 1 merged with your edits, 1 in conflict in .clockwork/build.
        + scripts/a.mjs
        ~ scripts/c.mjs  (merged with your edits)
        ! scripts/d.mjs  (changed by you and by the compiler: both are kept)
      ✓ ensure_file.a 0.1s
      ↻ ensure_service.web attempt 2
      ✗ ensure_service.web failed (exit 1) 0.3s
          | one
          | two
          | \\x1b[2Jthree
          | four
          log: .clockwork/logs/1/x.log
      error[step-failed]: ensure_service.web failed
       --> main.cw:3:1
       = help: Look at its log.
      – verify_http.up skipped (needs ensure_service.web)
      ✗ run_task.slow timed out 1m 01s
          log: .clockwork/logs/1/x.log
      – run_task.b cancelled
      Failed: 1 succeeded, 2 failed, 1 cancelled, 1 skipped in 1m 03s.
      "
    `);
  });

  test("is ASCII where the locale is not UTF-8", () => {
    expect(plain(false)).toMatch(/^[\n\x20-\x7e]*$/);
    expect(plain(false)).toContain("ok ensure_file.a 0.1s");
  });
});

describe("a run on a terminal", () => {
  const running = (upTo: number): RunProgress =>
    events
      .slice(0, upTo)
      .reduce((p, [ms, e]) => advance(p, e, ms, { color: false, unicode: true }).progress, noProgress);

  test("has a line for each running step, cut to the width", () => {
    const at = (width: number) => liveLines(running(8), 1_400, { color: false, unicode: true, width });
    expect(at(80)).toEqual(["⠼ ensure_service.web 1.2s attempt 2  four"]);
    expect(at(20)).toEqual(["⠼ ensure_service.we"]);
    expect(liveLines(running(8), 1_400, { color: false, unicode: false, width: 80 })[0]).toMatch(
      /^\| ensure/,
    );
  });

  test("counts running steps beyond the first eight", () => {
    let progress = noProgress;
    for (let i = 0; i < 11; i++) {
      const event: RunEvent = { type: "step-started", id: `s${i}`, attempt: 1, log };
      progress = advance(progress, event, 0, { color: false, unicode: true }).progress;
    }
    const lines = liveLines(progress, 0, { color: false, unicode: true, width: 80 });
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe("  and 3 more");
  });

  test("leaves on the screen what it leaves without one", () => {
    const screen = runScreen({ color: false, unicode: true, live: true, width: () => 60 });
    const terminal = new Terminal();
    for (const [ms, event] of events) {
      terminal.write(screen.event(event, ms));
      terminal.write(screen.tick(ms));
    }
    expect(terminal.lines.join("\n")).toBe(plain(true).slice(1));
  });

  test("can be cleared for something else", () => {
    const screen = runScreen({ color: false, unicode: true, live: true, width: () => 60 });
    const terminal = new Terminal();
    terminal.write(screen.event({ type: "step-started", id: "a", attempt: 1, log }, 0));
    terminal.write(screen.event({ type: "step-started", id: "b", attempt: 1, log }, 0));
    expect(terminal.lines).toEqual(["⠋ a 0.0s", "⠋ b 0.0s"]);
    terminal.write(`${screen.clear()}question\n`);
    expect(screen.clear()).toBe("");
    terminal.write(screen.tick(100));
    expect(terminal.lines).toEqual(["question", "⠙ a 0.1s", "⠙ b 0.1s"]);
  });
});

/** As much of a terminal as the live lines need: CR, LF, cursor up, erase below. Refuses everything else. */
class Terminal {
  lines = [""];
  private row = 0;
  private column = 0;

  write(text: string): void {
    for (const [piece] of text.matchAll(/\x1b\[\d*[AJ]|[\s\S]/gu)) this.put(piece);
  }

  private put(piece: string): void {
    if (piece === "\r") this.column = 0;
    else if (piece === "\n") {
      this.row++;
      this.column = 0;
      if (this.row === this.lines.length) this.lines.push("");
    } else if (piece === "\x1b[J") {
      this.lines.length = this.row + 1;
      this.lines[this.row] = (this.lines[this.row] ?? "").slice(0, this.column);
    } else if (piece.startsWith("\x1b[")) this.row -= Number(piece.slice(2, -1));
    else {
      if (piece < " ") throw new Error(`unexpected ${JSON.stringify(piece)}`);
      const line = (this.lines[this.row] ?? "").padEnd(this.column);
      this.lines[this.row] = line.slice(0, this.column) + piece + line.slice(this.column + 1);
      this.column++;
    }
  }
}

test("durations", () => {
  expect([0, 49, 50, 12_345, 59_960, 65_000, 3_599_600, 7_380_000].map(duration)).toEqual([
    "0.0s",
    "0.0s",
    "0.1s",
    "12.3s",
    "1m 00s",
    "1m 05s",
    "1h 00m",
    "2h 03m",
  ]);
});
