import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { apiKey, type MessagesServer, messagesServer } from "../agent/messages-server.ts";
import { fromTemplates } from "../agent/templates.ts";
import { clickRun, ended } from "./lib/runs.ts";
import { freePort, installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// Scripts by an agent, over the true SDK and a server that speaks the Messages API: a repository is fetched, a page is made by a
// kind that only a guide describes, a process serves it, a check looks at it.

const clean: (() => void | Promise<void>)[] = [];
let agent: MessagesServer;
let server: Server;
let browser: Browser;
let wb: Workbench;
let port: number;

beforeAll(async () => {
  agent = await messagesServer((close) => clean.push(close));
  // Slow enough to be watched.
  agent.otherwise = (request) => {
    const isPage = ({ name }: { readonly name: string }) => name.endsWith("_page");
    return { text: fromTemplates(request, isPage, () => script), drip: 400, everyMs: 250 };
  };
  const home = mkdtempSync(join(tmpdir(), "clockwork-agent-"));
  clean.push(() => rmSync(home, { recursive: true, force: true }));
  port = await freePort();
  const vscode = installation();
  [server, browser] = await Promise.all([
    startServer(vscode, {
      vsix: vsix(),
      stack: stackIn(home),
      trusted: true,
      env: { ANTHROPIC_BASE_URL: agent.url },
    }),
    launchBrowser(vscode.chromium),
  ]);
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  // The page's own script to remove it would be an agent's.
  if (server)
    await server.clockwork(
      "destroy",
      server.folder,
      "--yes",
      "--compiler",
      "builtin",
      "--target",
      "service.app",
    );
  await server?.stop();
  for (const one of clean) await one();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

const script = `mkdir -p "$(dirname "$CW_PATH")"
printf '<h1>%s</h1>\\n' "$CW_TEXT" > "$CW_PATH"`;

/** A copy of the stack, with a repository of its own. */
function stackIn(home: string): string {
  const app = join(home, "app");
  mkdirSync(app);
  cpSync("examples/hello/server.mjs", join(app, "server.mjs"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: app });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  const stack = join(home, "site");
  mkdirSync(stack);
  const text = readFileSync("test/e2e/stacks/agent/main.cw", "utf8");
  writeFileSync(join(stack, "main.cw"), text.replace("REPOSITORY", app).replace("8322", String(port)));
  return stack;
}

const onDisk = () =>
  readFileSync(join(server.folder, ".clockwork/build/scripts/ensure_page.index.sh"), "utf8");

test("without a key a build says what is missing; the key is kept by the editor", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.command("Clockwork: Build Scripts");
  expect(await ended({ wb, server }, "build", 1)).toBe("1");
  await wb.terminalLine(/The compiler anthropic needs a key/);
  const input = wb.input("sk-ant-…");
  await wb.until("a box for the key", async () => {
    await wb.command("Clockwork: Set API Key");
    return wb.shows(input);
  });
  expect(await input.getAttribute("type")).toBe("password");
  await input.fill(apiKey);
  await wb.page.keyboard.press("Enter");
  await input.waitFor({ state: "detached" });
});

test("a build shows what the agent does, and what it costs", async () => {
  await wb.openFile("main.cw");
  await wb.command("Clockwork: Build Scripts");
  await wb.statusItem(/Clockwork: claude-\S+ (?:is asked|thinks|writes) · /).waitFor();
  await wb.terminalLine(/^Agent: asking claude-\S+ for 4 steps: 1,234 tokens/);
  await wb.screenshot("agent writes");
  expect(await ended({ wb, server }, "build", 2)).toBe("0");
  await wb.showRow("Runs", "build site");
  await wb.unfold("Runs", "build site");
  await wb.rowOf("Runs", "$0.02 · wrote scripts for 4 steps · 1,801 tokens").waitFor();
  await wb.screenshot("agent wrote");
  expect(agent.requests).toHaveLength(1);
  expect(server.log()).not.toContain(apiKey);
});

test("what it wrote is reviewed as a document, and edited", async () => {
  await wb.openFile("ensure_page.index.sh");
  await wb.page
    .getByText(/as anthropic \(claude-\S+\) wrote it/)
    .first()
    .waitFor();
  expect(await wb.hoverOver("#!/usr/bin/env bash")).toMatch(/Written by anthropic \(claude-/);
  await wb.screenshot("agent script");
  await wb.replace("$CW_TEXT", "mended by a person");
  await wb.save();
  await wb.page.getByText("edited by you, kept on rebuild").first().waitFor();
});

test("an apply asks about the agent's scripts, runs them, the edit with them, and asks no agent again", async () => {
  await wb.openFile("main.cw");
  await clickRun({ wb, server }, "apply");
  await wb.terminalLine(/Written by an agent \(claude-/);
  await wb.sayYes();
  await wb.terminalLine(/^Done: 4 succeeded/);
  expect(await ended({ wb, server }, "apply", 1)).toBe("0");
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("<h1>mended by a person</h1>\n");
  expect(onDisk()).toContain("mended by a person");
  expect(agent.requests).toHaveLength(1);
  await wb.screenshot("agent applied");
});

test("its check is verified in the Test Explorer", async () => {
  await wb.tests("app");
  await wb.command("Test: Run All Tests");
  await wb.testOutcome("app", "passed");
});

test("an agent that does not answer is a clear end of the build, and nothing is written", async () => {
  const before = onDisk();
  await wb.openFile("main.cw");
  await wb.focusEditor();
  await wb.page.keyboard.press("Control+End");
  await wb.page.keyboard.insertText(
    '\nresource "page" "more" {\n  path = "out/more.html"\n  text = "More"\n}\n',
  );
  agent.otherwise = () => ({ status: 401, type: "authentication_error", message: "no such key" });
  await wb.command("Clockwork: Build Scripts");
  expect(await ended({ wb, server }, "build", 3)).toBe("1");
  await wb.terminalLine(/error\[agent-unavailable\]/);
  await wb.showRow("Runs", "build site", "failed");
  await wb.screenshot("agent failed");
  expect(onDisk()).toBe(before);
});
