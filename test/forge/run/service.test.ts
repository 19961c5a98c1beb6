import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "../../../server/src/assembly/actions.ts";
import type { RunnableStep } from "../../../server/src/forge/run.ts";
import { stopService } from "../../../server/src/forge/service-stop.ts";
import {
  readServiceStatus,
  type ServiceStatusFile,
  serviceStatus,
} from "../../../server/src/state/services.ts";
import { type Bench, bench, buildSupervisor, outcomes } from "./fixture.ts";

let bundles: string;
let supervisorPath: string;
let b: Bench;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), "clockwork-supervisor-"));
  supervisorPath = await buildSupervisor(bundles);
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
beforeEach(() => {
  b = bench(supervisorPath);
});
afterEach(async () => {
  await stopService(b.host, b.stackDir, "web");
  b.remove();
});

interface Described {
  readonly command: JsonValue[];
  readonly [field: string]: JsonValue;
}

/** A step whose artifact describes the service; `args` are the action's, which may differ. */
function ensure(described: Described, args: Record<string, JsonValue> = {}): RunnableStep {
  const text = JSON.stringify(described).replaceAll("'", "'\\''");
  return b.step(
    {
      name: "ensure_service",
      id: "ensure_service.web",
      args: { name: "web", command: described.command, ...args },
    },
    `printf '%s' '${text}' > "$CLOCKWORK_SERVICE"`,
  );
}

const removal = (script = "exit 0"): RunnableStep =>
  b.step({ name: "remove_service", id: "remove_service.web", args: { name: "web", command: ["x"] } }, script);

async function status(): Promise<ServiceStatusFile> {
  const read = await readServiceStatus(b.host, b.stackDir, "web");
  if (typeof read === "string") throw new Error(`status.json is ${read}`);
  return read;
}

/** From outside of its sandbox, the process that has this pid in there. */
function outerPid(service: number | undefined, inner: number): number {
  const namespace = (pid: string): string => readlinkSync(`/proc/${pid}/ns/pid`);
  const isIt = (pid: string): boolean => {
    try {
      const pids = /^NSpid:.*$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[0].split(/\s+/) ?? [];
      return pids.at(-1) === String(inner) && namespace(pid) === namespace(String(service));
    } catch {
      return false;
    }
  };
  return Number(readdirSync("/proc").find((name) => /^\d+$/.test(name) && isIt(name)));
}

const alive = async (pid: number | undefined): Promise<boolean> =>
  pid !== undefined && (await b.host.jobs.startTime(pid)) !== undefined;

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error("waited in vain");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe.skipIf(process.platform !== "linux")("a process service", () => {
  it("starts, outlives its step, is left alone when nothing changed, and is removed", async () => {
    const step = ensure({ command: ["sleep", "1000"] });
    expect(outcomes(await b.run([step]))).toEqual({ "ensure_service.web": "succeeded" });
    const first = await status();
    expect(first).toMatchObject({ state: "running", restarts: 0, command: ["sleep", "1000"] });
    expect(await serviceStatus(b.host, b.stackDir, "web")).toEqual({
      state: "running",
      pid: first.pid,
      command: ["sleep", "1000"],
    });
    expect(readFileSync(`/proc/${first.pid}/cmdline`, "utf8")).toBe("sleep\x001000\0");

    expect(outcomes(await b.run([step]))).toEqual({ "ensure_service.web": "succeeded" });
    expect(await status()).toEqual(first);

    const seen = b.path("seen");
    const gone = removal(
      `[ -e .clockwork/services/web ] && touch ${seen}; kill -0 ${first.pid} 2>/dev/null && exit 1; exit 0`,
    );
    expect(outcomes(await b.run([gone]))).toEqual({ "remove_service.web": "succeeded" });
    expect(existsSync(seen)).toBe(true);
    expect(existsSync(b.path(".clockwork/services/web"))).toBe(false);
    expect([await alive(first.pid), await alive(first.supervisorPid)]).toEqual([false, false]);
    expect(await serviceStatus(b.host, b.stackDir, "web")).toEqual({ state: "absent" });
  });

  it("gives its port free before the changed one takes it", async () => {
    const port = await freePort();
    const server = (answer: string): Described => ({
      command: [
        process.execPath,
        "-e",
        `require("http").createServer((q, s) => s.end(${JSON.stringify(answer)})).listen(${port}, "127.0.0.1")`,
      ],
    });
    const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text();
    await b.run([ensure(server("one"))]);
    expect(await ask()).toBe("one");
    const before = await status();
    expect(outcomes(await b.run([ensure(server("two"))]))).toEqual({ "ensure_service.web": "succeeded" });
    expect(await ask()).toBe("two");
    expect(await alive(before.supervisorPid)).toBe(false);
  });

  it("sees a small environment, its own, and its folder", async () => {
    process.env["CLOCKWORK_TEST_LEAK"] = "yes";
    writeFileSync(b.path("show.sh"), "env > env.txt; pwd > pwd.txt; exec sleep 1000");
    await b.run([ensure({ command: ["bash", "show.sh"], env: { GREETING: "hello there" } })]);
    delete process.env["CLOCKWORK_TEST_LEAK"];
    const names = readFileSync(b.path("env.txt"), "utf8")
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(names.filter((name) => !["PWD", "SHLVL", "_", "OLDPWD", ""].includes(name ?? "")).sort()).toEqual([
      "CLOCKWORK_SERVICE_FOLDER",
      "GREETING",
      "HOME",
      "LANG",
      "PATH",
    ]);
    expect(readFileSync(b.path("pwd.txt"), "utf8").trim()).toBe(b.stackDir);
  });

  it("keeps what its environment holds off the disk", async () => {
    const command = ["bash", "-c", "echo $API_KEY | base64; echo key=$API_KEY; sleep ${SECONDS_KEY}"];
    const step = b.step(
      {
        name: "ensure_service",
        id: "ensure_service.web",
        args: { name: "web", command },
        uses: ["SECONDS_KEY", "API_KEY"],
        secrets: ["API_KEY"],
      },
      `API_KEY=$(cat "$API_KEY_FILE"); printf '{"command":["bash","-c","echo $API_KEY | base64; echo key=$API_KEY; sleep %s"],"env":{"API_KEY":"%s"}}' "$SECONDS_KEY" "$API_KEY" > "$CLOCKWORK_SERVICE"; echo "$API_KEY"`,
    );
    b.values.set("SECONDS_KEY", "1000");
    b.values.set("API_KEY", "canary-hunter2");
    expect(outcomes(await b.run([step]))).toEqual({ "ensure_service.web": "succeeded" });
    expect(await status()).toMatchObject({ command });
    expect(readFileSync(b.path(".clockwork/services/web/service.log"), "utf8")).toMatch(
      /^\*\*\*\S*\nkey=\*\*\*\n$/,
    );
    expect(b.events.filter((e) => e.type === "step-output")).toMatchObject([{ text: "***\n" }]);
    const grep = (): string =>
      execFileSync("grep", [
        "-r",
        "canary-hunter2",
        b.path(".clockwork/services"),
        b.path(".clockwork/work"),
        b.path(".clockwork/logs"),
        b.path(".clockwork/runs"),
      ]).toString();
    // 1: nothing found; 2: could not look.
    expect(grep).toThrow(expect.objectContaining({ status: 1 }));
  });

  it("fails the step when it ends at once, shows why, and leaves nothing", async () => {
    const results = await b.run([ensure({ command: ["bash", "-c", "echo port 80 is taken; exit 9"] })]);
    const [problem] = results.get("ensure_service.web")?.diagnostics ?? [];
    expect(problem).toMatchObject({
      code: "service-failed",
      message: 'Service "web" ended at once, with exit code 9',
    });
    expect(problem?.hint).toContain("port 80 is taken");
    const { supervisorPid } = await status();
    expect(await alive(supervisorPid)).toBe(false);
    expect(await serviceStatus(b.host, b.stackDir, "web")).toMatchObject({ state: "stopped" });
  });

  it("fails the step for a program that is not there", async () => {
    const results = await b.run([ensure({ command: ["no-such-program"] })]);
    expect(results.get("ensure_service.web")?.diagnostics[0]).toMatchObject({ code: "service-failed" });
  });

  it.each<[string, string, string]>([
    ["nothing", "", "did not describe it"],
    ["no JSON", "{", "did not describe it as agreed"],
    ["a field more", '{"command":["sleep","1000"],"user":"root"}', "did not describe it as agreed"],
    ["another command", '{"command":["sleep","2000"]}', "describes another command than the plan"],
    [
      "a variable that the program's loader obeys",
      '{"command":["sleep","1000"],"env":{"LD_PRELOAD":"/tmp/x.so"}}',
      "sets LD_PRELOAD",
    ],
    ["an unknown signal", '{"command":["sleep","1000"],"stop_signal":"SIGSTOP"}', "stop_signal"],
  ])("refuses a description that is %s", async (_, text, message) => {
    const step = b.step(
      { name: "ensure_service", id: "ensure_service.web", args: { name: "web", command: ["sleep", "1000"] } },
      `printf '%s' '${text}' > "$CLOCKWORK_SERVICE"`,
    );
    const results = await b.run([step]);
    expect(results.get("ensure_service.web")).toMatchObject({ outcome: "failed" });
    expect(results.get("ensure_service.web")?.diagnostics[0]?.message).toContain(message);
    expect(await serviceStatus(b.host, b.stackDir, "web")).toEqual({ state: "absent" });
  });

  it("is started again after a crash, with its children gone first", async () => {
    await b.run([ensure({ command: ["bash", "-c", "sleep 1111 & echo $! > child; sleep 1000; exit 1"] })]);
    const before = await status();
    const child = outerPid(before.pid, Number(readFileSync(b.path("child"), "utf8")));
    expect(await alive(child)).toBe(true);
    process.kill(before.pid ?? 0, "SIGKILL");
    await until(async () => (await status()).state === "waiting");
    expect(await serviceStatus(b.host, b.stackDir, "web")).toMatchObject({ state: "waiting" });
    expect(await alive(child)).toBe(false);
    await until(async () => (await status()).state === "running");
    expect(await status()).toMatchObject({ restarts: 1, supervisorPid: before.supervisorPid });
    expect((await status()).pid).not.toBe(before.pid);
    expect(await serviceStatus(b.host, b.stackDir, "web")).toMatchObject({ state: "running" });
  });

  it.each<[string, string, "waiting" | "exited"]>([
    ["no", "exit 1", "exited"],
    ["on-failure", "exit 0", "exited"],
    ["on-failure", "exit 1", "waiting"],
    ["always", "exit 0", "waiting"],
  ])("obeys restart = %s after `%s`", async (restart, end, expected) => {
    const results = await b.run([ensure({ command: ["bash", "-c", `sleep 1.5; ${end}`] }, { restart })]);
    expect(outcomes(results)).toEqual({ "ensure_service.web": "succeeded" });
    await until(async () => (await status()).state !== "running");
    expect((await status()).state).toBe(expected);
  });

  it("is asked to end with its signal, and killed with all it started when it does not", async () => {
    const command = [
      "bash",
      "-c",
      "trap 'echo bye; exit 0' USR1; (trap '' TERM USR1; setsid sleep 1000) & echo $! > child; while :; do sleep 0.1; done",
    ];
    await b.run([ensure({ command, stop_signal: "USR1", stop_timeout: 5 })]);
    const child = outerPid((await status()).pid, Number(readFileSync(b.path("child"), "utf8")));
    expect(await alive(child)).toBe(true);
    expect(await stopService(b.host, b.stackDir, "web")).toEqual([]);
    expect(await status()).toMatchObject({ state: "stopped", exitCode: 0 });
    expect(readFileSync(b.path(".clockwork/services/web/service.log"), "utf8")).toContain("bye");
    expect(await alive(child)).toBe(false);

    await b.run([
      ensure({ command: ["bash", "-c", "trap '' TERM; while :; do sleep 0.1; done"], stop_timeout: 0.5 }),
    ]);
    const { pid } = await status();
    expect(await stopService(b.host, b.stackDir, "web")).toEqual([]);
    expect(await alive(pid)).toBe(false);
    expect(await status()).toMatchObject({ state: "stopped", exitCode: 137 });
  });

  it("is seen as stopped when its supervisor was killed, dies with it, and can be started again", async () => {
    const step = ensure({ command: ["sleep", "1000"] });
    await b.run([step]);
    const before = await status();
    process.kill(before.supervisorPid, "SIGKILL");
    await until(async () => !(await alive(before.supervisorPid)));
    expect(await serviceStatus(b.host, b.stackDir, "web")).toMatchObject({ state: "stopped" });
    await until(async () => !(await alive(before.pid)));
    expect(outcomes(await b.run([step]))).toEqual({ "ensure_service.web": "succeeded" });
    expect((await status()).pid).not.toBe(before.pid);
    expect(await serviceStatus(b.host, b.stackDir, "web")).toMatchObject({ state: "running" });
  });

  it("never signals a process that merely has the pid", async () => {
    await b.run([ensure({ command: ["sleep", "1000"] })]);
    await stopService(b.host, b.stackDir, "web");
    const bystander = spawn("sleep", ["1000"], { stdio: "ignore" });
    const path = b.path(".clockwork/services/web/status.json");
    const pids = {
      pid: bystander.pid,
      startTime: "1",
      supervisorPid: bystander.pid,
      supervisorStartTime: "1",
    };
    writeFileSync(path, JSON.stringify({ ...(await status()), ...pids, state: "running" }));
    expect(await serviceStatus(b.host, b.stackDir, "web")).toMatchObject({ state: "stopped" });
    expect(await stopService(b.host, b.stackDir, "web")).toEqual([]);
    expect(await alive(bystander.pid)).toBe(true);
    bystander.kill("SIGKILL");
  });

  it("is found by its mark when its status is damaged", async () => {
    await b.run([ensure({ command: ["sleep", "1000"] })]);
    const before = await status();
    writeFileSync(b.path(".clockwork/services/web/status.json"), "{");
    expect(await stopService(b.host, b.stackDir, "web")).toEqual([]);
    expect([await alive(before.pid), await alive(before.supervisorPid)]).toEqual([false, false]);
  });

  it("keeps two log files of limited size", async () => {
    const flood = "head -c 25000000 /dev/zero | tr '\\0' x; echo done > flooded; exec sleep 1000";
    await b.run([ensure({ command: ["bash", "-c", flood] })]);
    await until(async () => existsSync(b.path("flooded")));
    const sizes = ["service.log", "service.log.1"].map(
      (name) => statSync(b.path(`.clockwork/services/web/${name}`)).size,
    );
    for (const size of sizes) expect(size).toBeLessThanOrEqual(10 * 1024 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(9 * 1024 * 1024);
  });
});
