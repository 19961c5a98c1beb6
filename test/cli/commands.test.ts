import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

const folderStack = { "main.cw": 'resource "directory" "z" { path = "z" }\n' };

describe("a file that a flag names to be written", () => {
  it("is never a folder, which would be removed with everything in it", async () => {
    const cwd = await stackFolder(folderStack);
    await mkdir(join(cwd, "precious"));
    await writeFile(join(cwd, "precious/a.txt"), "a");
    for (const args of [
      ["apply", "--yes", "--events", "precious"],
      ["plan", "--out", "precious"],
    ]) {
      const result = await cli(args, { cwd });
      expect(result.code).toBe(1);
      expect(result.stderr).toContain("precious: that is no plain file");
    }
    expect(await readFile(join(cwd, "precious/a.txt"), "utf8")).toBe("a");
  });

  it("is never a file of the stack", async () => {
    const cwd = await stackFolder(folderStack);
    expect((await cli(["apply", "--yes", "--events", "main.cw"], { cwd })).code).toBe(1);
    expect((await cli(["plan", "--out", "main.cw"], { cwd })).code).toBe(1);
    expect(await readFile(join(cwd, "main.cw"), "utf8")).toBe(folderStack["main.cw"]);
  });
});
