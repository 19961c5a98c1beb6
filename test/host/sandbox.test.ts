import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeJobs } from "../../server/src/host/node-jobs.ts";
import type { Sandbox } from "../../server/src/host/ports.ts";

const jobs = nodeJobs(process.platform);
const level = await jobs.sandbox();
const skipReason = level.driver === "none" ? `${level.reason}` : "";
if (skipReason) console.warn(`skipped: the sandbox's tests, ${skipReason}`);

let folder: string;
let stack: string;
let outside: string;
let open: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-sandbox-"));
  stack = join(folder, "stack");
  outside = join(folder, "outside");
  for (const path of [join(stack, ".clockwork", "work"), join(stack, ".git"), outside])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(stack, "main.cw"), "");
  writeFileSync(join(stack, ".clockwork", "state.json"), "{}");
  open = [];
});
afterEach(() => {
  for (const server of open) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `allowed` beside the work folder; or no sandbox at all. */
async function run(
  text: string,
  allowed: Partial<Sandbox> | "none" = {},
): Promise<{ code: number; output: string }> {
  const path = join(stack, "step.sh");
  writeFileSync(path, text);
  const never = new AbortController().signal;
  let output = "";
  const { code } = await jobs.run({
    argv: ["/bin/bash", path],
    cwd: stack,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", OUTSIDE: outside, STACK: stack, HOME: stack },
    marker: {},
    usesEngine: false,
    ...(allowed !== "none" && {
      sandbox: {
        network: false,
        home: false,
        readable: [stack],
        writable: [join(stack, ".clockwork", "work")],
        protected: [join(stack, ".clockwork"), join(stack, ".git")],
        hidden: [],
        rights: false,
        serves: false,
        ...allowed,
      },
    }),
    timeoutMs: 20_000,
    graceMs: 300,
    signal: never,
    kill: never,
    onStarted: () => {},
    onOutput: (chunk) => {
      output += Buffer.from(chunk).toString();
    },
  });
  return { code, output };
}

/** What a script would do that has got loose; each succeeds with exit code 0 where nothing stops it. */
const attacks: Readonly<Record<string, string>> = {
  "writes beside the stack": 'echo x > "$OUTSIDE/x" && test -e "$OUTSIDE/x"',
  "writes into the system": "echo x > /etc/clockwork-was-here",
  "writes a file of the stack": 'echo x >> "$STACK/main.cw"',
  "changes the state": 'echo x >> "$STACK/.clockwork/state.json"',
  "plants a hook": 'echo x > "$STACK/.git/post-checkout"',
  "mounts the disk anew": "mount -o remount,bind,rw / && echo x > /etc/clockwork-was-here",
  "makes a device": 'mknod "$STACK/.clockwork/work/disk" b 8 0',
  "gets rights in a namespace of its own":
    "unshare -Urm sh -c 'mount -o remount,bind,rw / && echo x > /etc/clockwork-was-here'",
  "reads the environment of who started it":
    "tr '\\0' '\\n' < /proc/$PPID/environ | grep -vE '^(PATH|OUTSIDE|STACK|HOME|PWD)=' | grep -q =",
  "sees other processes": `grep -qs ${process.pid} /proc/${process.pid}/stat`,
  "signals who started it": `kill -0 ${process.pid}`,
  "talks to a socket of the machine": 'test -n "$(find /run /tmp -type s 2>/dev/null)"',
  "finds a home": `test -n "$(ls -A ${homedir()} 2>/dev/null)"`,
  "loads a kernel module's rights":
    "grep -q 'CapEff:.*[1-9a-f].*' /proc/self/status && capsh --has-p=cap_sys_admin",
};

/** Those that harm nothing but the test's own folder. */
const harmless = [
  "writes beside the stack",
  "writes a file of the stack",
  "changes the state",
  "plants a hook",
  "finds a home",
];

it.each(harmless)("without one a script that %s does not fail", async (name) => {
  expect((await run(attacks[name] ?? "", "none")).code).toBe(0);
});

describe.skipIf(level.driver === "none")("in a sandbox", () => {
  it.each(Object.entries(attacks))("a script that %s fails", async (_, text) => {
    const { code } = await run(text);
    expect(code).not.toBe(0);
    expect(existsSync("/etc/clockwork-was-here")).toBe(false);
    expect(readFileSync(join(stack, "main.cw"), "utf8")).toBe("");
  });

  it("has the network only where it is granted", async () => {
    const port = await listening();
    const connect = `exec 3<>/dev/tcp/127.0.0.1/${port}`;
    expect((await run(connect)).code).not.toBe(0);
    expect((await run(connect, { network: true })).code).toBe(0);
  });

  it("writes where it may, and not to what is protected in there", async () => {
    const may = { writable: [stack] };
    expect(await run('echo x > "$STACK/made" && cat "$STACK/made"', may)).toMatchObject({
      code: 0,
      output: "x\n",
    });
    expect(readFileSync(join(stack, "made"), "utf8")).toBe("x\n");
    expect((await run('echo x > "$STACK/.git/hook"', may)).code).not.toBe(0);
    expect((await run('rm -rf "$STACK/.clockwork"; test -e "$STACK/.clockwork/state.json"', may)).code).toBe(
      0,
    );
    expect(existsSync(join(stack, ".clockwork", "state.json"))).toBe(true);
  });

  it("sees what it may read, also where that lies in what is hidden", async () => {
    writeFileSync(join(outside, "given"), "for you");
    expect((await run('cat "$OUTSIDE/given"')).code).not.toBe(0);
    const { code, output } = await run('cat "$OUTSIDE/given"', { readable: [stack, outside] });
    expect({ code, output }).toEqual({ code: 0, output: "for you" });
    expect((await run('echo x > "$OUTSIDE/given"', { readable: [stack, outside] })).code).not.toBe(0);
  });

  it.runIf(process.getuid?.() === 0)("root changes files of others where it may write", async () => {
    const theirs = join(stack, "theirs");
    writeFileSync(theirs, "");
    execFileSync("chown", ["65534", theirs, stack]);
    chmodSync(stack, 0o755);
    const { code } = await run("echo x > theirs && chown 12345 theirs && chmod 600 theirs", {
      writable: [stack],
    });
    expect(code).toBe(0);
    expect(lstatSync(theirs).uid).toBe(12345);
  });

  it("runs node, and what comes with it", async () => {
    const { code, output } = await run(`${process.execPath} -e 'console.log(6 * 7)'`, {
      readable: [stack, process.execPath],
    });
    expect({ code, output }).toEqual({ code: 0, output: "42\n" });
  });
});

describe.skipIf(level.driver === "none" || process.getuid?.() !== 0)("in an ordinary user's sandbox", () => {
  it("each of them fails too", async () => {
    const outfile = join(folder, "runner.cjs");
    await build({
      stdin: {
        contents: `
          import { writeFileSync } from "node:fs";
          import { nodeJobs } from "./server/src/host/node-jobs.ts";
          const stack = ${JSON.stringify(stack)}, never = new AbortController().signal;
          async function main() {
            const jobs = nodeJobs("linux"), worked = [];
            const { driver } = await jobs.sandbox();
            for (const [name, text] of Object.entries(${JSON.stringify(attacks)})) {
              writeFileSync(stack + "/step.sh", text);
              const { code } = await jobs.run({
                argv: ["/bin/bash", stack + "/step.sh"], cwd: stack, marker: {}, usesEngine: false, timeoutMs: 9000, graceMs: 100,
                env: { PATH: "/usr/bin:/bin", OUTSIDE: ${JSON.stringify(outside)}, STACK: stack, HOME: stack },
                sandbox: { network: false, home: false, readable: [stack], writable: [stack + "/.clockwork/work"],
                  protected: [stack + "/.clockwork", stack + "/.git"], hidden: [], rights: false, serves: false },
                signal: never, kill: never, onStarted() {}, onOutput() {},
              });
              if (code === 0) worked.push(name);
            }
            console.log(JSON.stringify({ driver, worked }));
          }
          void main();`,
        resolveDir: process.cwd(),
        loader: "ts",
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "silent",
    });
    execFileSync("chown", ["-R", "65534:65534", folder]);
    const user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
    const out = execFileSync("setpriv", [...user, process.execPath, outfile], { encoding: "utf8", env: {} });
    const { driver, worked } = JSON.parse(out);
    // Some systems keep ordinary users from making namespaces.
    if (driver === "none") console.warn("skipped: an ordinary user has no sandbox here");
    else expect(worked).toEqual([]);
  });
});

async function listening(): Promise<number> {
  const server = createServer((socket) => socket.end());
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
