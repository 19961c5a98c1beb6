import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort, installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// Checks in the Test Explorer, of a stack that is up: green, and red at the block's line once the page is another one.

let server: Server;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  const vscode = installation();
  const [started, launched, port] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "examples/hello", trusted: true }),
    launchBrowser(vscode.chromium),
    freePort(),
  ]);
  [server, browser] = [started, launched];
  const main = join(server.folder, "main.cw");
  const text = readFileSync(main, "utf8").replace("8321", String(port));
  writeFileSync(main, text.replace("body_contains =", "retries       = 2\n  body_contains ="));
  await server.clockwork("apply", server.folder, "--yes");
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  // The page is another one by then.
  if (server) await server.clockwork("destroy", server.folder, "--yes", "--adopt", "file.page");
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

test("tests: the checks of a stack are in the Test Explorer, as they are typed", async () => {
  expect(await wb.tests("page")).toEqual(["hello", "page, http"]);
  await wb.openFile("main.cw");
  await wb.replace('verify "http" "page"', 'verify "http" "front"');
  expect(await wb.tests("front")).toEqual(["hello", "front, http"]);
  await wb.openFile("main.cw");
  await wb.replace('verify "http" "front"', 'verify "http" "page"');
  expect(await wb.tests("page")).toEqual(["hello", "page, http"]);
});

test("tests: a check that holds is green", async () => {
  await wb.command("Test: Run All Tests");
  await wb.testOutcome("page", "passed");
  await wb.screenshot("tests passed");
});

test("tests: one that does not is red, and says why at its block", async () => {
  writeFileSync(join(server.folder, "hello.html"), "another page");
  await wb.openFile("main.cw");
  await wb.command("Test: Run All Tests");
  await wb.testOutcome("page", "failed");
  await wb.select('verify "http" "page"');
  const header = wb.editor.locator(".view-line", { hasText: 'verify "http" "page"' });
  const message = wb.page.locator(".test-error-content-widget", { hasText: 'got "another page"' });
  await wb.until("the message beside the block's first line", async () => {
    if ((await header.count()) !== 1 || (await message.count()) !== 1) return false;
    const [line, shown] = await Promise.all([header.boundingBox(), message.boundingBox()]);
    return line !== null && shown !== null && Math.abs(line.y - shown.y) < line.height;
  });
  await wb.screenshot("tests failed");
});

test("the walkthrough opens, and a step of it is done by its command", async () => {
  await wb.command("Welcome: Open Walkthrough...");
  await wb.choose("Get Started with Clockwork");
  const { page } = wb;
  const step = page.locator(".getting-started-step", { hasText: "See a mistake explained" });
  await step.first().waitFor();
  await wb.screenshot("walkthrough");
  await step.first().click();
  const done = step.locator(".codicon-getting-started-step-checked");
  const button = step.locator(".monaco-button", { hasText: "Explain Problems" });
  await button.first().click();
  // Its command shows the pages, in the editor and without a network.
  await page.locator(".tabs-container .tab.active", { hasText: "README.md" }).waitFor();
  await page.getByText("Markdown Preview").first().waitFor();
  await page.locator(".tabs-container .tab", { hasText: "Welcome" }).click();
  await done.first().waitFor();
});

test("a snippet is offered by its prefix, and inserted", async () => {
  await wb.openFile("main.cw");
  await wb.focusEditor();
  const { page } = wb;
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nverify-com");
  const item = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "verify-command" });
  await item.first().waitFor();
  await page.keyboard.press("Enter");
  const line = wb.editor.locator(".view-line", { hasText: 'verify "command" "works"' });
  await line.waitFor();
  await wb.screenshot("snippet");
});

test("the code of a problem leads to its page, inside the editor", async () => {
  const { page } = wb;
  await page.keyboard.press("Escape");
  // Of the snippet just inserted: the stack has no service of that name.
  const link = page.locator(".monaco-hover:visible a", { hasText: "unknown-resource" }).first();
  const preview = page.locator(".tabs-container .tab.active", { hasText: "unknown-resource.md" });
  await wb.until("the page", async () => {
    if (await preview.isVisible()) return true;
    await wb.hover("web");
    await link.click({ timeout: 2_000 });
    return preview.isVisible();
  });
  await page.getByText("Markdown Preview").first().waitFor();
  await wb.screenshot("page of a code");
});
