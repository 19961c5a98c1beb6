import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../../server/src/assembly/actions.ts";
import { nodeEnvironment, nodeHost } from "../../server/src/host/node.ts";
import type { EnvFacts } from "../../server/src/intake/facts.ts";
import { observe, ownership } from "../../server/src/state/observe.ts";
import type { ResourceRecord } from "../../server/src/state/state.ts";
import { cli, stackFolder } from "../support/cli.ts";

const host = nodeHost(nodeEnvironment());
const facts: EnvFacts = {
  os: "linux",
  arch: "x64",
  runtimes: {},
  git: { path: "/usr/bin/git", version: "2" },
};
const lineage = "b6a3f1f0-0000-4000-8000-000000000000";

let outside: string;
let marks: string;
let spy: string;
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "clockwork-git-"));
  marks = join(outside, "marks");
  mkdirSync(marks);
  // Every program that git is told to run says its arguments there.
  spy = join(outside, "spy");
  writeFileSync(spy, `#!/bin/sh\necho "$0 $*" > "${marks}/$$"\nexit 1\n`);
  chmodSync(spy, 0o755);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

const ran = (): string[] => readdirSync(marks).map((name) => readFileSync(join(marks, name), "utf8"));

function git(folder: string, ...words: string[]): string {
  const identity = ["-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "init.defaultBranch=main"];
  const env = { PATH: process.env["PATH"], HOME: outside };
  return execFileSync("git", ["-C", folder, ...identity, ...words], { encoding: "utf8", env }).trim();
}

/** Whatever a clone's own settings can name a program by. Source: git-config(1), gitattributes(5), githooks(5). */
function settings(): string {
  return `[core]
  fsmonitor = ${spy}
  hooksPath = ${outside}/hooks
  sshCommand = ${spy}
  gitProxy = ${spy}
  pager = ${spy}
  editor = ${spy}
  askPass = ${spy}
  alternateRefsCommand = ${spy}
  attributesFile = ${outside}/attributes
[include]
  path = ${outside}/included
[includeIf "gitdir:/"]
  path = ${outside}/included
[diff]
  external = ${spy}
[diff "spy"]
  command = ${spy}
  textconv = ${spy}
[filter "spy"]
  clean = ${spy} clean
  smudge = ${spy} smudge
  process = ${spy} process
  required = true
[merge "spy"]
  driver = ${spy}
[credential]
  helper = ${spy}
[credential "https://example.org"]
  helper = "!${spy}"
[gpg]
  program = ${spy}
[gpg "ssh"]
  program = ${spy}
  defaultKeyCommand = ${spy}
[log]
  showSignature = true
[pager]
  config = ${spy}
  rev-parse = ${spy}
[alias]
  config = "!${spy}"
  rev-parse = "!${spy}"
[uploadpack]
  packObjectsHook = ${spy}
[interactive]
  diffFilter = ${spy}
[trace2]
  normalTarget = ${marks}/trace
[extensions]
  partialClone = origin
[remote "origin"]
  url = ext::${spy} %S
  uploadpack = ${spy}
  promisor = true
  vcs = spy
`;
}

const hooks = [
  ...[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-checkout",
    "post-index-change",
    "post-merge",
  ],
  ...[
    "pre-auto-gc",
    "pre-commit",
    "pre-push",
    "reference-transaction",
    "post-rewrite",
    "update",
    "query-watchman",
  ],
];

/** A clone that looks as if it were ours, with settings of somebody else's. */
function hostile(folder: string): string {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "--quiet");
  writeFileSync(join(folder, "a.txt"), "one\n");
  git(folder, "add", "a.txt");
  git(folder, "commit", "--quiet", "--message", "one");
  git(folder, "config", "clockwork.stack", lineage);
  const commit = git(folder, "rev-parse", "HEAD");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  };
  const attributes = "* filter=spy diff=spy merge=spy\n";
  write(join(folder, ".gitattributes"), attributes);
  write(join(folder, ".git/info/attributes"), attributes);
  write(join(outside, "attributes"), attributes);
  write(join(outside, "included"), `[core]\n  fsmonitor = ${spy}\n[alias]\n  config = "!${spy}"\n`);
  for (const hook of hooks)
    for (const where of [join(folder, ".git/hooks"), join(outside, "hooks")])
      write(join(where, hook), `#!/bin/sh\nexec ${spy} ${hook}\n`);
  // What is compared with the index is read, and filtered, only where it may have changed.
  writeFileSync(join(folder, "a.txt"), "two\n");
  const config = join(folder, ".git/config");
  writeFileSync(config, `${readFileSync(config, "utf8")}${settings()}`);
  return commit;
}

const record = (folder: string, commit: string): ResourceRecord => ({
  kind: "repository",
  name: "app",
  inputs: { url: "https://example.org/app.git", path: folder },
  outputs: { workdir: folder, commit },
  dependsOn: [],
  steps: {},
  status: "ok",
});

const fetch = (path: string): Action => ({
  name: "fetch_repo",
  id: "fetch_repo.app",
  args: { url: "https://example.org/app.git", path },
  resource: "repository.app",
});

describe("the settings of a clone name programs, and looking at it runs none", () => {
  it("these would be run by a git that does more than look", () => {
    const folder = join(outside, "clone");
    hostile(folder);
    try {
      git(folder, "status", "--porcelain");
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    expect(ran().length).toBeGreaterThan(0);
  });

  it.each(["whole", "without the commit it stands at", "without a branch"])("observers: %s", async (how) => {
    const folder = join(outside, "clone");
    const commit = hostile(folder);
    // A partial clone fetches what it misses, with the programs of its settings.
    if (how !== "whole") rmSync(join(folder, ".git/objects", commit.slice(0, 2)), { recursive: true });
    if (how === "without a branch") writeFileSync(join(folder, ".git/HEAD"), `${commit}\n`);
    const known = record(folder, commit);
    const seen = await observe(host, facts, outside, lineage, "repository.app", known);
    expect(seen.status).toBe("ok");
    expect(await ownership(host, facts, outside, lineage, fetch(folder), known, new Map())).toBeUndefined();
    expect(ran()).toEqual([]);
  });

  it("plan, refresh and verify", async () => {
    const origin = join(outside, "origin");
    mkdirSync(origin);
    git(origin, "init", "--quiet");
    git(origin, "commit", "--quiet", "--allow-empty", "--message", "one");
    const cwd = await stackFolder({
      "main.cw": `resource "repository" "app" {\n  url = "${origin}"\n}\nverify "command" "true" {\n  command    = ["true"]\n  depends_on = [repository.app]\n}\n`,
    });
    const home = join(outside, "home");
    mkdirSync(home);
    const run = (...args: string[]) => cli(args, { cwd, env: { HOME: home } });
    expect((await run("apply", "--yes")).code).toBe(0);
    const clone = join(cwd, ".clockwork/repos/app");
    expect(existsSync(join(clone, ".git"))).toBe(true);
    const config = join(clone, ".git/config");
    writeFileSync(config, `${readFileSync(config, "utf8")}${settings()}`);
    writeFileSync(join(clone, ".gitattributes"), "* filter=spy diff=spy\n");
    for (const args of [["plan", "--refresh"], ["refresh"], ["verify"], ["explain", "repository.app"]])
      expect({ args, code: (await run(...args)).code }).toMatchObject({ args, code: 0 });
    expect(ran()).toEqual([]);
  });
});
