import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isolation } from "../../server/src/host/node-isolation.ts";
import { nodeJobs } from "../../server/src/host/node-jobs.ts";
import type { JobEnd, JobSpec, Jobs, Sandbox } from "../../server/src/host/ports.ts";

/** Each line of work leaves its kind in a file named by its pid as the host sees it: found again by open descriptor. */
const victims: Record<string, string> = {
  "a child": "sleep 300 &",
  "one that ignores TERM": `(trap '' TERM; while :; do sleep 1; done) &`,
  "a session of its own": "setsid sleep 300 &",
  "a double fork with a session": "(setsid sleep 300 & ) &",
  "a session with a cleared environment": "setsid env -i /bin/sleep 300 &",
  nohup: "nohup sleep 300 >/dev/null 2>&1 &",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-jobs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Pids of everything that works in the test's folder. */
function alive(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0];
        return state !== "Z" && readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}

function script(text: string): string[] {
  writeFileSync(join(folder, "step.sh"), text);
  return ["/bin/bash", join(folder, "step.sh")];
}

/** With nothing in it but processes of its own. */
const wide = (): Sandbox => ({
  network: true,
  home: true,
  readable: [folder],
  writable: [folder],
  protected: [],
  hidden: [],
  rights: false,
  serves: false,
});

function start(jobs: Jobs, text: string, spec: Partial<JobSpec> = {}): Promise<JobEnd & { output: string }> {
  let output = "";
  return jobs
    .run({
      argv: script(text),
      cwd: folder,
      env: { PATH: "/usr/bin:/bin", MARK: folder },
      marker: { MARK: folder },
      usesEngine: false,
      timeoutMs: 20_000,
      graceMs: 300,
      signal: new AbortController().signal,
      kill: new AbortController().signal,
      onStarted: () => {},
      onOutput: (chunk) => {
        output += Buffer.from(chunk).toString();
      },
      ...spec,
    })
    .then((end) => ({ ...end, output }));
}

const real = nodeJobs(process.platform);
const hasSandbox = (await real.sandbox()).driver !== "none";

const ways = [
  { name: "with a PID namespace", jobs: real, confined: false },
  { name: "without namespaces", jobs: nodeJobs("linux", { namespaces: false }), confined: false },
  { name: "in a sandbox", jobs: real, confined: true },
];

for (const { name, jobs, confined } of ways) {
  const run: typeof start = (jobs, text, spec) =>
    start(jobs, text, { ...(confined && { sandbox: wide() }), ...spec });
  describe.skipIf(process.platform !== "linux" || (confined && !hasSandbox))(name, () => {
    it("hands back exit code and output", async () => {
      expect(await run(jobs, "echo out; echo err >&2; exit 7")).toMatchObject({
        code: 7,
        cause: "exit",
        survivors: [],
      });
      const { output } = await run(jobs, "echo out; echo err >&2");
      expect(output.split("\n").sort()).toEqual(["", "err", "out"]);
    });

    it.each(Object.entries(victims))("ends %s after the timeout", async (_, line) => {
      const end = await run(jobs, `${line}\nsleep 0.3; sleep 300`, { timeoutMs: 600 });
      expect(end).toMatchObject({ cause: "timeout", survivors: [] });
      expect(alive()).toEqual([]);
    });

    it("ends all of them together within grace and a second", async () => {
      const began = Date.now();
      const end = await run(
        jobs,
        `${Object.values(victims).join("\n")}\ntrap '' TERM\nwhile :; do sleep 1; done`,
        {
          timeoutMs: 600,
        },
      );
      expect(end).toMatchObject({ cause: "timeout", survivors: [] });
      expect(Date.now() - began).toBeLessThan(600 + 300 + 1000);
      expect(alive()).toEqual([]);
    });

    it("leaves nothing behind when a job ends by itself, and does not wait for who holds its pipes", async () => {
      const began = Date.now();
      expect(await run(jobs, "setsid sleep 300 &\nexit 0")).toMatchObject({
        code: 0,
        cause: "exit",
        survivors: [],
      });
      expect(Date.now() - began).toBeLessThan(2000);
      expect(alive()).toEqual([]);
    });

    it("lets a script clean up when it is asked to end", async () => {
      const end = await run(jobs, "trap 'echo cleaned; exit 3' TERM\nsleep 300 &\nwait", {
        timeoutMs: 400,
        graceMs: 3000,
      });
      expect(end).toMatchObject({ code: 3, cause: "timeout", output: "cleaned\n" });
    });

    it("cancels gracefully, and at once when it is insisted", async () => {
      const signal = new AbortController();
      const kill = new AbortController();
      setTimeout(() => signal.abort(), 200);
      setTimeout(() => kill.abort(), 500);
      const began = Date.now();
      const end = await run(jobs, "trap '' TERM\nwhile :; do sleep 1; done", {
        graceMs: 10_000,
        signal: signal.signal,
        kill: kill.signal,
      });
      expect(end).toMatchObject({ cause: "cancelled", survivors: [] });
      expect(Date.now() - began).toBeLessThan(2500);
      expect(alive()).toEqual([]);
    });

    it("refuses a program that is not there", async () => {
      const missing = jobs.run({
        argv: ["/nowhere/bash"],
        cwd: join(folder, "gone"),
        env: {},
        marker: {},
        usesEngine: true,
        timeoutMs: 1000,
        graceMs: 0,
        signal: new AbortController().signal,
        kill: new AbortController().signal,
        onStarted: () => {},
        onOutput: () => {},
      });
      await expect(missing).rejects.toMatchObject({ code: "ENOENT" });
    });
  });
}

describe.skipIf(process.platform !== "linux")("a job that uses the container engine", () => {
  it("leaves what it started when it ends by itself, and ends it on a timeout", async () => {
    const jobs = nodeJobs("linux");
    await start(jobs, "setsid sleep 300 >/dev/null 2>&1 &", { usesEngine: true });
    const left = alive();
    expect(left).toHaveLength(1);
    for (const pid of left) process.kill(pid, "SIGKILL");
    const end = await start(jobs, "setsid sleep 300 &\nsleep 300", { usesEngine: true, timeoutMs: 400 });
    expect(end).toMatchObject({ cause: "timeout", survivors: [] });
    expect(alive()).toEqual([]);
  });

  it("leaves the engine's own helpers alone, and what runs in them", async () => {
    const jobs = nodeJobs("linux");
    copyFileSync("/bin/bash", join(folder, "conmon"));
    chmodSync(join(folder, "conmon"), 0o755);
    const text = "(setsid ./conmon -c 'sleep 300; exit' &)\nsleep 300";
    const end = await start(jobs, text, { usesEngine: true, timeoutMs: 600 });
    expect(end).toMatchObject({ cause: "timeout", survivors: [] });
    const left = alive();
    for (const pid of left) process.kill(pid, "SIGKILL");
    expect(left).toHaveLength(2);
  });
});

const isolated = (await isolation(process.platform)()) !== undefined;

/** A program of its own that runs one job, to be started as another user or killed. */
async function runner(script: string): Promise<string> {
  const outfile = join(folder, "runner.cjs");
  await build({
    stdin: {
      contents: `
        import { isolation } from "../../server/src/host/node-isolation.ts";
import { nodeJobs } from "./server/src/host/node-jobs.ts";
        const never = new AbortController().signal;
        nodeJobs("linux").run({
          argv: ["/bin/bash", ${JSON.stringify(script)}], cwd: ${JSON.stringify(folder)},
          env: { PATH: "/usr/bin:/bin" }, marker: {}, usesEngine: false, timeoutMs: 1500, graceMs: 300,
          signal: never, kill: never, onStarted: () => console.log("started"), onOutput: (chunk) => process.stdout.write(chunk),
        }).then((end) => console.log(JSON.stringify(end)));`,
      resolveDir: process.cwd(),
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  return outfile;
}

describe.skipIf(process.platform !== "linux")("a job in a program of its own", () => {
  const all = `${Object.values(victims).join("\n")}\necho ready\nsleep 300`;

  // Where the machine refuses namespaces the next start has to sweep.
  it.runIf(isolated)("dies with the program, whatever it started", async () => {
    const [, path = ""] = script(all);
    const program = spawn(process.execPath, [await runner(path)], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve) =>
      program.stdout.on("data", (chunk: Buffer) => String(chunk).includes("ready") && resolve()),
    );
    program.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(alive()).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)("ends with all it started for a user without rights", async () => {
    const [, path = ""] = script(all);
    const program = await runner(path);
    chmodSync(folder, 0o755);
    const user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
    const out = execFileSync("setpriv", [...user, process.execPath, program], { encoding: "utf8", env: {} });
    const end: unknown = JSON.parse(out.trim().split("\n").at(-1) ?? "");
    expect(end).toMatchObject({ cause: "timeout", survivors: [] });
    expect(alive()).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("what one process may take", () => {
  it("leaves room: half of the free disk in a file, half of the memory, no dump", async () => {
    const { output } = await start(real, "ulimit -c; ulimit -f; ulimit -d; ulimit -n");
    const [core, file, data, files] = output.trim().split("\n").map(Number);
    expect(core).toBe(0);
    // In units of 1024 bytes.
    expect(file).toBeGreaterThan(0);
    expect(data).toBeGreaterThan(0);
    expect(data).toBeLessThanOrEqual(totalmem() / 2048);
    expect(files).toBeLessThanOrEqual(65_536);
  });

  it("ends a process that writes more, and says so by its exit code", async () => {
    const end = await start(real, "ulimit -f 1000; head -c 5000000 /dev/zero > big; echo $?");
    expect(end.output.trim().split("\n").at(-1)).toBe("153");
  });
});
