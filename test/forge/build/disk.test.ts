import { execFileSync } from "node:child_process";
import { chmod, chown, link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readBuild } from "../../../server/src/forge/artifacts.ts";
import { nodeFiles } from "../../../server/src/host/node-files.ts";
import { actions, artifact, build, bundleOf } from "./samples.ts";

/** The same on a real disk: links, pipes, owners and modes are what the operating system makes of them. */
let root = "";
let dir = "";
const files = nodeFiles();
const id = "ensure_service.web";
const bundle = (content = "echo web\n") => bundleOf([artifact("scripts/web.sh", id, content)]);
const script = (): string => join(dir, "scripts/web.sh");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "build-"));
  dir = join(root, "stack/.clockwork/build");
  await mkdir(join(root, "outside"), { recursive: true });
  await mkdir(join(root, "stack"));
  await writeFile(join(root, "outside/web.sh"), "precious\n");
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("writes, merges and reads back", async () => {
  expect(await build(files, bundle(), { dir })).toMatchObject({
    written: ["scripts/web.sh"],
    diagnostics: [],
  });
  expect((await stat(script())).mode & 0o7777).toBe(0o755);
  await writeFile(script(), "# mine\necho web\n");
  expect(await build(files, bundle("echo web\nstop\n"), { dir })).toMatchObject({
    merged: ["scripts/web.sh"],
  });
  expect(await readFile(script(), "utf8")).toBe("# mine\necho web\nstop\n");
  expect((await readBuild(files, dir, actions(id))).diagnostics).toEqual([]);
});

test("builds the same bytes twice without touching a file", async () => {
  await build(files, bundle(), { dir });
  const before = await stat(script());
  expect(await build(files, bundle(), { dir })).toMatchObject({ written: [], kept: [], merged: [] });
  expect((await stat(script())).ino).toBe(before.ino);
});

describe("hostile things in the way", () => {
  const obstacles: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      "a link for the script",
      async () => {
        await mkdir(join(dir, "scripts"), { recursive: true });
        await symlink(join(root, "outside/web.sh"), script());
      },
    ],
    [
      "a hard link for the script",
      async () => {
        await mkdir(join(dir, "scripts"), { recursive: true });
        await link(join(root, "outside/web.sh"), script());
      },
    ],
    [
      "a link for scripts/",
      async () => {
        await mkdir(dir, { recursive: true });
        await symlink(join(root, "outside"), join(dir, "scripts"));
      },
    ],
    [
      "a link for build/",
      async () => {
        await mkdir(join(root, "stack/.clockwork"));
        await symlink(join(root, "outside"), dir);
      },
    ],
    ["a link for .clockwork/", async () => symlink(join(root, "outside"), join(root, "stack/.clockwork"))],
    [
      "a dangling link for the script",
      async () => {
        await mkdir(join(dir, "scripts"), { recursive: true });
        await symlink(join(root, "nowhere"), script());
      },
    ],
    [
      "a pipe for the script",
      async () => {
        await mkdir(join(dir, "scripts"), { recursive: true });
        execFileSync("mkfifo", [script()]);
      },
    ],
    [
      "a pipe for the manifest",
      async () => {
        await mkdir(dir, { recursive: true });
        execFileSync("mkfifo", [join(dir, "manifest.next.json")]);
      },
    ],
    ["a folder for the script", async () => mkdir(script(), { recursive: true })],
    [
      "a socket for the script",
      async () => {
        await mkdir(join(dir, "scripts"), { recursive: true });
        const server = createServer();
        // Relative: a socket's name is short.
        await new Promise<void>((done) => server.listen(relative(process.cwd(), script()), done));
        onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
      },
    ],
    [
      "a link for the manifest",
      async () => {
        await mkdir(dir, { recursive: true });
        await symlink(join(root, "outside/web.sh"), join(dir, "manifest.json"));
      },
    ],
    [
      "a setuid script",
      async () => {
        await mkdir(join(dir, "scripts"), { recursive: true });
        await writeFile(script(), "x\n");
        await chmod(script(), 0o4755);
      },
    ],
  ];
  test.each(obstacles)("%s", async (_, put) => {
    await put();
    const { diagnostics, written } = await build(files, bundle(), { dir });
    expect(diagnostics.map((d) => d.code)).toEqual(["build-unsafe"]);
    expect(written).toEqual([]);
    expect(await readFile(join(root, "outside/web.sh"), "utf8")).toBe("precious\n");
  });

  const isRoot = execFileSync("id", ["-u"], { encoding: "utf8" }).trim() === "0";
  test.skipIf(!isRoot)("a folder of another user", async () => {
    await mkdir(join(dir, "scripts"), { recursive: true });
    await chown(join(dir, "scripts"), 12345, 12345);
    const { diagnostics } = await build(files, bundle(), { dir, uid: 0 });
    expect(diagnostics.map((d) => d.code)).toEqual(["build-unsafe"]);
    expect((await readBuild(files, dir, actions(id), 0)).diagnostics.map((d) => d.code)).toContain(
      "build-unsafe",
    );
  });
});
