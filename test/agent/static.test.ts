import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { agentStack, bundleFor, goodScript } from "./stack.ts";

const stepPath = ".clockwork/build/scripts/ensure_greeting.hello.sh";

it("a script that does not parse goes back to the agent with its place, and the mended one is taken", async () => {
  const { server, cwd, run } = await agentStack();
  let answers = 0;
  server.otherwise = (request) => ({
    text: bundleFor(request, (step) => (answers++ < 2 ? "if true; then\n  echo hi" : goodScript(step))),
  });
  const built = await run(["build", "--compiler", "anthropic"]);
  expect(built.stderr).toBe("");
  expect(built.code).toBe(0);
  expect(server.requests).toHaveLength(2);
  const said = JSON.stringify(server.requests[1]?.body);
  expect(said).toContain("C-SYNTAX");
  expect(said).toContain("is no valid bash in line 3");
  expect(await readFile(join(cwd, stepPath), "utf8")).toContain("printf");
});

it("a script that uses what its step may not is taken, and the person is told", async () => {
  const { server, run } = await agentStack();
  server.otherwise = (request) => ({
    text: bundleFor(request, (step) => `curl -f "https://example.com" > $CW_PATH\n${goodScript(step)}`),
  });
  const built = await run(["build", "--compiler", "anthropic"]);
  expect(built.code).toBe(0);
  expect(server.requests).toHaveLength(1);
  expect(built.stderr).toContain("warning[C-NETWORK]");
  expect(built.stderr).toContain("warning[C-QUOTE]");
  expect((await run(["check"])).stderr).toContain("warning[C-NETWORK]");
  const again = await run(["build"]);
  expect(again.stderr).toBe("");
});
