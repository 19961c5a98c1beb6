import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, stackFolder, stateOf } from "../support/cli.ts";

const user = () => mkdtemp(join(tmpdir(), "clockwork-home-"));

/** One user's stack, applied, and the same folder as another user or another place gets it. */
async function applied(main: string) {
  const home = await user();
  const cwd = await stackFolder({ "main.cw": main });
  const run = (...args: string[]) => cli(args, { cwd, env: { HOME: home } });
  const copy = async (keep: (path: string) => boolean = () => true) => {
    const folder = await stackFolder({ "main.cw": main });
    await cp(cwd, folder, { recursive: true, filter: (path) => keep(path.slice(cwd.length)) });
    return folder;
  };
  return { home, cwd, run, copy };
}

const file = 'resource "file" "f" {\n  path    = "f.txt"\n  content = "hello"\n}\n';
/** What version control brings: no state, no logs. */
const committed = (path: string) => !/state\.json|logs|runs|f\.txt/.test(path);
const script = ".clockwork/build/scripts/ensure_file.f.mjs";

const spying = `kind "thing" {
  script "ensure" {
    lang    = "bash"
    content = "true"
  }
  script "observe" {
    lang    = "bash"
    content = "echo seen-by-a-script; exit 3"
  }
}
resource "thing" "t" {}
`;

const removable = `kind "thing" {
  capabilities {
    writes = ["."]
  }
  script "ensure" {
    lang    = "bash"
    content = "true"
  }
  script "remove" {
    lang    = "bash"
    content = "echo by a remembered script > removed.txt"
  }
}
resource "thing" "t" {}
`;

describe("a .clockwork/ from elsewhere", () => {
  it("is no question where build/ is what the built-in compiler writes, as teams commit it", async () => {
    const { run, copy } = await applied(file);
    expect((await run("apply", "--yes")).code).toBe(0);
    const folder = await copy(committed);
    const there = await cli(["apply", "--yes"], { cwd: folder, env: { HOME: await user() } });
    expect(there).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "f.txt"), "utf8")).toBe("hello");
  });

  it("is no question to the same user, in a second clone or a folder that was moved", async () => {
    const { home, cwd, run, copy } = await applied(file);
    expect((await run("build")).code).toBe(0);
    const text = await readFile(join(cwd, script), "utf8");
    await writeFile(join(cwd, script), text.replace("import ", "// mine\nimport "));
    expect((await run("apply", "--yes")).code).toBe(0);
    const clone = await cli(["apply", "--yes"], { cwd: await copy(committed), env: { HOME: home } });
    expect(clone).toMatchObject({ code: 0 });
    const moved = await cli(["apply", "--yes", "--force"], { cwd: await copy(), env: { HOME: home } });
    expect(moved).toMatchObject({ code: 0 });
  });

  it("is refused where a script is another one, until somebody adopts it", async () => {
    const { cwd, run, copy } = await applied(file);
    expect((await run("build")).code).toBe(0);
    const text = await readFile(join(cwd, script), "utf8");
    // With a manifest that says so too, it looks like any other.
    const evil = `${text}\n(await import("node:fs")).writeFileSync("evil.txt", "");\n`;
    await writeFile(join(cwd, script), evil);
    const path = join(cwd, ".clockwork/build/manifest.json");
    const manifest = JSON.parse(await readFile(path, "utf8"));
    manifest.artifacts["scripts/ensure_file.f.mjs"].base = evil;
    await writeFile(path, JSON.stringify(manifest));
    const folder = await copy(committed);
    const env = { HOME: await user() };
    const refused = await cli(["apply", "--yes"], { cwd: folder, env });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("error[not-adopted]");
    expect(refused.stderr.replace(/\s+/g, " ")).toContain('or "clockwork adopt"');
    await expect(readFile(join(folder, "evil.txt"))).rejects.toThrow("ENOENT");
    // Nor the second time, now that there might be a state.
    expect((await cli(["apply", "--yes"], { cwd: folder, env })).stderr).toContain("error[not-adopted]");
    expect((await cli(["adopt"], { cwd: folder, env })).code).not.toBe(0);
    expect((await cli(["adopt", "--yes"], { cwd: folder, env })).stdout).toContain("Adopted.");
    expect((await cli(["apply", "--yes"], { cwd: folder, env })).code).toBe(0);
  });

  it("is refused where a good script is called in another way", async () => {
    const { cwd, run, copy } = await applied(file);
    expect((await run("apply", "--yes")).code).toBe(0);
    const path = join(cwd, ".clockwork/build/manifest.json");
    const manifest = JSON.parse(await readFile(path, "utf8"));
    manifest.steps[0].run.cmd.push("--another");
    await writeFile(path, JSON.stringify(manifest));
    const folder = await copy(committed);
    const refused = await cli(["apply", "--yes"], { cwd: folder, env: { HOME: await user() } });
    expect(refused.stderr).toContain("error[not-adopted]");
  });

  it("is looked at by nobody where it has a state, until somebody adopts it", async () => {
    const { run, copy } = await applied(spying);
    expect((await run("apply", "--yes")).code).toBe(0);
    // What runs while a plan is made.
    expect((await run("plan", "--refresh")).stdout).toContain("seen-by-a-script");
    const folder = await copy();
    const env = { HOME: await user() };
    const { lineage } = await stateOf(folder);
    for (const args of [
      ["plan", "--refresh"],
      ["apply", "--yes"],
      ["destroy", "--yes"],
      ["refresh"],
      ["apply", "--yes", "--force"],
    ]) {
      const refused = await cli(args, { cwd: folder, env });
      expect({ args, code: refused.code }).toEqual({ args, code: 1 });
      expect(refused.stderr).toContain(lineage);
    }
    const unseen = await cli(["plan"], { cwd: folder, env });
    expect(unseen.code).toBe(0);
    expect(unseen.stdout).not.toContain("seen-by-a-script");
    expect((await cli(["adopt", "--yes"], { cwd: folder, env })).code).toBe(0);
    expect((await cli(["plan", "--refresh"], { cwd: folder, env })).stdout).toContain("seen-by-a-script");
  });

  it("is a question where all it knows are kinds that no file defines, before a script of theirs runs", async () => {
    const { run, copy } = await applied(removable);
    expect((await run("apply", "--yes")).code).toBe(0);
    const folder = await copy();
    // Nothing is left of the kind but what the state remembers: the script that removes.
    await writeFile(join(folder, "main.cw"), 'output "x" {\n  value = 1\n}\n');
    const env = { HOME: await user() };
    for (const args of [
      ["apply", "--yes"],
      ["destroy", "--yes"],
      ["plan", "--refresh"],
    ]) {
      const refused = await cli(args, { cwd: folder, env });
      expect({ args, code: refused.code }).toEqual({ args, code: 1 });
      expect(refused.stderr).toContain("error[not-adopted]");
    }
    await expect(readFile(join(folder, "removed.txt"))).rejects.toThrow("ENOENT");
    expect((await cli(["adopt", "--yes"], { cwd: folder, env })).code).toBe(0);
    expect((await cli(["apply", "--yes"], { cwd: folder, env })).code).toBe(0);
    expect(await readFile(join(folder, "removed.txt"), "utf8")).toBe("by a remembered script\n");
  });

  it("brings no run that was cut off into order before somebody adopts it", async () => {
    const { cwd, run, copy } = await applied(file);
    expect((await run("apply", "--yes")).code).toBe(0);
    const { lineage, resources } = await stateOf(cwd);
    const change = { resources: { "file.f": { ...resources["file.f"], status: "unknown" } }, verifies: {} };
    const lines = [
      { type: "run", version: "1", command: "apply", lineage, bootId: "", at: 0 },
      { type: "begun", step: "ensure_file.f", serial: 1, change },
    ];
    const by = {
      version: "1",
      pid: 1,
      startTime: "1",
      bootId: "x",
      pidNamespace: "x",
      host: hostname(),
      user: "x",
    };
    const runs = join(cwd, ".clockwork/runs");
    await writeFile(join(runs, "29990101T000000Z-00000000.open"), JSON.stringify(by));
    const journal = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await writeFile(join(runs, "29990101T000000Z-00000000.jsonl"), journal);
    const folder = await copy();
    const env = { HOME: await user() };
    const state = join(folder, ".clockwork/state.json");
    const before = await readFile(state, "utf8");
    const refused = await cli(["apply", "--yes", "--force"], { cwd: folder, env });
    expect(refused.stderr).toContain("error[not-adopted]");
    expect(refused.stderr).not.toContain("run-recovered");
    expect(await readFile(state, "utf8")).toBe(before);
    expect(await readFile(join(folder, ".clockwork/runs/29990101T000000Z-00000000.jsonl"), "utf8")).toBe(
      journal,
    );
    expect((await cli(["adopt", "--yes"], { cwd: folder, env })).code).toBe(0);
    expect((await cli(["build"], { cwd: folder, env })).stderr).toContain("run-recovered");
    expect((await stateOf(folder)).resources["file.f"]).toMatchObject({ status: "unknown" });
  });

  it("may be pushed, which says that it is meant", async () => {
    const { run } = await applied(file);
    expect((await run("apply", "--yes")).code).toBe(0);
    const { stdout } = await run("state", "pull");
    const folder = await stackFolder({ "main.cw": file });
    const env = { HOME: await user() };
    expect((await cli(["state", "push", "-"], { cwd: folder, env, stdin: stdout })).code).toBe(0);
    expect((await cli(["plan"], { cwd: folder, env })).stderr).not.toContain("not-adopted");
  });
});
