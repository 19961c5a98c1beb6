import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, eventsOf, stackFolder, startedSteps, stateOf } from "../support/cli.ts";

const file = (name: string, content: string): string =>
  `resource "file" "${name}" {\n  path    = "f.txt"\n  content = "${content}"\n}\n`;
const moved = "moved {\n  from = file.a\n  to   = file.b\n}\n";

describe("apply of a plan with nothing but moves", () => {
  it("asks, runs no step, journals it, and leaves nothing to do", async () => {
    const cwd = await stackFolder({ "main.cw": file("a", "x") });
    await cli(["apply", "--yes"], { cwd });
    await writeFile(join(cwd, "main.cw"), `${file("b", "x")}${moved}`);
    const planned = await cli(["plan", "--detailed-exitcode"], { cwd });
    expect([planned.code, planned.stdout]).toEqual([
      2,
      " => file.b  move (from file.a)\n\nPlan: 0 to create, 0 to update, 0 to replace, 0 to delete, 1 to move.\n",
    ]);
    const asked = await cli(["apply"], { cwd });
    expect([asked.code, Object.keys((await stateOf(cwd)).resources)]).toEqual([1, ["file.a"]]);
    const applied = await cli(["apply", "--yes", "--json"], { cwd });
    expect([applied.code, startedSteps(applied)]).toEqual([0, []]);
    expect(eventsOf(applied)).toContainEqual(
      expect.objectContaining({
        type: "plan",
        changes: [{ address: "file.b", action: "move", reason: "from file.a" }],
      }),
    );
    expect(Object.keys((await stateOf(cwd)).resources)).toEqual(["file.b"]);
    const runs = await readdir(join(cwd, ".clockwork/runs"));
    const journals = await Promise.all(runs.map((r) => readFile(join(cwd, ".clockwork/runs", r), "utf8")));
    expect(journals.join("")).toContain('{"type":"moved","from":"file.a","to":"file.b"}\n');
    expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(0);
  });

  it("takes a person's edit of the script along", async () => {
    const cwd = await stackFolder({ "main.cw": file("a", "x") });
    await cli(["apply", "--yes"], { cwd });
    const scripts = join(cwd, ".clockwork/build/scripts");
    const text = await readFile(join(scripts, "ensure_file.a.mjs"), "utf8");
    await writeFile(join(scripts, "ensure_file.a.mjs"), `${text}// mine\n`);
    await cli(["apply", "--yes"], { cwd });
    await writeFile(join(cwd, "main.cw"), `${file("b", "x")}${moved}`);
    await cli(["apply", "--yes"], { cwd });
    expect(await readdir(scripts)).toEqual(["ensure_file.b.mjs"]);
    expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(0);
    await writeFile(join(cwd, "main.cw"), file("b", "y"));
    const changed = await cli(["apply", "--yes", "--json"], { cwd });
    expect([changed.code, startedSteps(changed)]).toEqual([0, ["ensure_file.b"]]);
    const merged = await readFile(join(scripts, "ensure_file.b.mjs"), "utf8");
    expect(merged).toContain("// ensure_file.b:");
    expect(merged.endsWith("// mine\n")).toBe(true);
    expect(await readFile(join(cwd, "f.txt"), "utf8")).toBe("y");
  });

  it("sees an edit that was made before the move and has not run", async () => {
    const cwd = await stackFolder({ "main.cw": file("a", "x") });
    await cli(["apply", "--yes"], { cwd });
    const script = join(cwd, ".clockwork/build/scripts/ensure_file.a.mjs");
    await writeFile(script, `${await readFile(script, "utf8")}// mine\n`);
    await writeFile(join(cwd, "main.cw"), `${file("b", "x")}${moved}`);
    const planned = await cli(["plan"], { cwd });
    expect(planned.stdout).toContain("  ~ file.b  update (artifact edited; moved from file.a)\n");
    await cli(["build"], { cwd });
    expect((await cli(["plan"], { cwd })).stdout).toBe(planned.stdout);
  });
});

describe("a removed block with destroy = false", () => {
  it("forgets the thing and leaves it there", async () => {
    const cwd = await stackFolder({ "main.cw": file("a", "x") });
    await cli(["apply", "--yes"], { cwd });
    await writeFile(
      join(cwd, "main.cw"),
      "removed {\n  from = file.a\n  lifecycle {\n    destroy = false\n  }\n}\n",
    );
    const applied = await cli(["apply", "--yes"], { cwd });
    expect(applied.stdout).toContain("  . file.a  forget (a removed block leaves it as it is)\n");
    expect(applied.stdout).toContain("0 to delete, 1 to forget.");
    expect((await stateOf(cwd)).resources).toEqual({});
    expect(await readFile(join(cwd, "f.txt"), "utf8")).toBe("x");
  });
});

describe("prevent_destroy", () => {
  it("holds for destroy, also where the files are broken elsewhere", async () => {
    const kept = `${file("a", "x").replace("\n}\n", "\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n")}`;
    const cwd = await stackFolder({ "main.cw": kept });
    await cli(["apply", "--yes"], { cwd });
    await writeFile(join(cwd, "more.cw"), 'resource "file" "broken" {\n');
    const destroyed = await cli(["destroy", "--yes"], { cwd });
    expect(destroyed.code).toBe(1);
    expect(destroyed.stderr).toContain("error[prevent-destroy]: file.a would be removed");
    expect(Object.keys((await stateOf(cwd)).resources)).toEqual(["file.a"]);
  });
});
