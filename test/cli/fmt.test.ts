import { execFileSync } from "node:child_process";
import { chmod, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

/** Root may read everything. */
const isRoot = process.getuid?.() === 0;

describe("fmt", () => {
  it("takes several targets, and leaves what is no text and what is a link alone", async () => {
    const latin = Buffer.from([0x23, 0x20, 0xe9, 0x0a, 0x61, 0x3d, 0x31, 0x0a]);
    const cwd = await stackFolder({ "a.cw": "a=1\n", "sub/b.cwvars": "b=1\n", "c.cw": "c=1\n" });
    await writeFile(join(cwd, "latin.cw"), latin);
    await symlink("c.cw", join(cwd, "link.cw"));
    const checked = await cli(["fmt", "--check", "a.cw", "sub"], { cwd });
    expect(checked).toEqual({ code: 1, stdout: "a.cw\nsub/b.cwvars\n", stderr: "" });
    expect((await cli(["fmt", "a.cw", "sub"], { cwd })).code).toBe(0);
    expect(await readFile(join(cwd, "a.cw"), "utf8")).toBe("a = 1\n");
    expect((await cli(["fmt", "latin.cw"], { cwd })).stderr).toContain("latin.cw is not UTF-8 text");
    expect(await readFile(join(cwd, "latin.cw"))).toEqual(latin);
    expect((await cli(["fmt", "link.cw"], { cwd })).stderr).toContain("link.cw is a link");
    expect(await readFile(join(cwd, "c.cw"), "utf8")).toBe("c=1\n");
  });
});

describe("fmt --diff", () => {
  it("prints a patch that makes the new files of the old ones", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i % 12 === 5 ? `a${i}=1` : `# ${i}`));
    const old = {
      "a.cw": `${lines.join("\n")}\n`,
      "b.cw": "b=1",
      "c.cw": 'c = "${\n  d\n}"\n',
      "sub/d.cw": "d=1\r\n",
    };
    const cwd = await stackFolder(old);
    const copy = await stackFolder(old);
    const { code, stdout } = await cli(["fmt", "--diff", "--recursive"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(
      "--- old/b.cw\n+++ new/b.cw\n@@ -1,1 +1,1 @@\n-b=1\n\\ No newline at end of file\n+b = 1\n",
    );
    // What it lists stands between the differences, as anything may in a patch.
    execFileSync("git", ["apply", "--whitespace=nowarn"], { cwd: copy, input: stdout });
    for (const name of Object.keys(old)) {
      const now = await readFile(join(cwd, name), "utf8");
      expect(now).not.toBe(Reflect.get(old, name));
      expect(await readFile(join(copy, name), "utf8")).toBe(now);
    }
  });
});

describe("fmt of single files", () => {
  it("keeps the mode, goes on behind a file with errors, and takes a .tf by name", async () => {
    const cwd = await stackFolder({ "a.tf": "a=1\n", "c.cw": "c=1\n", "d.cw": "d =\n" });
    await chmod(join(cwd, "c.cw"), 0o640);
    const result = await cli(["fmt", "d.cw", "a.tf", "c.cw"], { cwd });
    expect(result).toMatchObject({ code: 1, stdout: "a.tf\nc.cw\n" });
    expect(await readFile(join(cwd, "d.cw"), "utf8")).toBe("d =\n");
    expect((await stat(join(cwd, "c.cw"))).mode & 0o777).toBe(0o640);
  });

  const why = isRoot ? ": skipped, to root every file can be read" : "";
  it.skipIf(isRoot)(`goes on behind a file that cannot be read${why}`, async () => {
    const cwd = await stackFolder({ "c.cw": "c=1\n", "z.cw": "z=1\n" });
    await chmod(join(cwd, "c.cw"), 0);
    const rest = await cli(["fmt", "c.cw", "z.cw"], { cwd });
    expect(rest).toMatchObject({ code: 1, stdout: "z.cw\n" });
    expect(rest.stderr).toContain("Cannot open c.cw: permission denied");
  });

  it("reads stdin: layout, check and difference; bytes that are no text are refused", async () => {
    const fmt = (input: string | Buffer, ...flags: string[]) =>
      cli(["fmt", ...flags, "-"], { cwd: ".", stdin: input });
    expect(await fmt("a=1\n")).toEqual({ code: 0, stdout: "a = 1\n", stderr: "" });
    expect(await fmt("a=1\n", "--check")).toEqual({ code: 1, stdout: "", stderr: "" });
    expect(await fmt("a = 1\n", "--check", "--diff")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await fmt("a = [\n")).stdout).toBe("");
    expect(await fmt(Buffer.from([0x61, 0x3d, 0xe9]))).toMatchObject({ code: 1, stdout: "" });
  });
});
