import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clickRun, ended } from "./lib/runs.ts";
import { installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, usualHeight, Workbench } from "./lib/workbench.ts";

// Running things from the editor, in a window with two folders open at once, each a stack of its own.

let server: Server;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  const vscode = installation();
  [server, browser] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "test/e2e/stacks/two", trusted: true }),
    launchBrowser(vscode.chromium),
  ]);
  const workspace = `?workspace=${join(server.folder, "two.code-workspace")}`;
  wb = await Workbench.open(browser, server.page.replace(/\?folder=.*$/, workspace));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

const path = (name: string) => join(server.folder, name);
const click = (command: string) => clickRun({ wb, server }, command);
const end = (command: string, calls: number) => ended({ wb, server }, command, calls);

test("approval: a plan is applied exactly as it was reviewed; the terminal asks about the new scripts alone", async () => {
  await wb.openFile("shop.cw");
  await wb.ready.waitFor();
  await click("plan");
  await wb.terminalLine(/^Plan: 2 to create/);
  await wb.answer(/Plan of shop: 2 to create/, "Apply");
  await wb.sayYes();
  await wb.terminalLine(/^Done: 2 succeeded/);
  expect(await end("apply", 1)).toBe("0");
  expect(readFileSync(path("shop/note.txt"), "utf8")).toBe("one");
  expect(readdirSync(path("site"))).not.toContain(".clockwork");
});

test("apply from the editor: the view of runs has the run with its steps, whose logs open", async () => {
  await wb.command("Clockwork: Focus on Runs View");
  await wb.rowOf("Runs", "apply shop").locator(".codicon-pass").first().waitFor();
  await wb.unfold("Runs", "apply shop");
  await wb.screenshot("runs");
  await wb.until("the log of a step", async () => {
    await wb.rowOf("Runs", "run_task.check").click({ timeout: 2_000 });
    return wb.shows(wb.tab("run_task.check.log"));
  });
});

test("apply from the editor: a step that fails is a problem at its block, until the block is edited", async () => {
  await wb.openFile("shop.cw");
  await wb.replace("grep one", "grep two");
  await click("apply");
  await wb.sayYes();
  await wb.terminalLine(/^Failed: 0 succeeded, 1 failed/);
  expect(await end("apply", 2)).toBe("3");
  await wb.openFile("shop.cw");
  await wb.squiggles("error").first().waitFor({ state: "attached" });
  const problem = await wb.until("the problem", async () =>
    (await wb.problems()).find(({ code }) => code === "step-failed"),
  );
  expect(problem).toMatchObject({ severity: "Error", line: 6, column: 1 });
  await wb.resize(720);
  await wb.page.mouse.move(600, 600);
  await wb.picture("failed-step");
  await wb.resize(usualHeight);
  await wb.replace("grep two", "grep one");
  await wb.squiggles("error").first().waitFor({ state: "detached" });
});

test("approval: an edit makes a reviewed plan stale, which is said before anything runs", async () => {
  await click("plan");
  expect(await end("plan", 2)).toBe("0");
  await wb.replace("one", "one more");
  const dialog = wb.page.locator(".monaco-dialog-box");
  await wb.clickLens("apply", dialog);
  await dialog.getByText(/no longer holds: shop.cw has changed/).waitFor();
  await wb.screenshot("stale");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("approval: destroy asks for the stack's name to be typed, and nothing less starts it", async () => {
  await wb.openFile("shop.cw");
  await wb.command("Clockwork: Destroy");
  await wb.input("shop").waitFor();
  await wb.input("shop").fill("sho");
  await wb.page.keyboard.press("Enter");
  await wb.page.locator(".quick-input-message", { hasText: "Type exactly shop" }).waitFor();
  await wb.screenshot("destroy");
  await wb.page.keyboard.press("Escape");
  await wb.input("shop").waitFor({ state: "detached" });
  expect(existsSync(path("shop/note.txt"))).toBe(true);
  await wb.openFile("shop.cw");
  await wb.command("Clockwork: Destroy");
  await wb.input("shop").waitFor();
  await wb.input("shop").fill("shop");
  await wb.page.keyboard.press("Enter");
  expect(await end("destroy", 1)).toBe("0");
  expect(existsSync(path("shop/note.txt"))).toBe(false);
});

test("two folders open at once: the other folder's stack runs in its own folder", async () => {
  await wb.openFile("site.cw");
  await click("apply");
  await wb.sayYes();
  await wb.until("the page", async () => existsSync(path("site/page.txt")));
  expect(existsSync(path("shop/page.txt"))).toBe(false);
});

test("a run outside of the editor is in the view of runs, and its end too", async () => {
  const waiting = 'resource "task" "wait" {\n  script = "until test -e go; do sleep 0.1; done"\n}\n';
  writeFileSync(path("site/site.cw"), waiting);
  const run = server.clockwork("apply", path("site"), "--yes");
  await wb.showRow("Runs", "apply site", "not ended");
  writeFileSync(path("site/go"), "");
  await run;
  await wb.showRow("Runs", "apply site", "2 succeeded");
});

test("a task's problems are read from what it prints", async () => {
  await wb.command("View: Close All Editors");
  writeFileSync(path("site/site.cw"), 'resource "file" "page" {\n  pth = "page.txt"\n}\n');
  await wb.command("Tasks: Run Task");
  await wb.choose("check the site");
  const problem = await wb.until("the problem", async () =>
    (await wb.problems()).find(({ code }) => code === "unknown-attribute"),
  );
  expect(problem).toMatchObject({ severity: "Error", line: 2, column: 3 });
  await wb.screenshot("task");
});
