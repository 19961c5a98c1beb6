import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type MemoryScript, memoryHost } from "../../../server/src/host/memory.ts";
import { HostError } from "../../../server/src/host/ports.ts";
import type { EnvFacts } from "../../../server/src/intake/facts.ts";
import { resourceKinds } from "../../../server/src/intake/schema/kinds.ts";
import type { Observation } from "../../../server/src/state/observation.ts";
import { observers } from "../../../server/src/state/observe/observers.ts";
import { observe } from "../../../server/src/state/observe.ts";
import type { ResourceRecord } from "../../../server/src/state/state.ts";

const lineage = "6a5b7c1e-0000-4000-8000-000000000001";
const facts: EnvFacts = {
  os: "linux",
  arch: "x64",
  runtimes: {},
  engine: { name: "docker", path: "/usr/bin/docker", version: "27" },
  git: { path: "/usr/bin/git", version: "2" },
};
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const record = (kind: string, more: Partial<ResourceRecord>): ResourceRecord => ({
  kind,
  name: "x",
  inputs: {},
  outputs: {},
  dependsOn: [],
  steps: {},
  status: "ok",
  ...more,
});

/** What the machine has: files by path, and answers to `docker KIND inspect NAME` and `git … WORDS`. */
interface World {
  readonly files?: Record<string, string>;
  readonly engine?: Record<string, unknown>;
  readonly git?: Record<string, string>;
  readonly script?: MemoryScript;
}

function hostOf(world: World) {
  return memoryHost(world.files ?? {}, {
    run: (argv) => {
      if (argv[0] === "/usr/bin/git") {
        const stdout = world.git?.[argv.slice(5).join(" ")];
        return stdout === undefined ? { code: 1 } : { stdout: `${stdout}\n` };
      }
      const [, kind = "", verb, name = ""] = argv;
      expect(verb).toBe("inspect");
      const thing = world.engine?.[`${kind} ${name}`];
      if (thing === undefined)
        return { code: 1, stdout: "[]\n", stderr: `Error: No such ${kind}: ${name}\n` };
      return { stdout: JSON.stringify([thing]) };
    },
    ...world.script,
  });
}

const see = (r: ResourceRecord, world: World, address = `${r.kind}.x`): Promise<Observation> =>
  observe(hostOf(world), facts, "/stack", lineage, address, r);

test("every built-in kind has an observer, and no other", async () => {
  expect([...observers.keys()].sort()).toEqual(resourceKinds.map((k) => k.name).sort());
  expect(await see(record("cdn_rule", {}), {})).toEqual({
    status: "unknown",
    detail: 'resources of kind "cdn_rule" cannot be observed',
  });
});

describe("file", () => {
  const r = record("file", {
    inputs: { path: "a.conf", content: "hi" },
    outputs: { path: "/stack/a.conf", sha256: sha256("hi") },
  });
  test.each<[string, World, Observation]>([
    ["as it was", { files: { "/stack/a.conf": "hi" } }, { status: "ok" }],
    [
      "edited",
      { files: { "/stack/a.conf": "ho" } },
      { status: "changed", detail: "the content was changed" },
    ],
    ["gone", {}, { status: "gone", detail: "the file is gone" }],
    [
      "a folder now",
      { files: { "/stack/a.conf/x": "" } },
      { status: "changed", detail: "it is no file any more" },
    ],
    ["in a file's place", { files: { "/stack": "" } }, { status: "gone", detail: "the file is gone" }],
  ])("%s", async (_, world, seen) => {
    expect(await see(r, world)).toEqual(seen);
  });

  test("another mode is a change", async () => {
    const world = { files: { "/stack/a.conf": "hi" } };
    expect(await see({ ...r, inputs: { ...r.inputs, mode: "0600" } }, world)).toEqual({
      status: "changed",
      detail: "the mode is 0644 instead of 0600",
    });
    expect(await see({ ...r, inputs: { ...r.inputs, mode: { $ref: "task.t.stdout" } } }, world)).toEqual({
      status: "ok",
    });
  });

  test("without outputs the inputs say where and what", async () => {
    const bare = record("file", { inputs: { path: "./a.conf", content: "hi" } });
    expect(await see(bare, { files: { "/stack/a.conf": "hi" } })).toEqual({ status: "ok" });
    const referring = record("file", { inputs: { path: { $ref: "task.t.stdout" } } });
    expect((await see(referring, {})).status).toBe("unknown");
  });

  test("one that may not be read is unknown, not changed", async () => {
    const host = hostOf({ files: { "/stack/a.conf": "hi" } });
    const readPlain = () => Promise.reject(new HostError("EACCES", "EACCES"));
    Object.defineProperty(host.files, "readPlain", { value: readPlain });
    expect(await observe(host, facts, "/stack", lineage, "file.x", r)).toEqual({
      status: "unknown",
      detail: "/stack/a.conf cannot be read (EACCES)",
    });
  });
});

test("directory", async () => {
  const r = record("directory", { inputs: { path: "d" }, outputs: { path: "/stack/d" } });
  expect(await see(r, { files: { "/stack/d/x": "" } })).toEqual({ status: "ok" });
  expect(await see(r, {})).toEqual({ status: "gone", detail: "the folder is gone" });
  expect((await see(r, { files: { "/stack/d": "" } })).status).toBe("changed");
});

test("task", async () => {
  expect(await see(record("task", { inputs: { command: ["x"] } }), {})).toEqual({ status: "ok" });
  const r = record("task", { inputs: { creates: "out/db" } });
  expect(await see(r, { files: { "/stack/out/db": "" } })).toEqual({ status: "ok" });
  expect(await see(r, {})).toEqual({ status: "gone", detail: "out/db, which it makes, is gone" });
});

test("repository", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const r = record("repository", {
    inputs: { url: "u" },
    outputs: { workdir: "/stack/.clockwork/repos/x", commit },
  });
  const files = { "/stack/.clockwork/repos/x/.git/HEAD": "" };
  const head = "rev-parse --verify --quiet HEAD";
  expect(await see(r, { files, git: { [head]: commit } })).toEqual({ status: "ok" });
  expect(await see({ ...r, outputs: {} }, { files, git: { [head]: commit } })).toEqual({ status: "ok" });
  expect(await see(r, { files, git: { [head]: "f".repeat(40) } })).toEqual({
    status: "changed",
    detail: "commit ffffffffffff is checked out instead of 0123456789ab",
  });
  expect((await see(r, { files })).status).toBe("changed");
  expect(await see(r, {})).toEqual({ status: "gone", detail: "the work tree is gone" });
});

describe("image", () => {
  const r = record("image", { inputs: { tags: ["a:1", "a:2"] }, outputs: { ref: "a:1", id: "sha256:1" } });
  const image = (stack: string, Id = "sha256:1") => ({
    Id,
    Config: { Labels: { "clockwork.stack": stack } },
  });
  test.each<[string, World["engine"], Observation["status"]]>([
    ["there", { "image a:1": image(lineage), "image a:2": image(lineage) }, "ok"],
    ["one name gone", { "image a:1": image(lineage) }, "gone"],
    ["another image", { "image a:1": image(lineage, "sha256:2"), "image a:2": image(lineage) }, "changed"],
    ["another stack's", { "image a:1": image("else"), "image a:2": image(lineage) }, "foreign"],
    ["without labels", { "image a:1": { Id: "sha256:1", Config: { Labels: null } } }, "foreign"],
  ])("%s", async (_, engine, status) => {
    expect((await see(r, engine ? { engine } : {})).status).toBe(status);
  });
});

describe.each(["network", "volume"] as const)("%s", (kind) => {
  const r = record(kind, { inputs: { name: "back" }, outputs: { id: "back" } });
  test.each<[string, unknown, Observation["status"]]>([
    ["ours", { Name: "back", Labels: { "clockwork.stack": lineage } }, "ok"],
    ["ours, as podman writes it", { name: "back", labels: { "clockwork.stack": lineage } }, "ok"],
    ["taken over", { Name: "back", Labels: null }, "ok"],
    ["another stack's", { Name: "back", Labels: { "clockwork.stack": "else" } }, "foreign"],
    ["gone", undefined, "gone"],
  ])("%s", async (_, thing, status) => {
    expect((await see(r, { engine: thing === undefined ? {} : { [`${kind} back`]: thing } })).status).toBe(
      status,
    );
  });
});

describe("container", () => {
  const r = record("service", { inputs: { name: "web", image: "a:1" }, outputs: { id: "c1" } });
  const ours = { "clockwork.stack": lineage, "clockwork.config": "h" };
  const container = (Running: boolean, Labels: object = ours, Id = "c1") => ({
    Id,
    Config: { Labels },
    State: { Running },
  });
  test.each<[string, unknown, Observation]>([
    ["runs", container(true), { status: "ok" }],
    [
      "stopped",
      container(false),
      { status: "changed", detail: "the container does not run", fault: "stopped" },
    ],
    [
      "restarting",
      { ...container(false), State: { Running: false, Restarting: true, ExitCode: 1 } },
      { status: "changed", detail: "the container ends again and again", fault: "restarting" },
    ],
    ["another one", container(true, ours, "c2"), { status: "changed", detail: "it is another container" }],
    [
      "somebody's, of our image",
      container(true, { "clockwork.stack": lineage }),
      { status: "foreign", detail: "the container web is not of this stack" },
    ],
    ["gone", undefined, { status: "gone", detail: "the container is gone" }],
  ])("%s", async (_, thing, seen) => {
    expect(await see(r, { engine: thing === undefined ? {} : { "container web": thing } })).toEqual(seen);
  });

  test.each<[string, MemoryScript["run"], string]>([
    [
      "the daemon is down",
      () => ({ code: 1, stderr: "dial unix /var/run/docker.sock: connect: no such file or directory" }),
      "docker says: dial unix /var/run/docker.sock: connect: no such file or directory",
    ],
    ["a strange answer", () => ({ stdout: "{" }), "docker answers in a form that is not known"],
    ["no docker", () => undefined, "docker cannot be run (ENOENT)"],
    [
      "no answer",
      () => Promise.reject(new HostError("ETIMEDOUT", "ETIMEDOUT: docker ran longer than 10000 ms")),
      "docker does not answer",
    ],
  ])("%s: unknown, not gone", async (_, script, detail) => {
    expect(await see(r, { script: script ? { run: script } : {} })).toEqual({ status: "unknown", detail });
  });

  test("without an engine nothing is known", async () => {
    const { engine: _engine, ...bare } = facts;
    expect(await observe(hostOf({}), bare, "/stack", lineage, "service.x", r)).toEqual({
      status: "unknown",
      detail: "neither docker nor podman answers",
    });
  });
});

test("a process service", async () => {
  const r = record("service", { inputs: { name: "web", command: ["node"] }, outputs: { id: "web" } });
  expect(await see(r, {})).toEqual({ status: "gone", detail: "the process is gone" });
  const status = {
    version: "1",
    name: "web",
    state: "running",
    pid: 10,
    startTime: "100",
    supervisorPid: 9,
    supervisorStartTime: "90",
    bootId: "memory",
    restarts: 0,
    stopTimeoutMs: 1,
    salt: "",
    specHash: "",
  };
  const host = hostOf({ files: { "/stack/.clockwork/services/web/status.json": JSON.stringify(status) } });
  const seen = (): Promise<Observation> => observe(host, facts, "/stack", lineage, "service.x", r);
  const stopped = { status: "changed", detail: "the process does not run", fault: "stopped" };
  expect(await seen()).toEqual(stopped);
  host.living.set(10, "100");
  host.living.set(9, "90");
  expect(await seen()).toEqual({ status: "ok" });
  // It has ended, and its supervisor is about to start it again; without a supervisor nobody is.
  const waiting = { ...status, state: "waiting", restarts: 3, exitCode: 1 };
  await host.files.writeAtomic("/stack/.clockwork/services/web/status.json", JSON.stringify(waiting));
  host.living.delete(10);
  expect(await seen()).toEqual({
    status: "changed",
    detail: "the process ends again and again",
    fault: "restarting",
  });
  host.living.delete(9);
  expect(await seen()).toEqual(stopped);
});

test("looking changes nothing", async () => {
  const files = { "/stack/a": "x", "/stack/.clockwork/repos/x/.git/HEAD": "y" };
  const host = hostOf({ files });
  const writes: string[] = [];
  const watched = new Proxy(host.files, {
    get: (target, name: string) => {
      if (/^(write|make|remove|rename|append)/.test(name)) writes.push(name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  for (const { name } of resourceKinds) {
    const r = record(name, { inputs: { path: "a", name: "a", tags: ["a"], url: "u" } });
    await observe({ ...host, files: watched }, facts, "/stack", lineage, `${name}.x`, r);
  }
  expect(writes).toEqual([]);
});
