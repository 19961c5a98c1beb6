import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../../../server/src/diagnostics/diagnostic.ts";
import type { StepResult } from "../../../server/src/forge/run.ts";
import { runFolders, stepFolders } from "../../../server/src/forge/run-folders.ts";
import { type Bench, bench, outcomes } from "./fixture.ts";

let b: Bench;
beforeEach(() => {
  b = bench();
});
afterEach(() => b.remove());

const task = (id: string, rest: Partial<Action> = {}): Action => ({
  name: "run_task",
  id,
  args: {},
  ...rest,
});
const problems = (result: StepResult | undefined): string[] =>
  (result?.diagnostics ?? []).map((d: Diagnostic) => `${d.code}: ${d.message}`);

describe("order", () => {
  it("runs steps in their order and hands values on", async () => {
    const results = await b.run([
      b.step(
        task("a", { provides: { workdir: "APP_WORKDIR" } }),
        'echo "APP_WORKDIR=/srv/a b=c" > "$CLOCKWORK_OUTPUT"',
      ),
      b.step(task("b", { needs: ["a"], uses: ["APP_WORKDIR"] }), 'echo "$APP_WORKDIR" > got'),
    ]);
    expect(outcomes(results)).toEqual({ a: "succeeded", b: "succeeded" });
    expect(results.get("a")?.outputs).toEqual({ workdir: "/srv/a b=c" });
    expect(readFileSync(b.path("got"), "utf8")).toBe("/srv/a b=c\n");
    expect(b.values.get("APP_WORKDIR")).toBe("/srv/a b=c");
  });

  it("skips what needs a failed step, however far, and finishes the others", async () => {
    const results = await b.run([
      b.step(task("a"), "exit 3"),
      b.step(task("b", { needs: ["a"] }), "touch b"),
      b.step(task("c", { needs: ["b"] }), "touch c"),
      b.step(task("d", { needs: ["not-in-this-run"] }), "touch d"),
    ]);
    expect(outcomes(results)).toEqual({ a: "failed", b: "skipped", c: "skipped", d: "succeeded" });
    expect(results.get("a")).toMatchObject({ exitCode: 3, attempts: 1 });
    expect(results.get("b")?.attempts).toBe(0);
    expect([existsSync(b.path("b")), existsSync(b.path("d"))]).toEqual([false, true]);
    expect(problems(results.get("a"))).toEqual(['step-failed: Step "a" ended with exit code 3']);
  });

  it("runs independent steps together when it may", async () => {
    const wait =
      "touch here.$CLOCKWORK_STEP; for i in $(seq 100); do [ -e here.a ] && [ -e here.b ] && exit 0; sleep 0.05; done; exit 1";
    const steps = [b.step(task("a"), wait), b.step(task("b"), wait)];
    expect(outcomes(await b.run(steps, { parallelism: 2 }))).toEqual({ a: "succeeded", b: "succeeded" });
  });

  it("records a step before its dependants start, never two at once", async () => {
    const seen: string[] = [];
    let inside = 0;
    const results = await b.run(
      [
        b.step(task("a"), "exit 0"),
        b.step(task("b"), "exit 1"),
        b.step(task("c", { needs: ["a"] }), "exit 0"),
      ],
      {
        parallelism: 3,
        before: async (action) => {
          seen.push(`before ${action.id}`);
          return { env: {} };
        },
        after: async (action, result) => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 50));
          inside--;
          seen.push(`after ${action.id} ${result.outcome}`);
        },
      },
    );
    expect(outcomes(results)).toEqual({ a: "succeeded", b: "failed", c: "succeeded" });
    expect(seen.indexOf("after a succeeded")).toBeLessThan(seen.indexOf("before c"));
    expect(seen).toHaveLength(6);
  });

  it("ends the run when the caller cannot record, and says why", async () => {
    const steps = [b.step(task("a"), "exit 0"), b.step(task("b"), "touch b")];
    const after = async (): Promise<void> => {
      throw new Error("no space for the state");
    };
    await expect(b.run(steps, { after })).rejects.toThrow("no space for the state");
    expect(existsSync(b.path("b"))).toBe(false);
  });
});

describe("what a step sees", () => {
  it("is built from nothing", async () => {
    process.env["BASH_ENV"] = "/nowhere/evil";
    const plain = b.step(task("a", { uses: ["APP_URL"] }), "env > env.txt; pwd > pwd.txt; cat; exit 0");
    const vars = { GREETING: "hello", PATH: "/evil", CLOCKWORK_STEP: "evil" };
    const step = { ...plain, commands: plain.commands.map((c) => ({ ...c, vars })) };
    b.values.set("APP_URL", "http://x");
    b.values.set("OTHER", "unseen");
    const results = await b.run([step], {
      grants: () => ({ DOCKER_HOST: "unix:///run/docker.sock" }),
      before: async () => ({ env: { COMPUTED: "1" } }),
    });
    delete process.env["BASH_ENV"];
    expect(outcomes(results)).toEqual({ a: "succeeded" });
    const lines = readFileSync(b.path("env.txt"), "utf8").trim().split("\n").sort();
    const root = `${b.stackDir}/.clockwork`;
    const own = stepFolders(runFolders(b.stackDir, "run-1"), "a");
    expect(lines.filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))).toEqual(
      [
        "APP_URL=http://x",
        `CLOCKWORK_BUILD_DIR=${root}/build`,
        "CLOCKWORK_LINEAGE=b6a3f1f0-0000-4000-8000-000000000000",
        `CLOCKWORK_OUTPUT=${own.work}/output`,
        "CLOCKWORK_RUN_ID=run-1",
        `CLOCKWORK_STACK_DIR=${b.stackDir}`,
        "CLOCKWORK_STEP=a",
        "COMPUTED=1",
        "DOCKER_HOST=unix:///run/docker.sock",
        "GREETING=hello",
        `HOME=${own.home}`,
        "LANG=C.UTF-8",
        "PATH=/usr/local/bin:/usr/bin:/bin",
        `TMPDIR=${own.temporary}`,
      ].sort(),
    );
    expect(readFileSync(b.path("pwd.txt"), "utf8")).toBe(`${b.stackDir}\n`);
    expect(existsSync(`${root}/work/run-1`)).toBe(false);
  });

  it("fails a step whose run-time value nobody provided", async () => {
    const results = await b.run([b.step(task("a", { uses: ["GONE_ID"] }), "exit 0")]);
    expect(results.get("a")).toMatchObject({ outcome: "failed", attempts: 0 });
    expect(problems(results.get("a"))).toEqual([
      'step-failed: Step "a" needs GONE_ID, which no step has provided',
    ]);
  });

  it("does not start a step that is refused", async () => {
    const refuse = diagnostic("not-ours", "Container web is not ours");
    const results = await b.run([b.step(task("a"), "touch a")], {
      before: async () => ({ env: {}, refuse }),
    });
    expect(results.get("a")).toMatchObject({ outcome: "failed", attempts: 0, diagnostics: [refuse] });
    expect(existsSync(b.path("a"))).toBe(false);
  });

  it("does not start a script that changed after the check, retries or not", async () => {
    const first = b.step(task("a"), "echo 'touch evil' > .clockwork/build/scripts/b.sh");
    const second = b.step(task("b", { retries: 3 }), "exit 0");
    const results = await b.run([first, second]);
    expect(outcomes(results)).toEqual({ a: "succeeded", b: "failed" });
    expect(existsSync(b.path("evil"))).toBe(false);
    expect(problems(results.get("b"))[0]).toContain("is not the file that was checked");
  });

  it("fails alone when its environment is larger than the system takes", async () => {
    const steps = [b.step(task("a", { uses: ["BIG"] }), "exit 0"), b.step(task("b"), "exit 0")];
    b.values.set("BIG", "x".repeat(300_000));
    const results = await b.run(steps);
    expect(outcomes(results)).toEqual({ a: "failed", b: "succeeded" });
    expect(problems(results.get("a"))[0]).toContain("could not be started: E2BIG");
  });

  it("does not read a script through a link", async () => {
    const step = b.step(task("a"), "exit 0");
    const swap = b.step(task("x"), "cd .clockwork/build/scripts; mv a.sh real.sh; ln -s real.sh a.sh");
    expect(outcomes(await b.run([swap, step]))).toEqual({ x: "succeeded", a: "failed" });
  });
});

describe("outputs", () => {
  it.each([
    ["missing", ":", "lacks APP_WORKDIR"],
    [
      "extra",
      'printf "APP_WORKDIR=x\\nOTHER=1\\n" > "$CLOCKWORK_OUTPUT"',
      "has OTHER, which the step does not provide",
    ],
    ["doubled", 'printf "APP_WORKDIR=x\\nAPP_WORKDIR=y\\n" > "$CLOCKWORK_OUTPUT"', "has APP_WORKDIR twice"],
    [
      "multi-line",
      'printf "APP_WORKDIR=x\\nsecret line\\n" > "$CLOCKWORK_OUTPUT"',
      "has a line 2 that is not KEY=VALUE",
    ],
    [
      "a carriage return",
      'printf "APP_WORKDIR=x\\r\\n" > "$CLOCKWORK_OUTPUT"',
      "has control characters in APP_WORKDIR",
    ],
    ["not text", 'printf "APP_WORKDIR=\\xff\\n" > "$CLOCKWORK_OUTPUT"', "is not UTF-8"],
    ["a link", 'ln -sf /etc/passwd "$CLOCKWORK_OUTPUT"', "replaced the file in CLOCKWORK_OUTPUT"],
  ])("fails a step for %s", async (_, script, message) => {
    const results = await b.run([b.step(task("a", { provides: { workdir: "APP_WORKDIR" } }), script)]);
    expect(results.get("a")).toMatchObject({ outcome: "failed", outputs: {} });
    expect(problems(results.get("a"))[0]).toMatch(/^step-output: /);
    expect(problems(results.get("a"))[0]).toContain(message);
    expect(JSON.stringify(results.get("a"))).not.toContain("secret line");
    expect(b.values.size).toBe(0);
  });
});

describe("retries and time", () => {
  const flaky = (times: number): string =>
    `n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) > n; [ "$n" -ge ${times} ]`;

  it("repeats a failed step with backoff", async () => {
    const began = Date.now();
    const results = await b.run([b.step(task("a", { retries: 2 }), flaky(1))]);
    expect(results.get("a")).toMatchObject({ outcome: "succeeded", attempts: 2 });
    expect(Date.now() - began).toBeGreaterThan(1000);
    expect(b.events.filter((e) => e.type === "step-started").map((e) => e.attempt)).toEqual([1, 2]);
    expect(b.events.filter((e) => e.type === "step-finished")).toHaveLength(1);
  });

  it("gives up after the last retry, and never repeats a check", async () => {
    const results = await b.run([
      b.step(task("a", { retries: 1 }), flaky(5)),
      b.step({ name: "verify_http", id: "v", args: {}, retries: 5 }, "exit 1"),
    ]);
    expect(results.get("a")).toMatchObject({ outcome: "failed", attempts: 2 });
    expect(results.get("v")).toMatchObject({ outcome: "failed", attempts: 1 });
    expect(problems(results.get("v"))).toEqual(['verify-failed: Step "v" ended with exit code 1']);
  });

  it("ends a step at its timeout", async () => {
    const began = Date.now();
    const results = await b.run([
      b.step(task("a", { timeout: 0.5 }), "trap '' TERM; setsid sleep 100 & while :; do sleep 1; done"),
    ]);
    expect(results.get("a")).toMatchObject({ outcome: "timed-out" });
    expect(problems(results.get("a"))).toEqual(['step-timeout: Step "a" ran past its timeout']);
    expect(Date.now() - began).toBeLessThan(500 + 300 + 1500);
  });

  it("interrupts: the running step is cancelled, the others are skipped", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const results = await b.run(
      [b.step(task("a", { retries: 3 }), "sleep 100"), b.step(task("b"), "touch b")],
      { signal: controller.signal },
    );
    expect(outcomes(results)).toEqual({ a: "cancelled", b: "skipped" });
    expect(existsSync(b.path("b"))).toBe(false);
  });

  it("interrupts a pause between two attempts", async () => {
    const controller = new AbortController();
    const steps = [b.step(task("a", { retries: 9 }), "exit 1")];
    const onEvent = (event: { type: string }): void => {
      if (event.type === "step-started") setTimeout(() => controller.abort(), 300);
    };
    const began = Date.now();
    expect(outcomes(await b.run(steps, { signal: controller.signal, onEvent }))).toEqual({ a: "cancelled" });
    expect(Date.now() - began).toBeLessThan(950);
  });
});

describe("what is kept", () => {
  it("writes log and journal", async () => {
    const id = 'ensure_service.Web["eu/west"]';
    await b.run([b.step(task(id, { resource: "service.Web" }), "echo out; echo err >&2; exit 4")]);
    const started = b.events.find((e) => e.type === "step-started");
    expect(started?.resource).toBe("service.Web");
    expect(started?.log).toMatch(/^\.clockwork\/logs\/run-1\/[\w.-]+\.log$/);
    const log = readFileSync(b.path(started?.log ?? ""), "utf8");
    expect(log.split("\n").sort()).toEqual(
      ["", `clockwork: Step "${id}" ended with exit code 4`, "err", "out"].sort(),
    );
    const journal = readFileSync(b.path(".clockwork/runs/run-1.jsonl"), "utf8").trim().split("\n");
    const records = journal.map((line): { type: string } => JSON.parse(line));
    expect(records.map(({ type }) => type)).toEqual([
      ...["run", "begun", "intent", "started", "exited", "finished", "ended"],
    ]);
    expect(records[3]).toMatchObject({ step: id, startTime: expect.stringMatching(/^\d+$/) });
    expect(records[4]).toMatchObject({ code: 4, cause: "exit", survivors: [] });
  });

  it("quotes the last line, but not of a step that sees a secret", async () => {
    const results = await b.run(
      [
        b.step(task("a"), "echo cannot reach the moon; exit 1"),
        b.step(task("b", { uses: ["KEY"], secrets: ["KEY"] }), 'echo "$KEY"; exit 1'),
      ].map((step) => step),
      { before: async () => ({ env: { KEY: "hunter2hunter2" } }) },
    );
    expect(results.get("a")?.diagnostics[0]?.hint).toContain("cannot reach the moon");
    expect(JSON.stringify(results.get("b"))).not.toContain("hunter2");
  });

  it("passes whole lines on as they come", async () => {
    await b.run([b.step(task("a"), "printf one; sleep 0.2; printf ' line\\nrest'")]);
    const texts = b.events.flatMap((e) => (e.type === "step-output" ? [e.text] : []));
    expect(texts).toEqual(["one line\n", "rest\n"]);
  });

  it("keeps reading a flood without keeping it", async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const results = await b.run(
      [b.step(task("a"), "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo end")],
      {
        onEvent: () => {},
      },
    );
    clearInterval(timer);
    expect(outcomes(results)).toEqual({ a: "succeeded" });
    const { size } = statSync(b.path(".clockwork/logs/run-1/a.log"));
    expect(size).toBeGreaterThan(10 * 1024 * 1024);
    expect(size).toBeLessThan(10 * 1024 * 1024 + 200);
    expect(peak - before).toBeLessThan(60 * 1024 * 1024);
  });

  it("refuses a stack whose folders are links", async () => {
    mkdirSync(b.path("elsewhere"));
    mkdirSync(b.path(".clockwork"));
    symlinkSync("../elsewhere", b.path(".clockwork/logs"));
    await expect(b.run([b.step(task("a"), "exit 0")])).rejects.toMatchObject({ code: "ENOTDIR" });
    expect(readdirSync(b.path("elsewhere"))).toEqual([]);
  });

  it("fails rather than to write a log through a link", async () => {
    writeFileSync(b.path("precious"), "mine");
    const first = b.step(
      task("a"),
      `mkdir -p .clockwork/logs/run-1; ln -s "$PWD/precious" .clockwork/logs/run-1/b.log`,
    );
    const results = await b.run([first, b.step(task("b", { retries: 2 }), "echo evil")]);
    expect(results.get("b")).toMatchObject({ outcome: "failed", attempts: 1 });
    expect(problems(results.get("b"))[0]).toContain("build-unsafe");
    expect(readFileSync(b.path("precious"), "utf8")).toBe("mine");
  });
});
