import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort, startedSteps } from "../support/cli.ts";
import { findPodman } from "../support/podman.ts";
import { type AgentStack, agentStack } from "./stack.ts";
import { fromTemplates } from "./templates.ts";

/* The examples, with scripts from an agent that is as good as our own templates. */
const apply = ["apply", "--yes", "--compiler", "anthropic", "--allow-unsandboxed", "--allow-root"];

async function example(name: string): Promise<AgentStack> {
  const stack = await agentStack({ example: name });
  stack.server.otherwise = (request) => ({ text: fromTemplates(request) });
  const main = join(stack.cwd, "main.cw");
  const port = await freePort();
  await writeFile(main, (await readFile(main, "utf8")).replaceAll(/\b(8080|8321)\b/g, String(port)));
  onTestFinished(
    async () => void (await stack.run(["destroy", "--yes", "--allow-unsandboxed", "--allow-root"])),
  );
  return stack;
}

describe("an example, with scripts from an agent", () => {
  it("hello runs, is edited, verified and removed", { timeout: 120_000 }, async () => {
    const { server, cwd, run } = await example("hello");
    const applied = await run(apply);
    expect(applied.stdout).toContain("✓ verify_http.page");
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain("Written by an agent (claude-opus-5-5)");
    const script = join(cwd, ".clockwork/build/scripts/ensure_file.page.mjs");
    await writeFile(script, `${await readFile(script, "utf8")}// mine\n`);
    const again = await run([...apply, "--json"]);
    expect(startedSteps(again)).toContain("ensure_file.page");
    expect(await readFile(script, "utf8")).toContain("// mine");
    expect((await run(["verify", "--allow-unsandboxed", "--allow-root"])).code).toBe(0);
    expect(server.requests).toHaveLength(1);
    const destroyed = await run(["destroy", "--yes", "--allow-unsandboxed", "--allow-root"]);
    expect(destroyed.stderr).not.toContain("error");
    expect(destroyed.code).toBe(0);
    expect(server.requests).toHaveLength(2);
  });

  it("myapp runs on a real engine", { timeout: 300_000 }, async (ctx) => {
    const podman = findPodman();
    if ("reason" in podman) return ctx.skip(podman.reason);
    const source = await mkdtemp(join(tmpdir(), "clockwork-app-"));
    onTestFinished(() => rm(source, { recursive: true, force: true }));
    await copyFile("/bin/busybox", join(source, "busybox"));
    await writeFile(
      join(source, "Dockerfile"),
      'FROM scratch\nCOPY busybox /bin/busybox\nCOPY index.html /www/index.html\nCMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n',
    );
    await writeFile(join(source, "index.html"), "by an agent\n");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: source });
    git("init", "--quiet", "--initial-branch", "main");
    git("add", ".");
    git("commit", "--quiet", "--message", "first");
    const { server, cwd, run } = await example("myapp");
    const text = await readFile(join(cwd, "main.cw"), "utf8");
    const port = /external = (\d+)/.exec(text)?.[1];
    await writeFile(join(cwd, "main.cw"), text.replace(/internal = \d+/, "internal = 8080"));
    const url = ["--var", `url=file://${source}`];
    const applied = await run([...apply, ...url], podman.env);
    expect(applied.stdout + applied.stderr).toContain("✓ verify_http.myapp");
    expect(applied.code).toBe(0);
    expect(await (await fetch(`http://localhost:${port}`)).text()).toBe("by an agent\n");
    expect(server.requests).toHaveLength(1);
    const destroyed = await run(
      ["destroy", "--yes", "--allow-unsandboxed", "--allow-root", ...url],
      podman.env,
    );
    expect(destroyed.code).toBe(0);
  });
});
