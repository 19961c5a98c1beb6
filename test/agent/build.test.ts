import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { cli, eventsOf, stackFolder, startedSteps } from "../support/cli.ts";
import { agentStack, filesBelow, stepsOf, userHome } from "./stack.ts";

describe("a build with an agent", () => {
  it("asks once, writes what passed the check, runs it with a clear yes, and asks no more", async () => {
    const { server, cwd, run } = await agentStack();
    const built = await run(["build", "--compiler", "anthropic"]);
    expect(built.stderr).toBe("");
    expect(built.code).toBe(0);
    expect(built.stdout.replace(/in \d+\.\ds/, "in 0.1s")).toMatchInlineSnapshot(`
      "Agent: asking claude-opus-5-5 for 2 steps: 1,234 tokens, up to 22,000 back, at most $0.45
        answered in 0.1s: 1,234 tokens in, 567 out, $0.02
      + .clockwork/build/scripts/ensure_greeting.bye.sh
      + .clockwork/build/scripts/ensure_greeting.hello.sh
      "
    `);
    expect(server.requests).toHaveLength(1);
    expect(server.counts).toHaveLength(1);
    const applied = await run(["apply", "--yes", "--allow-unsandboxed", "--allow-root", "--json"]);
    expect(applied.code).toBe(0);
    expect(startedSteps(applied)).toEqual(["ensure_greeting.bye", "ensure_greeting.hello"]);
    expect(await readFile(join(cwd, "out/hello.txt"), "utf8")).toBe("Hello\n");
    expect(eventsOf(applied).at(-1)).toMatchObject({ type: "done", exitCode: 0, outputs: { size: "6" } });
    const again = await run(["apply", "--yes", "--compiler", "anthropic"]);
    expect(again.stdout).toContain("Nothing to do");
    expect(server.requests).toHaveLength(1);
    const manifest = JSON.parse(await readFile(join(cwd, ".clockwork/build/manifest.json"), "utf8"));
    const origins = Object.values(manifest.artifacts).map((a) => (a as { origin: unknown }).origin);
    expect(origins[0]).toMatchObject({ compiler: "anthropic", model: "claude-opus-5-5" });
  });

  it("sends what the API expects, and nothing of the machine", async () => {
    const { server, cwd, home, run } = await agentStack();
    await run(["build", "--compiler", "anthropic"]);
    const [request] = server.requests;
    if (!request) throw new Error("no request");
    expect(request.body).toMatchObject({
      model: "claude-opus-5-5",
      stream: true,
      max_tokens: 22_000,
      thinking: { type: "adaptive" },
      output_config: { format: { type: "json_schema" }, effort: "high" },
    });
    expect(request.headers["anthropic-version"]).toBeDefined();
    expect(request.body.system).toHaveLength(1);
    expect(request.body.system[0]?.cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
    expect(JSON.stringify(request.body.output_config)).not.toContain('"properties":{}');
    expect(request.raw).not.toContain(cwd);
    expect(request.raw).not.toContain(home.HOME);
    expect(stepsOf(request).map(({ id }) => id)).toEqual(["ensure_greeting.bye", "ensure_greeting.hello"]);
    expect(request.body.messages[0]?.content).toContain("Write a file PATH with the text");
  });

  it("runs nothing of an agent's where nobody can say yes", async () => {
    const { cwd, run } = await agentStack();
    const applied = await run(["apply", "--yes", "--compiler", "anthropic"], {
      CLOCKWORK_SANDBOX: "container",
    });
    expect(applied.code).toBe(1);
    expect(applied.stderr).toContain("error[agent-unsandboxed]");
    expect(applied.stdout).toContain("Written by an agent (claude-opus-5-5), checked:");
    expect(applied.stdout).toContain("writing out; without a sandbox");
    expect(applied.stdout).toContain(`printf '%s\\n' "$CW_TEXT" > "$CW_PATH"`);
    expect(await filesBelow(join(cwd, "out"))).toEqual({});
    expect(await filesBelow(join(cwd, ".clockwork/logs"))).toEqual({});
    expect((await run(["verify"])).code).toBe(0);
  });

  it("is the built-in compiler's without a key", async () => {
    const cwd = await stackFolder({
      "main.cw": 'resource "file" "a" {\n  path = "a.txt"\n  content = "a"\n}\n',
    });
    const env = await userHome();
    expect((await cli(["build"], { cwd, env })).code).toBe(0);
    const none = await cli(["build", "--force", "--compiler", "anthropic"], { cwd, env });
    expect(none.code).toBe(1);
    expect(none.stderr).toContain("The compiler anthropic needs a key");
    // On a terminal, where something is drawn while an agent is asked, it ends as well.
    const line = `${process.execPath} ${resolve("dist/cli.js")} build --force --compiler anthropic`;
    const terminal = promisify(execFile)("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
      ...{ cwd, env: { ...process.env, ...env, ANTHROPIC_API_KEY: "" }, timeout: 20_000 },
    });
    await expect(terminal).rejects.toMatchObject({ code: 1, killed: false });
    const unknown = await cli(["build", "--compiler", "gpt"], { cwd, env });
    expect(unknown.stderr).toContain("there is no such compiler");
  });
});
