/**
 * What a script can do once it runs, tried from a step of a kind that writes a file in the stack's folder, with the sandbox
 * that such a step gets by itself. SAFETY 2.8's attacks carry their numbers; where one succeeds in another kind of step,
 * the plan has said so (test/cli/rights.test.ts).
 */
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { homedir, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { type Capabilities, capabilities } from "../../../server/src/forge/capabilities.ts";
import type { RunContext, StepResult } from "../../../server/src/forge/run.ts";
import { nodeJobs } from "../../../server/src/host/node-jobs.ts";
import { type Bench, bench } from "./fixture.ts";

const level = await nodeJobs(process.platform).sandbox();
if (level.driver === "none") console.warn(`skipped: attacks of steps, ${level.reason}`);

let b: Bench;
let outside: string;
let servers: Server[] = [];
beforeEach(() => {
  b = bench();
  outside = mkdtempSync(join(tmpdir(), "clockwork-outside-"));
  writeFileSync(b.path("main.cw"), "");
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  b.remove();
  rmSync(outside, { recursive: true, force: true });
});

const file = (id: string, rest: Partial<Action> = {}): Action => ({
  name: "ensure_file",
  id: `ensure_file.${id}`,
  args: { path: "page.html" },
  ...rest,
});

/** A step of a kind that writes a file runs the script; later ones may follow. */
async function attack(
  script: string,
  context: Partial<RunContext> = {},
  action = file("page"),
  later: readonly ReturnType<Bench["step"]>[] = [],
): Promise<StepResult> {
  const results = await b.run([b.step(action, script), ...later], {
    capabilities: (a) => capabilities(a),
    timeoutMs: 20_000,
    ...context,
  });
  const result = results.get(action.id ?? action.name);
  if (!result) throw new Error("the step has no result");
  return result;
}

const said = ({ diagnostics }: StepResult): string =>
  diagnostics.map((d) => `${d.message} ${d.hint ?? ""}`).join("\n");

async function listening(path?: string): Promise<{ readonly port: number; readonly visits: () => number }> {
  let visits = 0;
  const server = createServer((socket) => {
    visits++;
    socket.end();
  });
  servers.push(server);
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, "127.0.0.1", resolve) : server.listen(path, resolve),
  );
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, visits: () => visits };
}

/** Pids of what works in the stack's folder. */
function alive(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && workFolder(pid)?.startsWith(b.stackDir));
}

function workFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

describe.skipIf(level.driver === "none")("a step does not", () => {
  it.each([
    ["a folder that was not there", "out"],
    ["a folder in one of its own", "out/deep"],
    ["a folder by a longer way", "./out/../out"],
  ])("have the next one write elsewhere by a link in the place of %s", async (_, path) => {
    const writes = [path];
    const can = (): Capabilities => ({ ...capabilities(file("page")), writes });
    const name = path === "out/deep" ? path : "out";
    if (path === "out/deep") mkdirSync(b.path("out"));
    await attack(`ln -s "${outside}" ${name}`, { capabilities: can });
    expect(lstatSync(b.path(name)).isSymbolicLink()).toBe(true);
    const result = await attack(`echo x > ${name}/x`, { capabilities: can });
    expect(readdirSync(outside)).toEqual([]);
    expect([result.outcome, said(result)]).toEqual(["failed", expect.stringContaining(`${name} is a link`)]);
  });

  it("have its own next try write elsewhere by a link", async () => {
    const can = (): Capabilities => ({ ...capabilities(file("page")), writes: ["out"] });
    const script = `[ -e out ] && echo x > out/x; ln -s "${outside}" out; exit 1`;
    await attack(script, { capabilities: can }, file("page", { retries: 1 }));
    expect(readdirSync(outside)).toEqual([]);
  });

  it("have a step that writes a file make it elsewhere by a link", async () => {
    const action = file("page", { args: { path: "pages/page.html" } });
    await attack(`ln -s "${outside}" pages; :`, {}, action);
    await attack("echo x > pages/page.html; :", {}, action);
    expect(readdirSync(outside)).toEqual([]);
  });

  it("R01 write outside of what its kind writes", async () => {
    await attack(`echo x > "${outside}/x"; echo x > /etc/clockwork-r01; echo x >> "${b.path("main.cw")}"; :`);
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync("/etc/clockwork-r01")).toBe(false);
    expect(readFileSync(b.path("main.cw"), "utf8")).toBe("");
  });

  it("R02 read what is in homes, keys among it", async () => {
    expect(
      (await attack(`[ -n "$(ls -A "${homedir()}" /root /home/* 2>/dev/null | grep -v :)" ]`)).outcome,
    ).toBe("failed");
  });

  it("R03 find a secret of ours in its environment", async () => {
    process.env["CLOCKWORK_R03"] = "canary-r03";
    const { outcome } = await attack('env | grep -q "canary-r03\\|_API_KEY\\|TOKEN\\|SSH_AUTH_SOCK"');
    delete process.env["CLOCKWORK_R03"];
    expect(outcome).toBe("failed");
  });

  it("R04 read the environment that we were started with", async () => {
    const child = spawn("/bin/sleep", ["20"], { env: { CANARY: "canary-r04" } });
    const { outcome } = await attack(
      "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -q canary-r04",
    );
    child.kill();
    expect(outcome).toBe("failed");
  });

  it("R05 signal us", async () => {
    expect((await attack(`kill -0 ${process.pid}`)).outcome).toBe("failed");
  });

  it("R06 change the script of a later step", async () => {
    const later = b.step(file("later", { needs: ["ensure_file.page"] }), "echo mine > page.html");
    const script = later.commands[0]?.command.script ?? "";
    await attack(`echo 'echo theirs > page.html' > "$CLOCKWORK_BUILD_DIR/${script}"; :`, {}, file("page"), [
      later,
    ]);
    expect(readFileSync(b.path("page.html"), "utf8")).toBe("mine\n");
  });

  it("R06 has a later script run that it had changed with the help of somebody who may", async () => {
    const later = b.step(file("later", { needs: ["run_task"] }), "echo mine > page.html");
    const path = b.path(`.clockwork/build/${later.commands[0]?.command.script}`);
    const action: Action = { name: "run_task", args: {} };
    const results = await b.run([b.step(action, `echo 'echo theirs > page.html' > "${path}"`), later], {
      capabilities: (a) => capabilities(a),
    });
    expect(said(results.get("ensure_file.later") as StepResult)).toContain(
      "is not the file that was checked",
    );
    expect(existsSync(b.path("page.html"))).toBe(false);
  });

  it("R07 change the state, the lock, a journal or a log", async () => {
    for (const path of ["state.json", "lock"]) {
      mkdirSync(b.path(".clockwork"), { recursive: true });
      writeFileSync(b.path(`.clockwork/${path}`), "ours");
    }
    await attack(
      'cd "$CLOCKWORK_STACK_DIR/.clockwork"; for f in state.json lock runs/* logs/*/*; do echo theirs >> "$f"; rm -f "$f"; done; :',
    );
    for (const path of ["state.json", "lock"])
      expect(readFileSync(b.path(`.clockwork/${path}`), "utf8")).toBe("ours");
    expect(readFileSync(b.path(".clockwork/runs/run-1.jsonl"), "utf8")).not.toContain("theirs");
  });

  it("R08 plant a hook of git's", async () => {
    execFileSync("git", ["init", "-q", b.stackDir]);
    await attack(
      'for f in .git/hooks/post-checkout .git/config; do echo x >> "$CLOCKWORK_STACK_DIR/$f"; done; :',
    );
    expect(existsSync(b.path(".git/hooks/post-checkout"))).toBe(false);
    expect(readFileSync(b.path(".git/config"), "utf8")).not.toContain("x\n");
  });

  it.each([
    [".vscode/tasks.json"],
    [".git/hooks/post-checkout"],
    [".envrc"],
    ["evil.code-workspace"],
    [".github/workflows/ci.yml"],
    ["CLAUDE.md"],
    ["agents.md"],
    ["evil.cw"],
    [".husky/pre-commit"],
    [".npmrc"],
  ])("R09 plant %s where there was none", async (path) => {
    const result = await attack(
      `mkdir -p "$(dirname "${path}")"; echo evil > "${path}"; echo ok > page.html`,
    );
    const [name = ""] = path.split("/");
    expect(existsSync(b.path(name))).toBe(false);
    expect(result.outcome).toBe("failed");
    expect(said(result)).toContain(name);
    // Nothing is lost: a person may look at it.
    expect(readFileSync(b.path(`.clockwork/runs/run-1.planted/${path}`), "utf8")).toBe("evil\n");
  });

  it("R10 send anything to this machine or another", async () => {
    const { port, visits } = await listening();
    expect((await attack(`exec 3<>/dev/tcp/127.0.0.1/${port}`)).outcome).toBe("failed");
    expect((await attack("exec 3<>/dev/tcp/192.0.2.1/80")).outcome).toBe("failed");
    expect(visits()).toBe(0);
  });

  it("R11 talk to a socket of the machine, such as an engine's", async () => {
    const path = "/run/clockwork-r11.sock";
    rmSync(path, { force: true });
    const { visits } = await listening(process.getuid?.() === 0 ? path : join(outside, "engine.sock"));
    const node = `require("net").connect(${JSON.stringify(path)}).on("connect", () => process.exit(0)).on("error", () => process.exit(1))`;
    expect((await attack(`"${process.execPath}" -e '${node}'`)).outcome).toBe("failed");
    expect(visits()).toBe(0);
    rmSync(path, { force: true });
  });

  it("R12 leave anything running", async () => {
    const { outcome } = await attack(
      "(setsid sleep 300 & ) & (trap '' TERM HUP; setsid env -i /bin/sleep 300 & ) & nohup sleep 300 >/dev/null 2>&1 & sleep 0.3",
    );
    expect(outcome).toBe("succeeded");
    expect(alive()).toEqual([]);
  });

  it("R13 write a file that leaves no room for what we have to record", async () => {
    const { bavail, bsize } = statfsSync(b.stackDir);
    const path = b.path("page.html");
    // No block of it is written: what is refused is the size.
    const result = await attack(`truncate --size=${Math.floor((bavail * bsize * 3) / 4)} page.html`);
    expect({ outcome: result.outcome, code: result.exitCode }).toEqual({ outcome: "failed", code: 128 + 25 });
    expect(existsSync(path) ? statSync(path).size : 0).toBe(0);
  });

  it("R14 take more than half of the machine's memory", async () => {
    const python = (bytes: number) => `python3 -I -c 'len(bytearray(${Math.floor(bytes)}))'`;
    expect((await attack(python(64 * 1024 * 1024))).outcome).toBe("succeeded");
    const result = await attack(python((totalmem() * 3) / 4));
    expect({ outcome: result.outcome, code: result.exitCode }).toEqual({ outcome: "failed", code: 1 });
    expect(said(result)).toContain("MemoryError");
  });

  it("R15 leave a file with setuid or setgid", async () => {
    const ways = [
      'chmod 4755 "$f"',
      'chmod 2755 "$f"',
      'install -m 6755 /bin/true "$f"',
      `"${process.execPath}" -e 'require("fs").closeSync(require("fs").openSync(process.argv[1], "wx", 0o4755))' "$f"`,
      'python3 -c "import os,sys; os.mknod(sys.argv[1], 0o104755)" "$f"',
      'python3 -c "import os,sys; os.creat(sys.argv[1], 0o4755)" "$f" 2>/dev/null || python3 -c "import os,sys; os.open(sys.argv[1], os.O_CREAT|os.O_WRONLY, 0o4755)" "$f"',
    ];
    const script = ways
      .map((way, i) => `f="$PWD/made-${i}"; ${i < 2 ? 'cp /bin/true "$f"; ' : ""}${way}`)
      .join("\n");
    await attack(`umask 0\n${script}\n:`);
    const made = readdirSync(b.stackDir).filter((name) => name.startsWith("made-"));
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter((name) => (statSync(b.path(name)).mode & 0o6000) !== 0)).toEqual([]);
  });

  it("R15, unless the stack asks for it", async () => {
    const action = file("tool", { args: { path: "tool", mode: "4755" } });
    expect((await attack("touch tool && chmod 4755 tool", {}, action)).outcome).toBe("succeeded");
    expect(statSync(b.path("tool")).mode & 0o7777).toBe(0o4755);
  });

  it("R16 have a log written to where a link leads", async () => {
    writeFileSync(join(outside, "victim"), "whole");
    const later = b.step(file("later", { needs: ["ensure_file.page"] }), "echo a lot");
    await attack(
      `ln -sfn "${outside}/victim" "$CLOCKWORK_STACK_DIR/.clockwork/logs/run-1/ensure_file.later.log"; :`,
      {},
      file("page"),
      [later],
    );
    expect(readFileSync(join(outside, "victim"), "utf8")).toBe("whole");
    expect(lstatSync(b.path(".clockwork/logs/run-1/ensure_file.later.log")).isFile()).toBe(true);
  });

  it("R17 mount the disk anew, not in a namespace of its own either", async () => {
    await attack(
      'mount -o remount,bind,rw /; echo x > /etc/clockwork-r17; unshare -Urm sh -c "mount -o remount,bind,rw / ; echo x > /etc/clockwork-r17"; :',
    );
    expect(existsSync("/etc/clockwork-r17")).toBe(false);
  });

  it("R18 make a device", async () => {
    expect((await attack("mknod disk b 8 0")).outcome).toBe("failed");
    expect(existsSync(b.path("disk"))).toBe(false);
  });

  it("R19 outlive its timeout with five hundred processes", async () => {
    const { outcome } = await attack("for i in $(seq 500); do sleep 300 & done; wait", {
      timeoutMs: 6_000,
      graceMs: 200,
    });
    expect(outcome).toBe("timed-out");
    expect(alive()).toEqual([]);
  }, 40_000);

  it("R20 fill the disk or our memory with what it prints", async () => {
    const before = process.memoryUsage().rss;
    const { outcome } = await attack("head -c 100000000 /dev/zero | tr '\\0' x; echo; :");
    expect(outcome).toBe("succeeded");
    expect(statSync(b.path(".clockwork/logs/run-1/ensure_file.page.log")).size).toBeLessThan(11_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  }, 40_000);
});

describe.skipIf(level.driver === "none")("between steps, one does not", () => {
  it("leave settings in the home of another, whose programs would obey them", async () => {
    const later = b.step(
      { name: "run_task", id: "run_task.later", args: {}, needs: ["ensure_file.page"] },
      'ls -A "$HOME" "$TMPDIR" > seen',
    );
    await attack(
      'echo evil > "$HOME/.curlrc"; echo evil > "$HOME/.npmrc"; echo evil > "$TMPDIR/x"; :',
      {},
      file("page"),
      [later],
    );
    expect(readFileSync(b.path("seen"), "utf8")).not.toMatch(/curlrc|npmrc|^x$/m);
  });

  it("answer for another that runs at the same time", async () => {
    const other = b.step(
      file("other", { args: { path: "other" }, provides: { id: "OTHER_ID" } }),
      'for i in $(seq 100); do [ -e page.html ] && break; sleep 0.05; done; echo OTHER_ID=mine > "$CLOCKWORK_OUTPUT"',
    );
    const script =
      'for f in "$CLOCKWORK_STACK_DIR"/.clockwork/work/run-1/*/output; do [ "$f" = "$CLOCKWORK_OUTPUT" ] || echo OTHER_ID=theirs > "$f"; done; touch page.html';
    await attack(script, { parallelism: 2 }, file("page"), [other]);
    expect(b.values.get("OTHER_ID")).toBe("mine");
  });
});

it("a file that others obey is made by the step that is there to make it", async () => {
  const action = file("tasks", { args: { path: ".vscode/tasks.json" } });
  mkdirSync(b.path(".vscode"));
  expect((await attack("echo '{}' > .vscode/tasks.json", {}, action)).outcome).toBe("succeeded");
  const rules = file("rules", { args: { path: "AGENTS.md" } });
  expect(
    (await attack("echo be kind > AGENTS.md.new && mv AGENTS.md.new AGENTS.md", {}, rules)).outcome,
  ).toBe("succeeded");
  expect(
    (await attack("echo be kinder > AGENTS.md.new && mv AGENTS.md.new AGENTS.md", {}, rules)).outcome,
  ).toBe("succeeded");
});

describe.skipIf(level.driver === "none")(
  "a step that meets a wall of its sandbox is told what opens a door",
  () => {
    it.each([
      ["echo x > /etc/x", "writes ="],
      [`"${process.execPath}" -e 'require("fs").writeFileSync("/etc/x", "")'`, "writes ="],
      ["exec 3<>/dev/tcp/192.0.2.1/80", "network ="],
    ])("%s", async (script, door) => {
      expect(said(await attack(script))).toContain(door);
    });
  },
);

it("what a link outside stands for is not written through", async () => {
  symlinkSync(join(outside, "made"), b.path("page.html"));
  await attack("echo x > page.html; :");
  expect(existsSync(join(outside, "made"))).toBe(level.driver === "none");
});
