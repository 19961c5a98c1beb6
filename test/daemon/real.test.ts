import { execFileSync } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { cli, freePort, stackFolder } from "../support/cli.ts";
import { findPodman } from "../support/podman.ts";

/* From healthy, with real files, processes, ports and containers: something happens, and nobody is there but the daemon. */

vi.setConfig({ testTimeout: 240_000 });

interface Decision {
  readonly type: string;
  readonly outcome?: string;
  readonly result?: string;
  readonly rule?: string;
  readonly patch?: { readonly kind: string; readonly summary: string };
  readonly finding?: { readonly address: string; readonly rule: string };
}

/** One look of the daemon: what it decided, and how that ended. */
async function look(
  folder: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Decision[]> {
  const call = ["daemon", "run", "--once", "--json", ...flags];
  const { code, stdout, stderr } = await cli(call, { cwd: folder, env });
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as Decision)
    .filter(({ type }) => !["started", "look"].includes(type));
}

const shown = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ type, outcome, result, finding, patch }) =>
    type === "decision"
      ? `${finding?.address} ${finding?.rule}: ${outcome} ${patch?.kind}`
      : `${type} ${result ?? ""}`.trim(),
  );

async function apply(folder: string): Promise<void> {
  const { code, stderr } = await cli(["apply", "--yes"], { cwd: folder });
  expect([code, stderr]).toEqual([0, ""]);
}

async function proposals(folder: string): Promise<string[]> {
  const root = join(folder, ".clockwork/proposals");
  const names = await readdir(root).catch(() => []);
  return names.map((name) => join(root, name));
}

async function status(folder: string, name: string): Promise<{ pid: number; supervisorPid: number }> {
  return JSON.parse(await readFile(join(folder, `.clockwork/services/${name}/status.json`), "utf8"));
}

async function kill(folder: string, name: string): Promise<void> {
  const { pid, supervisorPid } = await status(folder, name);
  process.kill(supervisorPid, "SIGKILL");
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended with its supervisor.
  }
}

/** Listens on it as soon as whoever had it is gone. */
async function takePort(port: number): Promise<void> {
  for (;;) {
    const other = createServer((socket) => void socket.destroy());
    const taken = new Promise<boolean>((done) => {
      other.once("listening", () => done(true));
      other.once("error", () => done(false));
    });
    other.listen(port, "127.0.0.1");
    if (await taken) {
      onTestFinished(() => void other.close());
      return;
    }
    await new Promise((later) => setTimeout(later, 20));
  }
}

/** The machine's count goes on from an hour before. */
async function passHour(folder: string): Promise<void> {
  const path = join(folder, ".clockwork/daemon/decisions.jsonl");
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const earlier = lines.map((line) => {
    const record = JSON.parse(line);
    return JSON.stringify({ ...record, time: { ...record.time, uptime: record.time.uptime - 3_600_000 } });
  });
  await writeFile(path, `${earlier.join("\n")}\n`);
}

const server = `
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const delay = () => Number(readFileSync("delay", "utf8"));
createServer((_, answer) => setTimeout(() => answer.end("ok"), delay())).listen(Number(process.env.PORT), "127.0.0.1");
`;
const stack = (port: number): string => `
resource "service" "web" {
  command = ["node", "server.mjs"]
  port    = ${port} # the only one
  env     = { PORT = "${port}" }

  health_check {
    path    = "/"
    retries = 1
  }
}

resource "file" "page" {
  path    = "page.html"
  content = "hello"
}
`;

async function running(): Promise<{ folder: string; port: number }> {
  const port = await freePort();
  const folder = await stackFolder({ "main.cw": stack(port), "server.mjs": server, delay: "0" });
  await apply(folder);
  expect(shown(await look(folder))).toEqual([]);
  return { folder, port };
}

describe("without a person", () => {
  test("a service that was killed runs again", async () => {
    const { folder } = await running();
    await kill(folder, "web");
    expect(shown(await look(folder))).toEqual(["service.web stopped: apply rerun", "begun", "ended mended"]);
    const { pid } = await status(folder, "web");
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(shown(await look(folder))).toEqual([]);
  });

  test("a service that its supervisor has started again meanwhile is well, and nobody has taken its port", async () => {
    const { folder } = await running();
    const { pid } = await status(folder, "web");
    process.kill(pid, "SIGKILL");
    // The check waits until it runs again.
    expect(shown(await look(folder))).toEqual([]);
    expect((await status(folder, "web")).pid).not.toBe(pid);
  });

  test("a file that is gone is made again; one that somebody edited waits for a person", async () => {
    const { folder } = await running();
    const page = join(folder, "page.html");
    await rm(page);
    expect(shown(await look(folder))).toEqual(["file.page gone: apply rerun", "begun", "ended mended"]);
    expect(await readFile(page, "utf8")).toBe("hello");
    await writeFile(page, "mine");
    expect(shown(await look(folder))).toEqual(["file.page changed: propose rerun"]);
    expect(await readFile(page, "utf8")).toBe("mine");
    expect(await proposals(folder)).toHaveLength(1);
    // It is said once.
    expect(shown(await look(folder))).toEqual([]);
  });

  test("a repository that is gone is fetched again; one that somebody works in waits for a person", async () => {
    const folder = await stackFolder({ "origin/app.txt": "one" });
    await writeFile(
      join(folder, "main.cw"),
      `resource "repository" "app" {\n  url = "file://${folder}/origin"\n  ref = "main"\n}\n`,
    );
    const git = (cwd: string, ...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd });
    const origin = join(folder, "origin");
    git(origin, "init", "--quiet", "--initial-branch", "main");
    git(origin, "add", ".");
    git(origin, "commit", "--quiet", "--message", "one");
    await apply(folder);
    expect(shown(await look(folder))).toEqual([]);
    const { resources } = JSON.parse(await readFile(join(folder, ".clockwork/state.json"), "utf8"));
    const checkout: string = resources["repository.app"].outputs.workdir;
    await rm(checkout, { recursive: true });
    expect(shown(await look(folder))).toEqual(["repository.app gone: apply rerun", "begun", "ended mended"]);
    const file = join(checkout, "app.txt");
    expect(await readFile(file, "utf8")).toBe("one");
    await writeFile(file, "mine");
    git(checkout, "commit", "--quiet", "--all", "--message", "mine");
    expect(shown(await look(folder))).toEqual(["repository.app changed: propose rerun"]);
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  test("what fails because of what it asks, or of what that is made from, is no trouble of its own", async () => {
    const port = await freePort();
    const page = 'env     = { PORT = "0", PAGE = file.page.path }';
    const folder = await stackFolder({
      "main.cw": `${stack(port)}
        verify "http" "content" {
          url           = service.web.url
          body_contains = "hello"
          retries       = 1
        }`.replace(/env .*/, page.replace('"0"', `"${port}"`)),
      "server.mjs": server.replace('"ok"', 'readFileSync(process.env.PAGE, "utf8")'),
      delay: "0",
    });
    await apply(folder);
    await writeFile(join(folder, "page.html"), "mine");
    expect(shown(await look(folder))).toEqual(["file.page changed: propose rerun"]);
  });

  test("a health check with too short a timeout gets a longer one, the shortest that helps", async () => {
    const { folder } = await running();
    await writeFile(join(folder, "delay"), "6500");
    const decisions = await look(folder);
    expect(shown(decisions)).toEqual([
      "verify.http.web.health check-failing: apply knob",
      "begun",
      "ended mended",
    ]);
    expect(decisions[0]?.patch?.summary).toBe("raise timeout_s of verify_http.web.health from 5 to 10");
    const manifest = JSON.parse(await readFile(join(folder, ".clockwork/build/manifest.json"), "utf8"));
    expect(manifest.knobs).toEqual({ "verify_http.web.health": { timeout_s: 10 } });
    expect((await cli(["verify"], { cwd: folder })).code).toBe(0);
  });

  test("a log that is full too soon gets more room", async () => {
    const { folder } = await running();
    const log = join(folder, ".clockwork/services/web/service.log");
    const full = Buffer.alloc(10 * 1024 * 1024, "x\n");
    await writeFile(`${log}.1`, full);
    await writeFile(log, full.subarray(0, 5 * 1024 * 1024));
    const decisions = await look(folder);
    expect(shown(decisions)).toEqual(["service.web log-growth: apply knob", "begun", "ended mended"]);
    expect(decisions[0]?.patch?.summary).toBe("raise log_max_mb of ensure_service.web from 10 to 20");
    expect(shown(await look(folder))).toEqual([]);
  });

  test("a port that somebody else took: another one is proposed, with all else as it was, and waits", async () => {
    const { folder, port } = await running();
    await kill(folder, "web");
    await takePort(port);
    expect(shown(await look(folder))).toEqual(["service.web port-taken: propose cw"]);
    const [proposal = ""] = await proposals(folder);
    const { patch, effects } = JSON.parse(await readFile(join(proposal, "proposal.json"), "utf8"));
    const changed = Number(/port {4}= (\d+)/.exec(patch.text)?.[1]);
    expect(changed).toBeGreaterThan(port);
    expect(patch.text).toBe(stack(port).replace(`port    = ${port} #`, `port    = ${changed} #`));
    expect(effects).toContain("ports[0].external of service.web changes");
    expect(await readFile(join(folder, "main.cw"), "utf8")).toBe(stack(port));
  });

  test("a fix that fails is tried three times, an hour apart, and then no more until somebody has looked", async () => {
    const folder = await stackFolder({
      "main.cw": 'resource "file" "page" {\n  path    = "out/page.html"\n  content = "hello"\n}\n',
    });
    await apply(folder);
    await rm(join(folder, "out"), { recursive: true });
    // No folder can be made where a file stands.
    await writeFile(join(folder, "out"), "in the way");
    for (let time = 0; time < 3; time++) {
      expect(shown(await look(folder))).toEqual(["file.page gone: apply rerun", "begun", "ended failed"]);
      if (time === 0) expect(shown(await look(folder))).toEqual(["file.page gone: wait rerun"]);
      await passHour(folder);
    }
    const decisions = await look(folder);
    expect(shown(decisions)).toEqual(["file.page gone: runbook runbook"]);
    expect(decisions[0]?.rule).toBe("quarantined");
    await passHour(folder);
    await rm(join(folder, "out"));
    expect(shown(await look(folder))).toEqual([]);
    expect((await cli(["daemon", "acknowledge", "file.page"], { cwd: folder })).code).toBe(0);
    expect(shown(await look(folder)).slice(-3)).toEqual([
      "file.page gone: apply rerun",
      "begun",
      "ended mended",
    ]);
  });

  test("nothing, with --dry-run, and nothing while it is switched off", async () => {
    const { folder } = await running();
    await rm(join(folder, "page.html"));
    expect(shown(await look(folder, ["--dry-run"]))).toEqual(["file.page gone: wait rerun"]);
    expect((await cli(["daemon", "disable"], { cwd: folder })).stdout).toContain("No daemon acts");
    expect(shown(await look(folder))).toEqual([]);
    await expect(stat(join(folder, "page.html"))).rejects.toThrow("ENOENT");
    expect((await cli(["daemon", "enable"], { cwd: folder })).code).toBe(0);
    expect(shown(await look(folder))).toEqual(["file.page gone: apply rerun", "begun", "ended mended"]);
  });
});

describe("with containers", () => {
  test("one that was killed runs again; a volume that is gone is a runbook and no action", async (ctx) => {
    const podman = findPodman();
    if ("reason" in podman) return ctx.skip(podman.reason);
    const { env, baseImage, run } = podman;
    const name = `clockwork-daemon-${process.pid}`;
    const folder = await stackFolder({
      "main.cw": `
resource "service" "app" {
  name  = "${name}"
  image = "${baseImage}"
}

resource "volume" "data" {
  name = "${name}-data"
}
`,
    });
    onTestFinished(async () => void (await cli(["destroy", "--yes"], { cwd: folder, env })));
    const applied = await cli(["apply", "--yes"], { cwd: folder, env });
    expect([applied.code, applied.stderr]).toEqual([0, ""]);
    expect(shown(await look(folder, [], env))).toEqual([]);

    run("kill", "--signal", "KILL", name);
    expect(shown(await look(folder, [], env))).toEqual([
      "service.app stopped: apply rerun",
      "begun",
      "ended mended",
    ]);
    expect(run("inspect", "--format", "{{.State.Running}}", name).trim()).toBe("true");

    run("rm", "--force", name);
    expect(shown(await look(folder, [], env))[0]).toBe("service.app gone: wait rerun");

    run("volume", "rm", `${name}-data`);
    const decisions = await look(folder, [], env);
    expect(shown(decisions)).toEqual(["volume.data gone: runbook runbook"]);
    expect(decisions[0]?.rule).toBe("data-may-be-lost");
    const texts = await Promise.all(
      (await proposals(folder)).map((at) => readFile(join(at, "runbook.md"), "utf8")),
    );
    expect(texts.join("")).toContain("# volume.data: the volume");
    expect(() => run("volume", "inspect", `${name}-data`)).toThrow();
  });
});
