import { access, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, eventsOf, freePort, stackFolder, startedSteps, stateOf } from "../support/cli.ts";

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function hello() {
  const cwd = await stackFolder({ example: "hello" });
  const port = await freePort();
  const run = (...args: string[]) => cli([...args, "--var", `port=${port}`], { cwd });
  return { cwd, port, run };
}

describe("hello, end to end", () => {
  it("is planned, built, run, verified and remembered; the second apply has nothing to do", async () => {
    const { cwd, port, run } = await hello();
    const first = await run("apply", "--yes");
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("Plan: 2 to create");
    expect(first.stdout).toContain("scripts/ensure_service.hello.mjs");
    expect(first.stdout).toMatch(/✓ verify_http\.page/);
    expect(first.stdout).toContain(`url = "http://localhost:${port}"`);
    expect(await (await fetch(`http://localhost:${port}`)).text()).toContain("Hello from Clockwork");
    expect(Object.keys((await stateOf(cwd)).resources).sort()).toEqual(["file.page", "service.hello"]);

    const second = await run("apply", "--yes", "--json");
    expect(second.code).toBe(0);
    expect(startedSteps(second)).toEqual([]);
    expect((await run("apply", "--yes")).stdout).toContain("Nothing to do");
    expect((await stateOf(cwd)).serial).toBe(JSON.parse((await run("show", "--json")).stdout).serial);
  });

  it("runs only the steps of what was edited, and the removal of what was deleted; destroy leaves nothing", async () => {
    const { cwd, port, run } = await hello();
    await writeFile(join(cwd, "mine.txt"), "mine");
    const before = await readdir(cwd);
    expect((await run("apply", "--yes")).code).toBe(0);

    const main = await readFile(join(cwd, "main.cw"), "utf8");
    await writeFile(join(cwd, "main.cw"), main.replace("<h1>", "<h2>").replace("</h1>", "</h2>"));
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual(["ensure_file.page"]);
    expect(await (await fetch(`http://localhost:${port}`)).text()).toContain("<h2>");

    const extra = 'resource "file" "extra" {\n  path = "extra.txt"\n  content = "x"\n}\n';
    await writeFile(join(cwd, "extra.cw"), extra);
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual(["ensure_file.extra"]);
    await rename(join(cwd, "extra.cw"), join(cwd, "extra.txt.old"));
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual(["remove_file.extra"]);
    expect(await exists(join(cwd, "extra.txt"))).toBe(false);

    expect((await run("destroy", "--yes")).code).toBe(0);
    await expect(fetch(`http://localhost:${port}`)).rejects.toThrow();
    expect((await readdir(cwd)).sort()).toEqual([...before, ".clockwork", "extra.txt.old"].sort());
    expect((await stateOf(cwd)).resources).toEqual({});
    expect((await readdir(join(cwd, ".clockwork/services"))).length).toBe(0);
  });

  it("is destroyed from the state when its files are gone", async () => {
    const { cwd, port, run } = await hello();
    expect((await run("apply", "--yes")).code).toBe(0);
    await rename(join(cwd, "main.cw"), join(cwd, "main.txt"));
    const destroyed = await cli(["destroy", "--yes"], { cwd });
    expect(destroyed.stderr).toBe("");
    expect(destroyed.code).toBe(0);
    await expect(fetch(`http://localhost:${port}`)).rejects.toThrow();
    expect(await exists(join(cwd, "hello.html"))).toBe(false);
    expect((await stateOf(cwd)).resources).toEqual({});
  });

  it("refuses to apply when nobody can answer, and says the way out", async () => {
    const { cwd, run } = await hello();
    const result = await run("apply");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("--yes");
    expect(await exists(join(cwd, "hello.html"))).toBe(false);
  });

  it("keeps a person's edit of an artifact and runs it", async () => {
    const { cwd, run } = await hello();
    expect((await run("apply", "--yes")).code).toBe(0);
    const path = join(cwd, ".clockwork/build/scripts/verify_http.page.mjs");
    await writeFile(path, `${await readFile(path, "utf8")}console.log("edited by hand");\n`);
    const planned = await run("plan");
    expect(planned.stdout).toContain("artifact edited");
    const applied = await run("apply", "--yes", "--json");
    expect(startedSteps(applied)).toEqual(["verify_http.page"]);
    expect(eventsOf(applied).some((e) => e.type === "step-output" && e.text.includes("edited by hand"))).toBe(
      true,
    );
    expect(startedSteps(await run("apply", "--yes", "--json"))).toEqual([]);
  });

  it("applies exactly the saved plan, or says that it is stale", async () => {
    const { cwd, run } = await hello();
    expect((await run("plan", "--out", "first.plan")).code).toBe(0);
    expect((await run("build")).code).toBe(0);
    const saved = JSON.parse(await readFile(join(cwd, "first.plan"), "utf8"));
    expect(saved.planId).toMatch(/^[0-9a-f]{64}$/);
    // What build wrote is part of what was not yet reviewed: the plan was made before it.
    const stale = await cli(["apply", "first.plan", "--yes"], { cwd });
    expect(stale.code).toBe(4);
    expect(stale.stderr).toContain("error[stale-plan]");
    expect((await run("plan", "--out", "second.plan")).code).toBe(0);
    expect((await cli(["apply", "second.plan"], { cwd })).code).toBe(0);
    expect((await cli(["apply", "second.plan"], { cwd })).code).toBe(4);
  });

  it("shows drift and mends it", async () => {
    const { cwd, run } = await hello();
    expect((await run("apply", "--yes")).code).toBe(0);
    await writeFile(join(cwd, "hello.html"), "changed by somebody");
    const seen = JSON.parse((await cli(["refresh", "--json"], { cwd })).stdout);
    expect(seen.find((o: { address: string }) => o.address === "file.page").status).toBe("changed");
    const refused = await run("apply", "--yes", "--refresh");
    expect(refused.code).toBe(3);
    expect(refused.stdout + refused.stderr).toContain("--adopt file.page");
    expect(await readFile(join(cwd, "hello.html"), "utf8")).toBe("changed by somebody");
    expect((await run("apply", "--yes", "--refresh", "--adopt", "file.page")).code).toBe(0);
    expect(await readFile(join(cwd, "hello.html"), "utf8")).toContain("Hello from Clockwork");
  });

  it("verifies alone, and fails with exit code 3", async () => {
    const { cwd, run } = await hello();
    expect((await run("apply", "--yes")).code).toBe(0);
    expect((await run("verify")).code).toBe(0);
    const pid = JSON.parse(await readFile(join(cwd, ".clockwork/services/hello/status.json"), "utf8")).pid;
    expect(pid).toBeGreaterThan(1);
    await writeFile(join(cwd, "hello.html"), "something else");
    const failed = await run("verify", "--timeout-per-step", "4s");
    expect(failed.code).toBe(3);
  });
});
