import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

describe("what V8 compiled", () => {
  const stack = { "main.cw": 'resource "file" "a" {\n  path    = "a.txt"\n  content = "hello"\n}\n' };
  const plan = (cwd: string, env: Readonly<Record<string, string>>) => cli(["plan", "--json"], { cwd, env });

  async function kept(home: string): Promise<string> {
    const folder = join(home, ".cache", "clockwork");
    const [name, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    return join(folder, name ?? "");
  }

  async function scene() {
    const cwd = await stackFolder(stack);
    const home = join(cwd, "home");
    await mkdir(home);
    return { cwd, home, env: { HOME: home, XDG_CACHE_HOME: "" } };
  }

  test("is kept for the user alone and used again", async () => {
    const { cwd, home, env } = await scene();
    const first = await plan(cwd, env);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const path = await kept(home);
    const before = await stat(path);
    expect(before.mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    expect(await plan(cwd, env)).toEqual(first);
    expect((await stat(await kept(home))).mtimeMs).toBe(before.mtimeMs);
  });

  test("is compiled again when it is broken, cut off or could be somebody else's", async () => {
    const { cwd, home, env } = await scene();
    const first = await plan(cwd, env);
    const path = await kept(home);
    const good = await readFile(path);
    for (const bad of [Buffer.from("no code"), good.subarray(0, good.length / 2), Buffer.alloc(0)]) {
      await writeFile(path, bad);
      expect(await plan(cwd, env)).toEqual(first);
      expect((await readFile(await kept(home))).length).toBeGreaterThan(good.length / 2);
    }
    await chmod(path, 0o620);
    expect(await plan(cwd, env)).toEqual(first);
    expect((await stat(await kept(home))).mode & 0o777).toBe(0o600);
  });

  test("is not needed: a command works where nothing can be kept", async () => {
    const { cwd, home } = await scene();
    const first = await plan(cwd, { HOME: "" });
    expect(first.code).toBe(0);
    await rm(home, { recursive: true });
    await writeFile(home, "a file where the folder should be");
    expect(await plan(cwd, { HOME: home, XDG_CACHE_HOME: "" })).toEqual(first);
  });

  test("is kept once a stack was read", async () => {
    const { cwd, home, env } = await scene();
    expect((await cli(["version"], { cwd, env })).code).toBe(0);
    expect(await readdir(home)).toEqual([]);
  });
});

test("a large stack, which two threads parse, gives what its parts give", async () => {
  const block = (i: number) =>
    `resource "file" "f${i}" {\n  path    = "out/${i}.txt"\n  content = "${`line ${i} `.repeat(80)}"\n}\n`;
  const files = Array.from({ length: 6 }, (_, n) =>
    Array.from({ length: 500 }, (_, i) => block(n * 500 + i)).join("\n"),
  );
  const own = files.slice(0, 4);
  const text = own.join("\n");
  expect(text.length).toBeGreaterThan(1_000_000);
  const named = (folder: string, texts: readonly string[]) => texts.map((f, n) => [`${folder}f${n}.cw`, f]);
  const folder = await stackFolder({
    ...Object.fromEntries([...named("", own), ...named("m/", files.slice(4))]),
    "modules.cw": 'module "m" {\n  source = "./m"\n}\n',
  });
  const planned = await cli(["plan", "--json"], { cwd: folder });
  expect(planned).toMatchObject({ code: 0, stderr: "" });
  const { steps } = JSON.parse(planned.stdout) as { steps: { args: { content: string } }[] };
  expect(new Set(steps.map((s) => s.args.content)).size).toBe(3000);
  // In one file, with a mistake behind all of it.
  const whole = await stackFolder({ "main.cw": `${text}\nlocals {\n  oops = file.f39x.path\n}\n` });
  const refused = await cli(["plan"], { cwd: whole });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`main.cw:${text.split("\n").length + 2}:`);
  expect(refused.stderr).toContain("file.f39x");
});
