import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { lineage, makeStack, run } from "./run.ts";

let stack: string;
let upstream: string;

const git = (folder: string, ...words: string[]): string =>
  execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@localhost", ...words], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

function commit(folder: string, file: string, text: string): string {
  writeFileSync(join(folder, file), text);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "-m", text);
  return git(folder, "rev-parse", "HEAD");
}

function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "--quiet", "-b", "main");
}

const fetchRepo = (args: Action["args"]): Action => ({
  name: "fetch_repo",
  id: "fetch_repo.app",
  args: { url: upstream, ...args },
  provides: { workdir: "APP_WORKDIR", commit: "APP_COMMIT" },
});

beforeEach(() => {
  stack = makeStack();
  upstream = join(makeStack(), "it's up stream.git");
  makeRepository(upstream);
});

describe("fetch_repo", () => {
  test("clones the default branch, follows it, and changes nothing where nothing is new", async () => {
    const first = commit(upstream, "a", "one");
    const workdir = join(stack, ".clockwork/repos/app");
    const ran = await run(stack, fetchRepo({}));
    expect(ran).toMatchObject({ code: 0, stderr: "", outputs: { APP_WORKDIR: workdir, APP_COMMIT: first } });
    expect(readFileSync(join(workdir, "a"), "utf8")).toBe("one");
    expect(git(workdir, "config", "--get", "clockwork.stack")).toBe(lineage);
    expect(await run(stack, fetchRepo({}))).toMatchObject({ code: 0, outputs: ran.outputs });
    const second = commit(upstream, "a", "two");
    expect((await run(stack, fetchRepo({}))).outputs["APP_COMMIT"]).toBe(second);
    expect(git(workdir, "status", "--porcelain")).toBe("");
  });

  test.each([
    ["file://", {}],
    ["", { depth: 1 }],
    ["", { submodules: true }],
  ])("%s with %j", async (scheme, args) => {
    const only = commit(upstream, "a", "one");
    const ran = await run(stack, fetchRepo({ url: `${scheme}${upstream}`, ...args }));
    expect(ran).toMatchObject({ code: 0, stderr: "", outputs: { APP_COMMIT: only } });
  });

  test("takes a path relative to the stack", async () => {
    makeRepository(join(stack, "lib"));
    const only = commit(join(stack, "lib"), "a", "one");
    const ran = await run(stack, fetchRepo({ url: "./lib", path: "work/lib" }));
    expect(ran.outputs).toEqual({ APP_WORKDIR: join(stack, "work/lib"), APP_COMMIT: only });
  });

  test("a ref is a branch, then a tag, then a commit, long or short", async () => {
    const first = commit(upstream, "a", "one");
    git(upstream, "tag", "v1");
    git(upstream, "tag", "-a", "-m", "annotated", "v1a");
    git(upstream, "tag", "twice");
    const second = commit(upstream, "a", "two");
    git(upstream, "branch", "twice");
    git(upstream, "branch", "feature/x");
    commit(upstream, "a", "three");
    const at = async (ref: string): Promise<string | undefined> =>
      (await run(stack, fetchRepo({ ref }))).outputs["APP_COMMIT"];
    expect(await at("v1")).toBe(first);
    expect(await at("v1a")).toBe(first);
    expect(await at("twice")).toBe(second);
    expect(await at("feature/x")).toBe(second);
    expect(await at(first)).toBe(first);
    expect(await at(second.slice(0, 8))).toBe(second);
  });

  test("a short commit is found from a clone without history", async () => {
    const first = commit(upstream, "a", "one");
    commit(upstream, "a", "two");
    const url = `file://${upstream}`;
    expect((await run(stack, fetchRepo({ url, depth: 1 }))).code).toBe(0);
    const ran = await run(stack, fetchRepo({ url, ref: first.slice(0, 10) }));
    expect(ran).toMatchObject({ code: 0, outputs: { APP_COMMIT: first } });
  });

  test("submodules are fetched", async () => {
    const library = join(makeStack(), "library");
    makeRepository(library);
    commit(library, "lib.txt", "library");
    commit(upstream, "a", "one");
    git(upstream, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "vendor");
    commit(upstream, "b", "two");
    for (const _ of [1, 2]) {
      expect(await run(stack, fetchRepo({ submodules: true }))).toMatchObject({ code: 0 });
      expect(readFileSync(join(stack, ".clockwork/repos/app/vendor/lib.txt"), "utf8")).toBe("library");
    }
  });

  test("an unknown ref and an unreachable url leave nothing behind", async () => {
    commit(upstream, "a", "one");
    const noRef = await run(stack, fetchRepo({ ref: "nope" }));
    expect(noRef).toMatchObject({ code: 1, outputs: {} });
    expect(noRef.stderr).toBe(`fetch_repo.app: ${upstream} has no branch, tag or commit nope\n`);
    const noUrl = await run(stack, fetchRepo({ url: "/does/not/exist" }));
    expect(noUrl.code).toBe(1);
    expect(noUrl.stderr).toContain("fetch_repo.app: cannot read /does/not/exist");
    expect(existsSync(join(stack, ".clockwork/repos/app"))).toBe(false);
  });

  test("a failed update leaves the work tree as it was", async () => {
    const first = commit(upstream, "a", "one");
    await run(stack, fetchRepo({}));
    expect((await run(stack, fetchRepo({ ref: "nope" }))).code).toBe(1);
    expect(git(join(stack, ".clockwork/repos/app"), "rev-parse", "HEAD")).toBe(first);
  });

  test("a folder that is not a clone of that url is left alone", async () => {
    commit(upstream, "a", "one");
    const folder = join(stack, ".clockwork/repos/app");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "mine"), "precious");
    expect(await run(stack, fetchRepo({}))).toMatchObject({
      code: 1,
      stderr: `fetch_repo.app: ${folder} exists and is not a clone of ${upstream}\n`,
    });
    expect(readdirSync(folder)).toEqual(["mine"]);
    const other = join(stack, "other");
    makeRepository(other);
    commit(other, "x", "x");
    git(other, "remote", "add", "origin", "https://example.com/else.git");
    expect((await run(stack, fetchRepo({ path: "other" }))).stderr).toContain("is not a clone of");
    expect(git(other, "log", "--oneline", "-1")).toContain("x");
  });

  test("inside another repository, that one is never taken for the clone", async () => {
    commit(upstream, "a", "one");
    makeRepository(stack);
    const outer = commit(stack, "outer", "outer");
    expect((await run(stack, fetchRepo({}))).code).toBe(0);
    expect(git(stack, "rev-parse", "HEAD")).toBe(outer);
    expect(() => git(stack, "config", "--get", "remote.origin.url")).toThrow();
  });

  test("local changes are kept in a stash, ignored files stay", async () => {
    writeFileSync(join(upstream, ".gitignore"), "cache\n");
    commit(upstream, "a", "one");
    const workdir = (await run(stack, fetchRepo({}))).outputs["APP_WORKDIR"] ?? "";
    writeFileSync(join(workdir, "a"), "edited");
    writeFileSync(join(workdir, "new"), "untracked");
    writeFileSync(join(workdir, "cache"), "ignored");
    commit(upstream, "a", "two");
    expect(await run(stack, fetchRepo({}))).toMatchObject({ code: 0 });
    expect(readFileSync(join(workdir, "a"), "utf8")).toBe("two");
    expect(readdirSync(workdir).sort()).toEqual([".git", ".gitignore", "a", "cache"]);
    git(workdir, "checkout", "--quiet", "HEAD~1");
    git(workdir, "stash", "pop");
    expect(readFileSync(join(workdir, "a"), "utf8")).toBe("edited");
    expect(readFileSync(join(workdir, "new"), "utf8")).toBe("untracked");
  });

  test("hooks of a repository do not run", async () => {
    commit(upstream, "a", "one");
    const workdir = (await run(stack, fetchRepo({}))).outputs["APP_WORKDIR"] ?? "";
    const hook = join(workdir, ".git/hooks/post-checkout");
    mkdirSync(join(workdir, ".git/hooks"), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch ${stack}/hooked\n`, { mode: 0o755 });
    commit(upstream, "a", "two");
    expect((await run(stack, fetchRepo({}))).code).toBe(0);
    expect(existsSync(join(stack, "hooked"))).toBe(false);
  });
});

describe("remove_repo", () => {
  const removeRepo = (): Action => ({ name: "remove_repo", id: "remove_repo.app", args: { url: upstream } });

  test("removes the clone, and again", async () => {
    commit(upstream, "a", "one");
    const workdir = (await run(stack, fetchRepo({}))).outputs["APP_WORKDIR"] ?? "";
    expect(await run(stack, removeRepo())).toMatchObject({ code: 0, stdout: `removed ${workdir}\n` });
    expect(existsSync(workdir)).toBe(false);
    expect(await run(stack, removeRepo())).toMatchObject({ code: 0, stdout: `${workdir} is not there\n` });
  });

  test("keeps a clone with changes that are nowhere else, and a folder that is none", async () => {
    commit(upstream, "a", "one");
    const workdir = (await run(stack, fetchRepo({}))).outputs["APP_WORKDIR"] ?? "";
    writeFileSync(join(workdir, "a"), "edited");
    expect((await run(stack, removeRepo())).stderr).toContain("holds local changes");
    git(workdir, "stash");
    expect((await run(stack, removeRepo())).stderr).toContain("holds local changes");
    git(workdir, "stash", "drop");
    git(workdir, "remote", "set-url", "origin", "https://example.com/else.git");
    expect((await run(stack, removeRepo())).stderr).toContain("is not a clone of");
    expect(existsSync(workdir)).toBe(true);
  });
});
