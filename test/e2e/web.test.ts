import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { installation, vsix } from "./lib/server.ts";
import { startWeb, type WebServer } from "./lib/web.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// The extension where there is no machine: VS Code for the Web, on a folder in memory, in order, in one window.

let server: WebServer;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  const vscode = installation();
  [server, browser] = await Promise.all([
    startWeb(vscode, { vsix: vsix(), stack: "examples/hello" }),
    launchBrowser(vscode.chromium),
  ]);
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

test("browser: a mistyped reference is underlined, by a language server in a worker", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.replace("file.page.path", "file.pgae.path");
  await wb.squiggles("error").first().waitFor({ state: "attached" });
  const found = await wb.until("the problem", async () => {
    const problems = await wb.problems();
    return problems.some(({ message }) => message.includes("pgae")) && problems;
  });
  expect(found).toMatchObject([{ severity: "Error", code: "unknown-resource" }]);
  await wb.screenshot("web mistake");
});

test("browser: its quick fix corrects it", async () => {
  await wb.select("pgae");
  await wb.command("Auto Fix...");
  await wb.select("PAGE = file.page.path");
  await wb.until("no problem", async () => (await wb.problems()).length === 0);
});

test("browser: completion knows the stack's other blocks", async () => {
  await wb.replace("PAGE = file.page.path", "PAGE = file.");
  const suggestion = wb.page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "page" });
  await wb.until("the suggestion", async () => {
    if (!(await suggestion.first().isVisible())) await wb.page.keyboard.press("Control+Space");
    return suggestion.first().isVisible();
  });
  await wb.screenshot("web completion");
  await wb.page.keyboard.press("Escape");
  await wb.replace("PAGE = file.", "PAGE = file.page.path");
  await wb.until("no problem", async () => (await wb.problems()).length === 0);
});

test("browser: the plan is shown beside the source", async () => {
  await wb.command("Clockwork: Open Plan");
  const document = wb.page.locator(".editor-instance .view-lines", { hasText: "file.page" });
  await wb.until("the plan's document", async () => (await document.count()) > 1);
  await wb.screenshot("web plan");
});

test("browser: nothing is offered that would start a program", async () => {
  const titles = await wb.commandsMatching("Clockwork: ");
  expect(titles).toContain("Clockwork: Open Plan");
  expect(
    titles.filter((title) => /Plan$|Apply|Build|Verify|Destroy|Validate|Initialize/.test(title)),
  ).toEqual(["Clockwork: Open Plan"]);
  expect(await wb.lenses()).not.toContain("apply");
});
