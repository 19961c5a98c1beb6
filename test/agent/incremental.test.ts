import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startCli } from "../support/cli.ts";
import { agentStack, bundleFor, filesBelow, goodScript, greeting, stepsOf } from "./stack.ts";

const [kind = ""] = greeting.split("resource");
const many = (count: number, textOf: (i: number) => string) =>
  `${kind}${Array.from({ length: count }, (_, i) => `resource "greeting" "g${i}" {\n  path = "out/${i}.txt"\n  text = "${textOf(i)}"\n}\n`).join("")}`;

describe("what is asked again", () => {
  it("is one step where one resource of a hundred has changed, and nothing where none has", async () => {
    const { server, cwd, run } = await agentStack({ "main.cw": many(100, () => "a") });
    const first = await run(["build", "--compiler", "anthropic"]);
    expect(first.stderr).toBe("");
    expect(stepsOf(server.requests[0] as NonNullable<(typeof server.requests)[0]>)).toHaveLength(100);
    const before = await filesBelow(join(cwd, ".clockwork/build/scripts"));
    await run(["build", "--compiler", "anthropic"]);
    expect(server.requests).toHaveLength(1);
    await writeFile(
      join(cwd, "main.cw"),
      many(100, (i) => (i === 42 ? "b" : "a")),
    );
    server.otherwise = (request) => ({ text: bundleFor(request, (step) => `${goodScript(step)} # anew`) });
    await run(["build", "--compiler", "anthropic"]);
    expect(server.requests).toHaveLength(2);
    expect(stepsOf(server.requests[1] as NonNullable<(typeof server.requests)[1]>).map((s) => s.id)).toEqual([
      "ensure_greeting.g42",
    ]);
    const after = await filesBelow(join(cwd, ".clockwork/build/scripts"));
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual(["ensure_greeting.g42.sh"]);
  });

  it("shows the earlier script with a person's edit, and the edit outlives what is written anew", async () => {
    const { server, cwd, run } = await agentStack();
    await run(["build", "--compiler", "anthropic"]);
    const path = join(cwd, ".clockwork/build/scripts/ensure_greeting.hello.sh");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("set -euo pipefail\n", "set -euo pipefail\n# mine\n"));
    await writeFile(join(cwd, "main.cw"), greeting.replace('"Hello"', '"Hi"'));
    server.otherwise = (request) => ({
      text: bundleFor(request, (step) => `${goodScript(step)}\n# by the agent`),
    });
    expect((await run(["build", "--compiler", "anthropic"])).code).toBe(0);
    const told = server.requests[1]?.body.messages[0]?.content;
    expect(told).toContain("An earlier artifact of step 1, bash, edited by a person:");
    expect(told).toContain("# mine");
    const merged = await readFile(path, "utf8");
    expect(merged).toContain("# mine");
    expect(merged).toContain("# by the agent");
  });

  it("is nothing that a plan, a verify or a refresh does", async () => {
    const { server, run } = await agentStack();
    for (const command of [["plan"], ["plan", "--json"], ["verify"], ["validate"], ["refresh"]])
      expect((await run(command)).code, command.join(" ")).toBe(0);
    expect(server.requests).toEqual([]);
    expect(server.counts).toEqual([]);
  });
});

/** A stack whose script of `hello` a person has edited where the agent's next text changes it too. */
async function conflicted() {
  const stack = await agentStack();
  const { server, cwd, run } = stack;
  await run(["build", "--compiler", "anthropic"]);
  const path = join(cwd, ".clockwork/build/scripts/ensure_greeting.hello.sh");
  const generated = await readFile(path, "utf8");
  await writeFile(path, generated.replace("mkdir -p", "mkdir -pv"));
  await writeFile(join(cwd, "main.cw"), greeting.replace('"Hello"', '"Hi"'));
  server.otherwise = (request) => ({
    text: bundleFor(request, (step) => goodScript(step).replace("mkdir -p", "mkdir -m 755 -p")),
  });
  const built = await run(["build", "--compiler", "anthropic"]);
  expect(built.code).toBe(1);
  expect(built.stderr).toContain("error[build-conflict]");
  expect(server.requests).toHaveLength(2);
  return { ...stack, path };
}

describe("what an agent has said already", () => {
  it("is not asked again while a person has to decide about it", async () => {
    const { server, path, run } = await conflicted();
    for (const args of [["build"], ["build", "--compiler", "anthropic"], ["apply", "--yes"]]) {
      const again = await run(args);
      expect(again.code, args.join(" ")).toBe(1);
      expect(again.stderr).toContain("error[build-conflict]");
    }
    expect(server.requests).toHaveLength(2);
    expect(await readFile(path, "utf8")).toContain("mkdir -pv");
  });

  it.each([
    ["--keep-mine", "mkdir -pv"],
    ["--take-theirs", "mkdir -m 755 -p"],
  ])("is taken by %s, and the build is done", async (flag, line) => {
    const { server, path, run } = await conflicted();
    expect((await run(["build", "--compiler", "anthropic", flag])).code).toBe(0);
    expect(await readFile(path, "utf8")).toContain(line);
    const again = await run(["build", "--compiler", "anthropic"]);
    expect(again.stdout).toContain("Nothing to build");
    expect(server.requests).toHaveLength(2);
  });

  it("is asked anew when the step changes, or a person wants it anew", async () => {
    const { server, cwd, run } = await conflicted();
    await run(["build", "--compiler", "anthropic", "--regenerate", "ensure_greeting.hello"]);
    expect(server.requests).toHaveLength(3);
    await writeFile(join(cwd, "main.cw"), greeting.replace('"Hello"', '"Hey"'));
    await run(["build", "--compiler", "anthropic"]);
    expect(server.requests).toHaveLength(4);
  });

  it("comes back when its file is deleted, byte for byte, whoever compiles", async () => {
    const { server, cwd, run } = await agentStack();
    await run(["build", "--compiler", "anthropic"]);
    const scripts = join(cwd, ".clockwork/build/scripts");
    const before = await filesBelow(scripts);
    const manifest = await readFile(join(cwd, ".clockwork/build/manifest.json"), "utf8");
    for (const compiler of ["anthropic", "builtin"]) {
      await rm(scripts, { recursive: true });
      expect((await run(["check"])).stderr).toContain("error[S-ARTIFACT]");
      const built = await run(["build", "--compiler", compiler]);
      expect(built.stdout).toContain("+ .clockwork/build/scripts/ensure_greeting.hello.sh");
      expect(await filesBelow(scripts)).toEqual(before);
    }
    expect(await readFile(join(cwd, ".clockwork/build/manifest.json"), "utf8")).toBe(manifest);
    expect(server.requests).toHaveLength(1);
  });
});

describe("an interrupted call", () => {
  it("ends at once and writes nothing, and the next run works", async () => {
    const { server, cwd, home, run } = await agentStack();
    server.script.push({ hang: "body" });
    const child = startCli(["build", "--compiler", "anthropic"], { cwd, env: { ...home, ...server.env } });
    const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    await expect.poll(() => server.requests.length, { timeout: 20_000 }).toBe(1);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(Object.keys(await filesBelow(join(cwd, ".clockwork/build")))).toEqual([]);
    expect((await run(["build", "--compiler", "anthropic"])).code).toBe(0);
  });
});
