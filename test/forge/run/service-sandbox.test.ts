/* What a server does that somebody has broken into, tried from a process service in the sandbox that it gets by itself. */
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "../../../server/src/assembly/actions.ts";
import { serviceSandbox } from "../../../server/src/forge/service-sandbox.ts";
import { stopService } from "../../../server/src/forge/service-stop.ts";
import type { SupervisorSpec } from "../../../server/src/forge/supervisor/spec.ts";
import { nodeJobs } from "../../../server/src/host/node-jobs.ts";
import { nodeServices } from "../../../server/src/host/node-service.ts";
import { readServiceStatus } from "../../../server/src/state/services.ts";
import { type Bench, bench, buildSupervisor, outcomes } from "./fixture.ts";

const level = await nodeJobs(process.platform).sandbox();
if (level.driver === "none") console.warn(`skipped: the sandbox of services, ${level.reason}`);

const formerHome = process.env["HOME"];
let bundles: string;
let supervisorPath: string;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), "clockwork-supervisor-"));
  chmodSync(bundles, 0o755);
  supervisorPath = await buildSupervisor(bundles);
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

let home: string;
let outside: string;
let b: Bench;
let agent: Server;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "clockwork-home-"));
  outside = mkdtempSync(join(tmpdir(), "clockwork-outside-"));
  process.env["HOME"] = home;
  process.env["SSH_AUTH_SOCK"] = join(home, "agent.sock");
  agent = createServer().listen(join(home, "agent.sock"));
  b = bench(supervisorPath);
  chmodSync(b.stackDir, 0o755);
  put(
    home,
    ".ssh/id_ed25519",
    ".aws/credentials",
    ".npmrc",
    ".config/clockwork/key",
    ".cache/clockwork/program",
  );
  put(home, ".local/state/clockwork/known", ".bashrc", ".cache/seen", "models/model.bin");
  put(b.stackDir, ".clockwork/state.json", ".clockwork/build/scripts/x.sh", ".git/config", "main.cw");
  put(b.stackDir, ".clockwork/repos/app/.git/config", ".clockwork/repos/app/server.js");
  put(outside, "data/x");
  await new Promise((resolve) => agent.once("listening", resolve));
});
afterEach(async () => {
  if (formerHome === undefined) delete process.env["HOME"];
  else process.env["HOME"] = formerHome;
  delete process.env["SSH_AUTH_SOCK"];
  agent.close();
  await stopService(b.host, b.stackDir, "web");
  b.remove();
  for (const folder of [home, outside]) rmSync(folder, { recursive: true, force: true });
});

function put(folder: string, ...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "canary\n");
  }
}

/** Each succeeds with exit code 0 where nothing stops it. */
const attacks = (): Readonly<Record<string, string>> => ({
  "reads a key": "grep -q canary ~/.ssh/id_ed25519",
  "reads a cloud's key": "grep -q canary ~/.aws/credentials",
  "reads a token in a file of its own": "grep -q canary ~/.npmrc",
  "reads Clockwork's key": "grep -q canary ~/.config/clockwork/key",
  "signs with the agent": "test -S ~/agent.sock",
  "has stacks trusted":
    'echo x >> ~/.local/state/clockwork/known && grep -q x "$(readlink -f ~/.local/state/clockwork/known)" && false',
  "changes what a shell does": "echo x >> ~/.bashrc",
  "changes the code that Clockwork runs": "grep -q canary ~/.cache/clockwork/program",
  "writes elsewhere": `echo x > ${outside}/x`,
  "reads what others have in /tmp": `grep -q canary ${outside}/data/x`,
  "writes into the system": "echo x > /etc/clockwork-was-here",
  "reads the state": "grep -q canary .clockwork/state.json",
  "changes a script of a step": "grep -q canary .clockwork/build/scripts/x.sh",
  "plants a hook": "echo x >> .git/config",
  "plants one where git is asked with a person's keys": "echo x >> .clockwork/repos/app/.git/config",
  "replaces a repository by another": "mv .clockwork/repos/app .clockwork/repos/other",
  "changes the plan": "echo x >> main.cw",
  "sees other processes": `test -e /proc/${process.pid}/stat && grep -q vitest /proc/${process.pid}/cmdline`,
  "ends other processes": `kill -0 ${process.pid}`,
  "finds a socket": 'test -n "$(find /run /tmp /var/tmp -exec test -S {} \\; -print 2>/dev/null)"',
  "mounts the disk anew": "mount -o remount,bind,rw / && echo x > /etc/clockwork-was-here",
  "takes the key's cover away": "umount ~/.ssh && grep -q canary ~/.ssh/id_ed25519",
  "makes a device": "mknod disk b 8 0",
  "gets rights in a namespace of its own":
    "unshare -Urm sh -c 'mount -o remount,bind,rw / && echo x > /etc/clockwork-was-here || umount ~/.ssh'",
  "traces and administers": "capsh --has-p=cap_sys_admin || capsh --has-p=cap_sys_ptrace",
});

/** What servers do. */
const needs = (): Readonly<Record<string, string>> => ({
  "writes beside the stack's files": "echo x > data.db && mv data.db other.db",
  "writes in a repository of the stack": "echo x > .clockwork/repos/app/upload",
  "keeps what it fetched": "echo x > ~/.cache/x",
  "has temporary files": "mktemp && mktemp -p /var/tmp && echo x > /run/x.pid",
  "reads the home": "grep -q canary ~/models/model.bin",
  "reads the system": "test -s /etc/passwd && ls /usr/lib >/dev/null",
  "shares memory": "echo x > /dev/shm/x",
  "goes on as another user":
    "setpriv --reuid 65534 sh -c 'echo x > /tmp/y; echo x > /dev/shm/y; cat /tmp/y /dev/shm/y main.cw'",
});

/** Runs each as a server would, and answers with the names of those that succeeded. */
function probe(texts: Readonly<Record<string, string>>): string {
  const lines = Object.entries(texts).map(
    ([name, text]) => `(${text}) >/dev/null 2>&1 && echo '${name.replaceAll("'", "'\\''")}' >> tried`,
  );
  return ["rm -f tried worked; : > tried", ...lines, "mv tried worked", "exec sleep 1000"].join("\n");
}

async function worked(): Promise<readonly string[]> {
  for (const deadline = Date.now() + 15_000; !existsSync(b.path("worked")); ) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return readFileSync(b.path("worked"), "utf8").trim().split("\n");
}

async function serve(
  command: readonly string[],
  args: Record<string, JsonValue> = {},
  env = {},
): Promise<object> {
  const text = JSON.stringify({ command, env });
  writeFileSync(b.path("described.json"), text);
  const action = {
    name: "ensure_service",
    id: "ensure_service.web",
    args: { name: "web", command: [...command], ...args },
  };
  return outcomes(await b.run([b.step(action, 'cat described.json > "$CLOCKWORK_SERVICE"')]));
}

const succeeded = { "ensure_service.web": "succeeded" };

describe.skipIf(level.driver === "none")("a process service", () => {
  it("does what servers do, and nothing else that it was not asked for", async () => {
    writeFileSync(b.path("probe.sh"), probe({ ...attacks(), ...needs() }));
    expect(await serve(["bash", "probe.sh", "--sockets=/tmp"])).toEqual(succeeded);
    expect(await worked()).toEqual(Object.keys(needs()));
    expect(existsSync("/etc/clockwork-was-here")).toBe(false);
    expect(readFileSync(join(home, ".local/state/clockwork/known"), "utf8")).toBe("canary\n");
    expect(readdirSync(home)).toContain("agent.sock");
  });

  it("writes where the stack says, and reads what its command names", async () => {
    const own = join(outside, "data");
    writeFileSync(
      b.path("probe.sh"),
      probe({
        asked: `echo x > ${own}/y`,
        around: `echo x > ${outside}/y; false`,
        named: "grep -q canary ~/.aws/credentials",
        other: "grep -q canary ~/.ssh/id_ed25519",
      }),
    );
    const command = ["bash", "probe.sh", `--keys=${home}/.aws/credentials`];
    expect(await serve(command, { writes: [own] })).toEqual(succeeded);
    expect(await worked()).toEqual(["asked", "named"]);
    expect(readdirSync(outside)).toEqual(["data"]);
    expect(readdirSync(own).sort()).toEqual(["x", "y"]);
  });

  it("works in the folder that the plan names, and in no other that the script names", async () => {
    writeFileSync(b.path("probe.sh"), `touch ${outside}/data/here; cd ${b.stackDir}; : > worked; sleep 1000`);
    const command = ["bash", b.path("probe.sh")];
    await serve(command, { workdir: join(outside, "data") });
    await worked();
    expect(existsSync(join(outside, "data/here"))).toBe(true);
  });

  it("opens nothing for its next start by links in what it may write", async () => {
    put(b.stackDir, "app/data");
    const script = `[ -e app/data ] && { rm -r app; ln -s ${home}/.ssh app; touch ${home}/.cache/linked; }`;
    const look = "ls app/ > seen 2>&1; touch app/planted; : > worked";
    writeFileSync(b.path("probe.sh"), `cd ${b.stackDir}; ${script}; ${look}; sleep 1000`);
    const args = { workdir: "app", writes: ["app"] };
    await serve(["bash", b.path("probe.sh"), b.path("app/id_ed25519")], args);
    await serve(["bash", b.path("probe.sh"), b.path("app/id_ed25519"), "again"], args);
    await worked();
    expect(lstatSync(b.path("app")).isSymbolicLink()).toBe(true);
    expect(readFileSync(b.path("seen"), "utf8")).not.toContain("id_ed25519");
    expect(readdirSync(join(home, ".ssh"))).toEqual(["id_ed25519"]);
  });

  it("is started anew when what it may write has changed, and not otherwise", async () => {
    const pid = async (): Promise<number | undefined> => {
      const status = await readServiceStatus(b.host, b.stackDir, "web");
      return typeof status === "string" ? undefined : status.pid;
    };
    await serve(["sleep", "1000"]);
    const first = await pid();
    put(b.stackDir, ".envrc");
    put(home, ".pgpass");
    await serve(["sleep", "1000"]);
    expect(await pid()).toBe(first);
    await serve(["sleep", "1000"], { writes: [outside] });
    expect(await pid()).not.toBe(first);
  });

  it("is held by nothing where the stack says so, and then does all that harms only this test", async () => {
    const harmful = /system|kernel|mount|namespace|cover|device|traces|socket|plan|known|trusted|processes/;
    const harmless = Object.entries(attacks()).filter(([name]) => !harmful.test(name));
    writeFileSync(b.path("probe.sh"), probe(Object.fromEntries(harmless)));
    await serve(["bash", "probe.sh"], { writes: ["/"] });
    expect(await worked()).toEqual(harmless.map(([name]) => name));
    expect(harmless.length).toBeGreaterThan(10);
  });

  it("says which wall it met", async () => {
    const command = ["bash", "-c", `echo x > ${home}/.bashrc`];
    const action = { name: "ensure_service", id: "ensure_service.web", args: { name: "web", command } };
    writeFileSync(b.path("described.json"), JSON.stringify({ command }));
    const results = await b.run([b.step(action, 'cat described.json > "$CLOCKWORK_SERVICE"')]);
    expect(results.get("ensure_service.web")?.diagnostics[0]?.hint).toContain("writes = [");
  });

  it("is not started at all where its sandbox is gone", async () => {
    await expect(nodeServices("darwin", "bwrap")).rejects.toThrow("its sandbox is not there");
  });
});

describe.skipIf(level.driver === "none" || process.getuid?.() !== 0)(
  "an ordinary user's process service",
  () => {
    it("is held as well, and is asked to end", async () => {
      const script = "echo started; trap 'echo bye > ended; exit 0' TERM; while :; do sleep 0.1; done";
      writeFileSync(
        b.path("probe.sh"),
        probe({ ...attacks(), ...needs() }).replace("exec sleep 1000", script),
      );
      const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home };
      const action = { name: "ensure_service", args: { name: "web", command: ["bash", "probe.sh"] } };
      const sandbox = await serviceSandbox(b.host, b, action, {}, { env, cwd: b.stackDir });
      const folder = b.path(".clockwork/services/web");
      mkdirSync(folder, { recursive: true });
      const spec: SupervisorSpec = {
        ...{ name: "web", folder, command: ["bash", "probe.sh"], cwd: b.stackDir, env },
        ...{ stopSignal: "SIGTERM", stopTimeoutMs: 5000, logMaxBytes: 1_000_000, logFiles: 1, restart: "no" },
        ...{ secrets: [], salt: "", specHash: "", ...(sandbox && { sandbox }) },
      };
      execFileSync("chown", ["-R", "65534:65534", home, outside, b.stackDir]);
      const user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
      const supervisor = spawn("setpriv", [...user, process.execPath, supervisorPath], {
        env,
        stdio: "pipe",
      });
      const ended = new Promise((resolve) => supervisor.once("exit", resolve));
      supervisor.stdin.end(JSON.stringify(spec));
      try {
        const did = await Promise.race([worked(), ended]);
        const log = readFileSync(join(folder, "service.log"), "utf8");
        // Some systems keep ordinary users from making namespaces.
        if (log.includes("its sandbox is not there"))
          return console.warn("skipped: no sandbox for users here");
        expect(did).toEqual(Object.keys(needs()));
        const status = await readServiceStatus(b.host, b.stackDir, "web");
        if (typeof status === "string") throw new Error(`status.json is ${status}`);
        expect(readFileSync(`/proc/${status.pid}/cmdline`, "utf8")).toBe("bash\0probe.sh\0");
        supervisor.kill("SIGTERM");
        await ended;
        expect(readFileSync(b.path("ended"), "utf8")).toBe("bye\n");
        expect(await b.host.jobs.startTime(status.pid ?? 0)).toBeUndefined();
      } finally {
        supervisor.kill("SIGKILL");
      }
    });
  },
);
