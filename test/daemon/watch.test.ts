import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Watched, watch } from "../../server/src/daemon/watch.ts";
import { cli, stackFolder, startCli, stateOf } from "../support/cli.ts";

const minute = 60_000;
const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((done, fail) => {
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        fail(new Error("aborted"));
      });
    }),
};

describe("looks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A stack with a look a minute, each of which takes `lasts`; when they began, in milliseconds. */
  function watched(lasts = 0) {
    const began: number[] = [];
    const start = Date.now();
    const end = new AbortController();
    let hurry: () => void = () => undefined;
    const stack: Watched = {
      intervalMs: minute,
      tick: async () => {
        began.push(Date.now() - start);
        if (lasts > 0) await clock.sleep(lasts);
      },
      onHurry: (callback) => {
        hurry = callback;
      },
    };
    const watching = watch([stack], { clock, signal: end.signal, random: () => 0.5, parallelism: 1 });
    return {
      began,
      hurry: () => hurry(),
      pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
      end: async () => {
        end.abort();
        await vi.advanceTimersByTimeAsync(lasts);
        await watching;
      },
    };
  }

  test("come by time alone where nothing happens", async () => {
    const { began, pass, end } = watched();
    await pass(3 * minute);
    expect(began).toEqual([500, 60_500, 120_500]);
    await end();
    await pass(3 * minute);
    expect(began).toHaveLength(3);
  });

  test("come sooner when something happens, once for what happens at a time", async () => {
    const { began, hurry, pass, end } = watched();
    await pass(10_000);
    for (let i = 0; i < 20; i++) hurry();
    await pass(100);
    hurry();
    await pass(minute - 1_000);
    expect(began).toEqual([500, 10_500]);
    await pass(2_000);
    expect(began).toEqual([500, 10_500, 70_500]);
    await end();
  });

  test("rest between each other, however much happens, and miss nothing that happens during one", async () => {
    const { began, hurry, pass, end } = watched(1_000);
    await pass(600);
    hurry();
    await pass(5_000);
    expect(began).toEqual([500, 3_500]);
    for (let i = 0; i < 100; i++) {
      hurry();
      await pass(100);
    }
    const gaps = began.slice(1).map((at, i) => at - (began[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3_000);
    expect(began.length).toBeLessThanOrEqual(6);
    await end();
  });
});

test("a file that is saved brings a look and applies nothing", { timeout: 60_000 }, async () => {
  const page = (text: string) =>
    `resource "file" "page" {\n  path    = "page.html"\n  content = "${text}"\n}\n`;
  const cwd = await stackFolder({ "main.cw": page("hello") });
  expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
  const daemon = startCli(["daemon", "run", "--json", "--interval", "1h"], { cwd });
  onTestFinished(() => void daemon.kill("SIGKILL"));
  if (!daemon.stdout) throw new Error("no pipe");
  const types: string[] = [];
  const lines = createInterface(daemon.stdout);
  const nextLook = async (): Promise<void> => {
    for (;;) {
      const [line] = await once(lines, "line");
      const { type } = JSON.parse(String(line));
      types.push(type);
      if (type === "look") return;
    }
  };
  await nextLook();
  const second = nextLook();
  await writeFile(join(cwd, "main.cw"), page("saved"));
  await second;
  expect(types).toEqual(["started", "look", "look"]);
  expect(await readFile(join(cwd, "page.html"), "utf8")).toBe("hello");
  const ended = once(daemon, "exit");
  daemon.kill("SIGTERM");
  expect(await ended).toEqual([130, null]);
});

test("what is the matter is written down for each new state, for those who only read", {
  timeout: 60_000,
}, async () => {
  const file = (name: string) =>
    `resource "file" "${name}" {\n  path    = "${name}.html"\n  content = "hello"\n}\n`;
  const cwd = await stackFolder({ "main.cw": file("page") });
  expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
  await writeFile(join(cwd, "page.html"), "mine");
  const daemon = startCli(["daemon", "run", "--json", "--interval", "1s"], { cwd });
  onTestFinished(() => void daemon.kill("SIGKILL"));
  const seen = async () => {
    const { serial } = await stateOf(cwd);
    const path = join(cwd, ".clockwork/observations.json");
    const observed = existsSync(path) ? JSON.parse(await readFile(path, "utf8")) : {};
    expect(observed).toMatchObject({ serial, resources: { "file.page": { status: "changed" } } });
    return serial;
  };
  const first = await vi.waitFor(seen, { timeout: 20_000, interval: 100 });
  // Somebody changes something else, and leaves that as it is.
  await writeFile(join(cwd, "main.cw"), file("page") + file("other"));
  expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
  expect(await vi.waitFor(seen, { timeout: 20_000, interval: 100 })).toBeGreaterThan(first);
});
