/** The observers against a real git and a real podman: their answers are what matters. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { nodeHost } from "../../../server/src/host/node.ts";
import type { EnvFacts } from "../../../server/src/intake/facts.ts";
import { observe, ownership } from "../../../server/src/state/observe.ts";
import type { ResourceRecord } from "../../../server/src/state/state.ts";
import { findPodman } from "../../support/podman.ts";

const lineage = "6a5b7c1e-0000-4000-8000-000000000001";
const found = findPodman();
const name = `cw-observed-${process.pid}`;
const host = nodeHost({
  variables: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: tmpdir(), ...("env" in found ? found.env : {}) },
  platform: "linux",
  arch: "x64",
  nodePath: process.execPath,
  nodeVersion: process.versions.node,
});
const facts: EnvFacts = {
  os: "linux",
  arch: "x64",
  runtimes: {},
  ...("path" in found && { engine: { name: "podman", path: found.path, version: found.version } }),
};
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
const status = async (r: ResourceRecord, stack = "/nonexistent"): Promise<string> =>
  (await observe(host, facts, stack, lineage, `${r.kind}.x`, r)).status;

afterAll(() => {
  if ("reason" in found) return;
  found.run("rm", "--force", "--ignore", "--time", "0", name);
  found.run("network", "rm", "--force", name);
  found.run("volume", "rm", "--force", name);
  found.run("image", "rm", "--force", "--ignore", `${name}:1`);
});

describe("podman", () => {
  test("a container, an image, a network and a volume", async (ctx) => {
    if ("reason" in found) return ctx.skip(found.reason);
    const folder = mkdtempSync(join(tmpdir(), "clockwork-observed-"));
    writeFileSync(join(folder, "Dockerfile"), `FROM ${found.baseImage}\n`);
    const label = `clockwork.stack=${lineage}`;
    const container = record("service", { inputs: { name, image: `${name}:1` } });
    const image = record("image", { inputs: { tags: [`${name}:1`] }, outputs: { ref: `${name}:1` } });
    const network = record("network", { inputs: { name }, outputs: { id: name } });
    const volume = record("volume", { inputs: { name }, outputs: { id: name } });
    const all = [container, image, network, volume];
    const statuses = (): Promise<string[]> => Promise.all(all.map((r) => status(r)));
    expect(await statuses()).toEqual(["gone", "gone", "gone", "gone"]);

    found.run("build", "--quiet", "--label", label, "--tag", `${name}:1`, folder);
    found.run("network", "create", "--label", label, name);
    found.run("volume", "create", "--label", label, name);
    found.run("run", "--detach", "--name", name, "--label", "clockwork.config=x", `${name}:1`);
    expect(await statuses()).toEqual(["ok", "ok", "ok", "ok"]);
    expect(await status({ ...container, outputs: { id: "another" } })).toBe("changed");
    for (const step of ["ensure_network", "remove_volume", "ensure_service", "build_image"]) {
      const args = { name, image: `${name}:1`, tags: [`${name}:1`] };
      const asked = (stack: string) =>
        ownership(
          host,
          facts,
          "/nonexistent",
          stack,
          { name: step, args, resource: "a.b" },
          undefined,
          new Map(),
        );
      expect(await asked(lineage), step).toBeUndefined();
      expect((await asked("else"))?.code, step).toBe("not-ours");
    }
    found.run("stop", "--time", "1", name);
    expect(await status(container)).toBe("changed");
  });
});

test("a git clone, and a folder inside another repository that is none", async () => {
  const stack = realpathSync(mkdtempSync(join(tmpdir(), "clockwork-observed-")));
  const git = (folder: string, ...words: string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@localhost", ...words], {
      encoding: "utf8",
    }).trim();
  const clone = join(stack, "clone");
  for (const folder of [stack, clone]) {
    mkdirSync(folder, { recursive: true });
    git(folder, "init", "--quiet");
    git(folder, "commit", "--quiet", "--allow-empty", "-m", folder);
  }
  const commit = git(clone, "rev-parse", "HEAD");
  expect(await status(record("repository", { outputs: { workdir: clone, commit } }), stack)).toBe("ok");
  git(clone, "commit", "--quiet", "--allow-empty", "-m", "2");
  expect(await status(record("repository", { outputs: { workdir: clone, commit } }), stack)).toBe("changed");
  const plain = join(stack, "plain");
  mkdirSync(plain);
  const outer = git(stack, "rev-parse", "HEAD");
  expect(await status(record("repository", { outputs: { workdir: plain, commit: outer } }), stack)).toBe(
    "changed",
  );
  git(clone, "config", "clockwork.stack", lineage);
  const step = { name: "fetch_repo", args: { url: "u", path: "clone" }, resource: "repository.x" };
  const asked = (l: string) => ownership(host, facts, stack, l, step, undefined, new Map());
  expect(await asked(lineage)).toBeUndefined();
  expect((await asked("else"))?.message).toBe(
    "repository.x: the folder clone exists and was not made by this stack",
  );
});
