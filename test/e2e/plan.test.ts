import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort, installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, usualHeight, Workbench } from "./lib/workbench.ts";

// The plan beside the source, in one window: over each block, as a document that follows what is typed, and after an apply.

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
  server = started;
  browser = launched;
  const main = join(server.folder, "main.cw");
  writeFileSync(main, readFileSync(main, "utf8").replace("8321", String(port)));
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  if (server) await clockwork("destroy");
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

const clockwork = (command: string) => server.clockwork(command, server.folder, "--yes");

const planLine = (pattern: RegExp): Promise<string> =>
  wb.until(`a line ${pattern} in the plan`, async () =>
    (await wb.planLines()).find((line) => pattern.test(line)),
  );

const lens = (text: string): Locator =>
  wb.editor.locator(".codelens-decoration a", { hasText: text }).first();

const source = (): Locator => wb.page.locator('.monaco-editor[data-uri$="main.cw"]');

test("plan beside the source: over a block stands what is planned for it, beside it a sign, and its file has a number", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.codeLens("2 to create; 1 check to run");
  await wb.until("the lenses of all blocks", async () => {
    const titles = await wb.lenses();
    return ["+ create", "? check", "apply this"].every((title) => titles.includes(title));
  });
  await wb.until("signs in the gutter", async () => (await signs().count()) === 2);
  const numbered = wb.page.locator('.explorer-folders-view [aria-label*="2 planned changes"]');
  await numbered.first().waitFor({ state: "attached" });
  await wb.screenshot("plan lenses");
  // Room for two editors.
  await wb.command("View: Toggle Primary Side Bar Visibility");
});

const signs = (): Locator => source().locator('.glyph-margin-widgets .cgmr:not([class*="testing"])');

test("plan beside the source: a click on it opens the plan beside, at the change, and the keyboard stays where it is", async () => {
  await wb.clickLens("+ create", wb.plan);
  await planLine(/^ {2}\+ file\.page {2}create/);
  await planLine(/^Plan: 2 to create/);
  expect(await source().getAttribute("class")).toContain("focused");
});

test("plan beside the source: it follows what is typed, and says when it does not", async () => {
  await wb.replace("Hello from Clockwork", "Good day");
  await planLine(/<h1>Good day<\/h1>/);
  await wb.screenshot("plan beside");
  await wb.replace("file.page.path", "file.pgae.path");
  // A long line goes on in the next one.
  await wb.until("the reason in the plan", async () =>
    /^Not up to date: main\.cw:\d+:\d+: .*pgae/.test((await wb.planLines()).join(" ")),
  );
  await lens("(stale)").waitFor();
  await wb.screenshot("plan stale");
  await wb.replace("file.pgae.path", "file.page.path");
  await wb.until("a plan of now", async () => !/Not up to date/.test((await wb.planLines())[0] ?? ""));
});

test("plan beside the source: from the plan a click leads to the source", async () => {
  const step = wb.plan.locator(".detected-link", { hasText: "ensure_service.hello" }).first();
  await wb.until("the cursor at the block", async () => {
    if (await wb.statusItem("Ln 27").isVisible()) return true;
    // What is told of a link under the mouse may lie over it.
    await wb.page.mouse.move(0, 0);
    await step.click({ modifiers: ["Control"], timeout: 2_000 });
    return false;
  });
  expect(await wb.plan.isVisible()).toBe(true);
  expect(await source().count()).toBe(1);
});

test("plan beside the source: after an apply elsewhere nothing is planned; an edit is an update, with its difference under the mouse", async () => {
  await wb.focusEditor();
  await wb.page.keyboard.press("Control+S");
  await wb.until("the saved file", async () =>
    /Good day/.test(readFileSync(join(server.folder, "main.cw"), "utf8")),
  );
  await clockwork("apply");
  await wb.page.mouse.move(0, 0);
  await wb.codeLens("no changes");
  await planLine(/^Nothing to do/);
  await wb.until("no sign in the gutter", async () => (await signs().count()) === 0);
  await wb.replace("Good day", "Good night");
  await wb.codeLens("~ update (content)");
  await wb.resize(780);
  expect(await wb.hoverOver("file", 'resource "file"')).toMatch(/update.*content changed/s);
  await wb.picture("plan");
  await wb.resize(usualHeight);
});

test("a server that starts again goes on with the plan that is shown", async () => {
  await wb.command("Clockwork: Restart Language Server");
  await wb.ready.waitFor();
  await wb.replace("Good night", "Good morning");
  await planLine(/\+ <h1>Good morning<\/h1>/);
});

test("what the files ask of the machine is looked for in a trusted workspace", async () => {
  await wb.replace("<title>hello", "<title>${facts.os}");
  await planLine(/\+ <title>linux<\/title>/);
});
