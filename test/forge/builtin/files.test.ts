import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { runs } from "../../support/runs.ts";
import { makeStack, run } from "./run.ts";

const provides = { path: "FILE_F_PATH", sha256: "F_SHA256" };
const file = (args: Action["args"]): Action => ({ name: "ensure_file", id: "ensure_file.f", args, provides });
const removal = (path: string): Action => ({ name: "remove_file", id: "remove_file.f", args: { path } });

test("a file is written with its folders, and a second run changes nothing", async () => {
  const stack = makeStack();
  const action = file({ path: "a/b/f.conf", content: "one\ntwo ${NAME}\n$${kept}\n", mode: "0640" });
  const first = await run(stack, action, { NAME: "value" });
  const target = join(stack, "a/b/f.conf");
  const content = "one\ntwo value\n${kept}\n";
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(target, "utf8")).toBe(content);
  expect(statSync(target).mode & 0o7777).toBe(0o640);
  const sha256 = createHash("sha256").update(content).digest("hex");
  expect(first.outputs).toEqual({ FILE_F_PATH: target, F_SHA256: sha256 });
  const before = statSync(target);
  const second = await run(stack, action, { NAME: "value" });
  expect(second.stdout).toBe(`${target} is as it should be\n`);
  expect(second.outputs).toEqual(first.outputs);
  expect(statSync(target)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

test("a changed mode is put right without writing the file anew", async () => {
  const stack = makeStack();
  await run(stack, file({ path: "f", content: "x" }));
  chmodSync(join(stack, "f"), 0o600);
  expect((await run(stack, file({ path: "f", content: "x" }))).code).toBe(0);
  expect(statSync(join(stack, "f")).mode & 0o7777).toBe(0o644);
});

test("a source is copied byte by byte", async () => {
  const stack = makeStack();
  const bytes = Buffer.from([0, 255, 13, 10, 128]);
  writeFileSync(join(stack, "in.bin"), bytes);
  expect((await run(stack, file({ path: "out.bin", source: "in.bin" }))).code).toBe(0);
  expect(readFileSync(join(stack, "out.bin"))).toEqual(bytes);
});

test("a link in the file's place is replaced and what it points at stays", async () => {
  const stack = makeStack();
  writeFileSync(join(stack, "other"), "theirs");
  symlinkSync("other", join(stack, "f"));
  expect((await run(stack, file({ path: "f", content: "ours" }))).code).toBe(0);
  expect(readFileSync(join(stack, "other"), "utf8")).toBe("theirs");
  expect(lstatSync(join(stack, "f")).isFile()).toBe(true);
});

test("outside the stack a missing folder is an error, and nothing is left behind", async () => {
  const stack = makeStack();
  const outside = makeStack();
  const ran = await run(stack, file({ path: join(outside, "no/f"), content: "x" }));
  expect(ran).toMatchObject({
    code: 1,
    stderr: `ensure_file.f: the folder ${outside}/no does not exist\n`,
    outputs: {},
  });
  expect(readdirSync(outside)).toEqual([]);
});

test("a folder in the file's place is an error", async () => {
  const stack = makeStack();
  mkdirSync(join(stack, "f"));
  const ran = await run(stack, file({ path: "f", content: "x" }));
  expect(ran.stderr).toBe(`ensure_file.f: ${stack}/f exists and is not a file\n`);
  expect((await run(stack, removal("f"))).stderr).toContain("is a folder and not the file that was made");
});

test("a write that cannot be finished leaves neither a half nor a temporary file", async () => {
  const stack = makeStack();
  await run(stack, file({ path: "f", content: "old" }));
  // A path that is too long fails at the temporary file, which is longer still.
  const long = "x".repeat(250);
  const ran = await run(stack, file({ path: long, content: "new" }));
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^ensure_file\.f: ENAMETOOLONG/);
  expect(readdirSync(stack).sort()).toEqual([".clockwork", "f"]);
});

test("a missing run-time value is an error that names it", async () => {
  const ran = await run(makeStack(), file({ path: "f", contentVar: "ENSURE_FILE_F_CONTENT" }));
  expect(ran).toMatchObject({
    code: 1,
    stderr: "ensure_file.f: the run-time value ENSURE_FILE_F_CONTENT is missing\n",
  });
});

test("a file is removed, and again", async () => {
  const stack = makeStack();
  await run(stack, file({ path: "f", content: "x" }));
  expect(await run(stack, removal("f"))).toMatchObject({ code: 0, stdout: `removed ${stack}/f\n` });
  expect(existsSync(join(stack, "f"))).toBe(false);
  expect(await run(stack, removal("f"))).toMatchObject({ code: 0, stdout: `${stack}/f is not there\n` });
});

test("a folder is made, kept with what is in it, and removed only when empty", async () => {
  const stack = makeStack();
  const ensure: Action = {
    name: "ensure_directory",
    id: "ensure_directory.d",
    args: { path: "data/d", mode: "0750" },
    provides: { path: "DIRECTORY_D_PATH" },
  };
  const remove: Action = { name: "remove_directory", id: "remove_directory.d", args: { path: "data/d" } };
  const target = join(stack, "data/d");
  expect(await run(stack, ensure)).toMatchObject({ code: 0, outputs: { DIRECTORY_D_PATH: target } });
  expect(statSync(target).mode & 0o7777).toBe(0o750);
  writeFileSync(join(target, "theirs"), "");
  expect(await run(stack, ensure)).toMatchObject({ code: 0, stdout: `${target} is there\n` });
  expect(await run(stack, remove)).toMatchObject({
    code: 1,
    stderr: `remove_directory.d: ${target} is not empty: theirs\n`,
  });
  expect(existsSync(join(target, "theirs"))).toBe(true);
  await run(stack, { name: "remove_file", args: { path: "data/d/theirs" } });
  expect(await run(stack, remove)).toMatchObject({ code: 0 });
  expect(await run(stack, remove)).toMatchObject({ code: 0, stdout: `${target} is not there\n` });
  expect(existsSync(target)).toBe(false);
});

test("any text arrives in the file as it is", async () => {
  const stack = makeStack();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 40 }), async (text) => {
      fc.pre(!text.includes("\0"));
      const ran = await run(stack, file({ path: "f", content: text.replaceAll("${", () => "$${") }));
      expect(ran.stderr).toBe("");
      expect(readFileSync(join(stack, "f"), "utf8")).toBe(text);
    }),
    { numRuns: runs(25) },
  );
});
