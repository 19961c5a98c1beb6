import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

const files = (name: string) => ({
  "main.cw": `
    resource "file" "${name}" {
      path    = "a.txt"
      content = "a"
    }
    resource "file" "both" {
      count   = 2
      path    = "\${count.index}.txt"
      content = file.${name}.path
    }`,
});

const state = (cwd: string) => readFile(join(cwd, ".clockwork", "state.json"), "utf8");

test("state mv gives a thing its new address, with all that refers to it", async () => {
  const cwd = await stackFolder(files("a"));
  await cli(["apply", "--yes"], { cwd });
  expect(await cli(["state", "mv", "file.a", "file.z", "--dry-run"], { cwd })).toMatchObject({
    code: 0,
    stdout: "Would move file.a to file.z\n",
  });
  expect((await cli(["state", "list"], { cwd })).stdout).toBe("file.a\nfile.both[0]\nfile.both[1]\n");
  expect(await cli(["state", "mv", "file.a", "file.z"], { cwd })).toMatchObject({
    code: 0,
    stdout: "Moved file.a to file.z\n",
  });
  expect((await cli(["state", "mv", "file.both", "file.pair"], { cwd })).stdout).toBe(
    "Moved file.both[0] to file.pair[0]\nMoved file.both[1] to file.pair[1]\n",
  );
  await cli(["state", "mv", "file.pair", "file.both"], { cwd });
  await writeFile(join(cwd, "main.cw"), files("z")["main.cw"]);
  expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(0);
});

test("state mv refuses what cannot be, and says what would help", async () => {
  const cwd = await stackFolder(files("a"));
  await cli(["apply", "--yes"], { cwd });
  const before = await state(cwd);
  const refusal = async (...args: string[]) => {
    const { code, stderr } = await cli(["state", "mv", ...args], { cwd });
    expect(code).toBe(1);
    return stderr;
  };
  expect(await refusal("file.aa", "file.z")).toContain('Did you mean "file.a"?');
  expect(await refusal("file.a", "file.both[1]")).toContain("The state has file.both[1] already");
  expect(await refusal("file.a", "directory.a")).toContain("it is of another kind");
  expect(await refusal("file.a", "file..")).toContain("is no address");
  expect(await state(cwd)).toBe(before);
});

test("state rm forgets and removes nothing; the next plan makes it again", async () => {
  const cwd = await stackFolder(files("a"));
  await cli(["apply", "--yes"], { cwd });
  expect((await cli(["state", "rm", "file.nothing"], { cwd })).code).toBe(1);
  expect(await cli(["state", "rm", "file.both", "file.a"], { cwd })).toMatchObject({
    code: 0,
    stdout: "Forgot file.a\nForgot file.both[0]\nForgot file.both[1]\n",
  });
  expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("a");
  expect((await cli(["state", "list"], { cwd })).stdout).toBe("");
  expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(2);
  await cli(["apply", "--yes", "--adopt", "file.a", "--adopt", "file.both"], { cwd });
});

test("a state that was pulled can be pushed, but none that is older, another stack's or damaged", async () => {
  const cwd = await stackFolder(files("a"));
  await cli(["apply", "--yes"], { cwd });
  const { stdout: pulled } = await cli(["state", "pull"], { cwd });
  expect(pulled).toBe(await state(cwd));
  await cli(["state", "mv", "file.a", "file.z"], { cwd });
  const push = (text: string, ...args: string[]) =>
    cli(["state", "push", "-", ...args], { cwd, stdin: text });
  expect((await push(pulled)).stderr).toContain("error[state-refused]: That state is older (serial ");
  const damaged = pulled.replace("a.txt", "b.txt");
  expect((await push(damaged)).stderr).toMatch(
    /its checksum does not fit[\s\S]*take out the line with sha256/,
  );
  expect((await push("{}")).code).toBe(1);
  expect((await push(pulled, "--force")).stdout).toMatch(/^The state is that of stdin now/);
  expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(0);
  const other = await stackFolder(files("a"));
  await cli(["apply", "--yes"], { cwd: other });
  const { stdout: foreign } = await cli(["state", "pull"], { cwd: other });
  expect((await push(foreign)).stderr).toContain("the state of another stack");
  const edited = foreign.replace(/\n {2}"sha256": .*/, "").replace(/,\n}/, "\n}");
  await writeFile(join(cwd, "edited.json"), edited);
  expect((await cli(["state", "push", "edited.json", "--force"], { cwd })).code).toBe(0);
});
