import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventReader } from "../../../client/src/runs/event-reader.ts";
import { eventsFile } from "../../../client/src/runs/events-file.ts";
import { type FollowPorts, follow } from "../../../client/src/runs/follow.ts";
import type { RunEvent } from "../../../server/src/protocol.ts";

const run: RunEvent = { type: "run", runId: "r", command: "apply", pid: 1 };
const said = (text: string): RunEvent => ({ type: "step-output", id: "a", text });
const done: RunEvent = { type: "done", exitCode: 0, outputs: {} };
const line = (event: RunEvent) => `${JSON.stringify(event)}\n`;
const bytes = (text: string) => new TextEncoder().encode(text);

describe("lines", () => {
  test("are events, however the bytes are cut, in the middle of a character too", () => {
    const whole = bytes(line(run) + line(said("größe ✓ 🎛\n")) + line(done));
    for (let size = 1; size <= whole.length; size++) {
      const reader = new EventReader();
      const events: RunEvent[] = [];
      for (let at = 0; at < whole.length; at += size) {
        events.push(...reader.take(whole.subarray(at, at + size)).events);
      }
      expect(events).toEqual([run, said("größe ✓ 🎛\n"), done]);
    }
  });

  test("that are none are told, and those around them are read", () => {
    const text = `${line(run)}{"type":"ste\n{"type":"unheard of"}\n[]\n\n${line(done)}{"type":`;
    expect(new EventReader().take(bytes(text))).toEqual({
      events: [run, done],
      strange: ['{"type":"ste', '{"type":"unheard of"}', "[]"],
    });
  });
});

/** A file in memory that changes each time the follower has looked at all of it. */
function scripted(...states: (string | undefined)[]): FollowPorts & { readonly over: AbortController } {
  const over = new AbortController();
  let at = 0;
  return {
    over,
    read: async (offset) => {
      const text = states[Math.min(at, states.length - 1)];
      if (text === undefined) return undefined;
      const all = bytes(text);
      return { bytes: all.subarray(offset, offset + 7), size: all.length, identity: text.slice(0, 12) };
    },
    pause: async () => {
      if (++at >= states.length) over.abort();
    },
  };
}

async function followed(ports: ReturnType<typeof scripted>) {
  const events: RunEvent[] = [];
  const strange: string[] = [];
  await follow(ports, {
    onEvent: (event) => events.push(event),
    onStrange: (text) => strange.push(text),
    ended: ports.over.signal,
  });
  return { events, strange, isOver: ports.over.signal.aborted };
}

describe("a file that is followed", () => {
  test("may not be there yet, grows in pieces, and ends with `done` although the process is still there", async () => {
    const first = line(run);
    const second = first + line(said("1")).slice(0, 9);
    const third = first + line(said("1")) + line(done);
    expect(await followed(scripted(undefined, "", first, second, third, third))).toEqual({
      events: [run, said("1"), done],
      strange: [],
      isOver: false,
    });
  });

  test("ends with its process, what was written last included, half a line not", async () => {
    const crashed = `${line(run) + line(said("1"))}{"type":"step-out`;
    expect(await followed(scripted(line(run), crashed))).toEqual({
      events: [run, said("1")],
      strange: [],
      isOver: true,
    });
  });

  test("is read anew when another one takes its place", async () => {
    const other = line({ ...run, runId: "another one" });
    const states = [line(said("old")), undefined, other, other + line(done)];
    expect((await followed(scripted(...states))).events).toEqual([
      said("old"),
      { ...run, runId: "another one" },
      done,
    ]);
  });

  test("is read anew when it has become shorter", async () => {
    const long = line(run) + line(said("a long text of an earlier run"));
    expect((await followed(scripted(long, line(run), line(run) + line(done)))).events).toEqual([
      run,
      said("a long text of an earlier run"),
      run,
      done,
    ]);
  });
});

describe("on a disk", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "clockwork-follow-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("events come as they are appended, without end or with the end of the process", async () => {
    const path = join(folder, "events.ndjson");
    const ended = new AbortController();
    const events: RunEvent[] = [];
    let arrived = () => {};
    const next = () => new Promise<void>((resolve) => (arrived = resolve));
    const onEvent = (event: RunEvent) => {
      events.push(event);
      arrived();
    };
    const following = follow(eventsFile(path), { onEvent, onStrange: () => {}, ended: ended.signal });
    for (const event of [run, said("x".repeat(3_000_000)), said("2")]) {
      const came = next();
      await appendFile(path, line(event));
      await came;
    }
    await appendFile(path, line(said("last")));
    ended.abort();
    await following;
    expect(events.map((e) => e.type)).toEqual(["run", ...Array(3).fill("step-output")]);
  });

  test("the file of an earlier run in the same place is left behind", async () => {
    const path = join(folder, "events.ndjson");
    await writeFile(path, line(said("old")));
    const seen: RunEvent[] = [];
    const ended = new AbortController();
    const onEvent = (event: RunEvent) => {
      seen.push(event);
      if (event.type === "step-output") void rm(path).then(() => writeFile(path, line(run) + line(done)));
    };
    await follow(eventsFile(path), { onEvent, onStrange: () => {}, ended: ended.signal });
    expect(seen).toEqual([said("old"), run, done]);
  });
});
