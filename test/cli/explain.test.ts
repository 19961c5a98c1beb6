import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

const stack = `resource "file" "page" {
  path    = "page.txt"
  content = "a"
}
resource "file" "copy" {
  path    = "copy.txt"
  content = file.page.sha256
}
`;

async function explained() {
  const cwd = await stackFolder({ "main.cw": stack });
  const run = (...args: string[]) => cli(args, { cwd });
  return { cwd, run };
}

describe("explain", () => {
  it("says why a step runs, with what rights, and that nothing is written yet", async () => {
    const { run } = await explained();
    const { code, stdout, stderr } = await run("explain", "ensure_file.copy");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "  + file.copy  create (not in the state)
            + content: file.page.sha256
            + path: "copy.txt"

      ensure_file.copy
        in the plan yes
        after       ensure_file.page
        runs        nothing yet: clockwork build writes its script
        may use     no network; writing the path of its arguments
        is given    PAGE_SHA256
        hands on    path, sha256
      "
    `);
  });

  it("says where a script comes from, who changed it, and that nothing asks for it", async () => {
    const { cwd, run } = await explained();
    expect((await run("apply", "--yes")).code).toBe(0);
    const before = (await run("explain", "file.copy")).stdout;
    expect(before).toContain("in the plan no, nothing asks for it");
    expect(before).toMatch(
      /ensure_file\.copy\.mjs: by builtin [\d.]+; as it was written; sha256 [0-9a-f]{12}/,
    );
    await appendFile(join(cwd, ".clockwork/build/scripts/ensure_file.copy.mjs"), "// mine\n");
    const after = (await run("explain", "file.copy")).stdout;
    expect(after).toContain("artifact edited");
    expect(after).toContain("in the plan yes");
    expect(after).toContain("edited by a person since");
  });

  it("is the same each time, and data with --json", async () => {
    const { cwd, run } = await explained();
    await writeFile(
      join(cwd, "main.cw"),
      (await readFile(join(cwd, "main.cw"), "utf8")).replace("copy", "b"),
    );
    const [first, second] = [await run("explain", "file.page"), await run("explain", "file.page")];
    expect(first).toEqual(second);
    const [record] = JSON.parse((await run("explain", "file.page", "--json")).stdout);
    expect(record.change).toMatchObject({ address: "file.page", action: "create" });
    expect(record.steps[0]).toMatchObject({ id: "ensure_file.page", planned: true, may: { writes: "path" } });
  });

  it("knows the stack by --stack, and the nearest name", async () => {
    const { cwd } = await explained();
    const wrong = await cli(["explain", "ensure_file.pge", "--stack", cwd], { cwd: "/" });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('Did you mean "ensure_file.page"?');
  });
});
